from __future__ import annotations

import pytest

from service.entities import find_years


@pytest.mark.parametrize(
    ("text", "years", "span"),
    [
        ("What was revenue in 2018?", (2018,), False),
        ("What was revenue in FY2018?", (2018,), False),
        ("What was revenue in FY19?", (2019,), False),
        ("What was revenue in fiscal '19?", (2019,), False),
        ("Revenue in fiscal year 2020", (2020,), False),
        ("between 2015 and 2018", (2015, 2016, 2017, 2018), True),
        ("from 2015 to 2018", (2015, 2016, 2017, 2018), True),
        ("fiscal 2018-2020 filings", (2018, 2019, 2020), True),
        ("from FY17 through FY19", (2017, 2018, 2019), True),
        ("in 2015 and 2018", (2015, 2018), False),
        ("in 2015, 2017 and 2019", (2015, 2017, 2019), False),
        ("the last three years to 2020", (2018, 2019, 2020), True),
        ("over the five years ending in 2019", (2015, 2016, 2017, 2018, 2019), True),
        ("since 2022", (2022, 2023, 2024), True),
        ("in the 10-K", (), False),
        ("a charge of $2,018 million", (), False),
        ("a charge of $2018 million", (), False),
        ("holds 2000% more", (), False),
    ],
)
def test_years(text: str, years: tuple[int, ...], span: bool) -> None:
    found = find_years(text, latest=2024)
    assert (found.years, found.span) == (years, span)


@pytest.mark.parametrize(
    ("text", "count"), [("over the last three years", 3), ("in the past 5 fiscal years", 5), ("in its latest 10-K", 1)]
)
def test_years_counted_from_the_end(text: str, count: int) -> None:
    found = find_years(text, latest=2024)
    assert (found.years, found.relative) == ((), count)


def test_a_range_the_wrong_way_round_is_turned() -> None:
    assert find_years("from 2018 to 2016").years == (2016, 2017, 2018)


def test_an_endless_range_is_two_years() -> None:
    assert find_years("from 1950 to 2018").years == (1950, 2018)
