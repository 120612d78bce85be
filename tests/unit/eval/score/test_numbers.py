from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldgate.eval.score.numbers import NUMBER, Shown, _matches, goal, numbers, states, unit


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("$1.2 billion", [1.2e9]),
        ("1,200 million", [1.2e9]),
        ("1.2B", [1.2e9]),
        ("$1.2 B.", [1.2e9]),
        ("US$265.6 billion and EUR 5m", [265.6e9, 5e6]),
        ("$5-billion", [5e9]),
        ("3k, 4 thousand, 2 trillion, 7 bn, 8mm", [3e3, 4e3, 2e12, 7e9, 8e6]),
        ("14.8%", [0.148]),
        ("14.8 percent, 3 percentage points, 25 bps", [0.148, 0.03, 0.0025]),
        ("(1,234)", [-1234]),
        ("($1.2 million)", [-1.2e6]),
        ("(1.2) million", [-1.2e6]),
        ("(12.5)%", [-0.125]),
        ("-5, \u22125, $-5, -$5", [-5, -5, -5, -5]),
        ("in 2018 (2017)", [2018, 2017]),
        ("2018-2020 and 2018\u20132020", [2018, 2020, 2018, 2020]),
        ("September 30, 2006", [30, 2006]),
        ("0.5 .5 1.5e6 3.5x", [0.5, 0.5, 1.5e6, 3.5]),
        ("5 M&A deals", [5]),
        ("10-K 0000320193_10-K_2006_section_8_174 Q3 FY2018 COVID-19 v1.2.3", []),
        ("up 3 [12] [AAPL, FY 2019, Item 7]", [3]),
        ("no figure", []),
    ],
)
def test_numbers_of_a_text(text: str, values: list[float]) -> None:
    assert [number.value for number in numbers(text)] == pytest.approx(values)


@given(st.text(max_size=200))
def test_no_text_breaks_the_reading(text: str) -> None:
    for number in numbers(text):
        assert isinstance(number.value, float)


@pytest.mark.parametrize(
    ("text", "scale", "percent", "currency"),
    [
        (None, 1, False, None),
        ("USD million", 1e6, False, "USD"),
        ("usd_millions", 1e6, False, "USD"),
        ("$bn", 1e9, False, "USD"),
        ("%", 0.01, True, None),
        ("percent", 0.01, True, None),
        ("bps", 1e-4, True, None),
        ("USD/share", 1, False, "USD"),
        ("employees", 1, False, None),
    ],
)
def test_units(text: str | None, scale: float, percent: bool, currency: str | None) -> None:
    found = unit(text)
    assert (found.scale, found.percent, found.currency) == (scale, percent, currency)


@pytest.mark.parametrize(
    ("answer", "numeric", "unit_name", "expected"),
    [
        ("Revenue was $1.2 billion.", 1200, "USD million", True),
        ("1.2B", 1.2e9, "USD", True),
        ("1,200 million", 1.2, "USD billion", True),
        ("$1.2 million", 1.2, "USD billion", False),
        ("$1,200", 1200, "USD million", False),
        ("€1.2 billion", 1200, "USD million", False),
        ("14.8 %", 14.8, "%", True),
        ("0.148", 14.8, "%", True),
        ("14.8", 14.8, "%", True),
        ("14.8%", 0.148, None, True),
        ("14.8%", 14.8, None, True),
        ("1.48%", 14.8, "%", False),
        ("$14.8", 14.8, "%", False),
        ("14.8%", 14.8, "USD", False),
        ("148 bps", 1.48, "%", True),
        ("(1,200) million", -1200, "USD million", True),
        ("(1,200) million", 1200, "USD million", False),
        ("a net loss of $1,200 million", -1200, "USD million", True),
        ("fell by 5 %", -5, "%", True),
        ("fell by 5 %", 5, "%", True),
        ("rose by 5 %", -5, "%", False),
        ("operating income of $5 million (16 %)", 16, "%", True),
        ("operating income of $5 million (16 %)", -16, "%", True),
        ("(16 %)", 16, "%", False),
        ("minus 5 %", -5, "%", True),
        ("in 2018", 2018, "year", True),
        ("0.12", 12, "%", True),
        ("12 million", 12, "%", False),
        ("1.2 million", 1.2e9, None, False),
        ("three segments", 3, None, True),
        ("[5.2]", 5.2, None, True),
        ("[5.2, 7]", 7, None, True),
        ("see [5]", 5, None, False),
        ("In 2018 it was $5 million", 2018, "USD", False),
        ("in 2018", 2018, None, True),
        ("", 1, None, False),
        (None, 1, None, False),
        ("0", 0, None, True),
    ],
)
def test_an_answer_states_a_number(answer: str | None, numeric: float, unit_name: str | None, expected: bool) -> None:
    assert states(answer, goal(numeric, unit_name)) is expected


@pytest.mark.parametrize(
    ("answer", "tolerance", "expected"),
    [
        ("100.5", None, True),
        ("100.51", None, False),
        ("101", {"relative": 0.01}, True),
        ("101.1", {"relative": 0.01}, False),
        ("103", {"absolute": 3}, True),
        ("103.1", {"absolute": 3}, False),
        ("103", {"absolute": 3, "relative": 0.0}, True),
        ("100", {"absolute": 0}, True),
        ("100.0001", {"absolute": 0}, False),
    ],
)
def test_tolerance_is_absolute_or_relative(answer: str, tolerance: dict[str, float] | None, expected: bool) -> None:
    assert states(answer, goal(100, **(tolerance or {}))) is expected


def test_an_absolute_tolerance_is_in_the_expected_unit() -> None:
    wanted = goal(1.2, "USD billion", absolute=0.05)
    assert states("$1,249 million", wanted)
    assert not states("$1,251 million", wanted)


def test_the_question_may_name_the_scale() -> None:
    wanted = goal(1200, "USD million")
    assert states("1,200", wanted, "What was revenue, in millions of dollars?")
    assert not states("1,200", wanted, "What was revenue?")


def test_numbers_of_the_question_do_not_count_as_an_answer_unless_expected() -> None:
    wanted = goal(7)
    assert states("7 plants", wanted, "Did it run 7 or 9 plants?")
    many = "1 2 3 4 5 7"
    assert not states(many, wanted)
    assert states(many, wanted, "Of 1, 2 and 3, ...?")


def test_a_list_of_figures_is_no_answer() -> None:
    assert states("11 12 13 14 7", goal(7))
    assert not states("11 12 13 14 15 7", goal(7))


@pytest.mark.parametrize(
    ("stated", "shown", "expected"),
    [
        ("$265.6 billion", "net sales of 265,595", True),
        ("$265.6 billion", "$265,595 million", True),
        ("$265.7 billion", "$265,595 million", False),
        ("12 %", "12.4 percent", True),
        ("13 %", "12.4 percent", False),
        ("12.4 %", "a ratio of 12.4", True),
        ("42 stores", "42 million stores", False),
        ("$3 million", "(3) million", True),
    ],
)
def test_support_allows_rounding_and_tables_in_thousands_or_millions(stated: str, shown: str, expected: bool) -> None:
    assert Shown([shown]).support(numbers(stated)[0]) is expected


@given(st.text(st.sampled_from("0123456789.,-\u2212($€ )%kMbillion eUSDx[]\u202f"), max_size=60))
def test_looking_only_where_digits_stand_misses_no_number(text: str) -> None:
    assert [found.span() for found in _matches(text)] == [found.span() for found in NUMBER.finditer(text)]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1\u202f200\u00a0000 units", [1_200_000]),
        ("in 2018\u00a0300 units", [2018, 300]),
        ("\u2212\u2009" + "5", [-5]),
        ("1.234,56", []),
        ("1,2,3", []),
        ("1, 2, 3", [1, 2, 3]),
        ("3-4 years, 5 - 6, $7-$8, 9%-10%, 11 % \u2212 12 %", [3, 4, 5, 6, 7, 8, 0.09, 0.10, 0.11, 0.12]),
        ("in 2018 -5, now \u2212 6", [2018, -5, -6]),
        ("- $5 million\n- 6\nmargin - 7 %", [5e6, 6, 0.07]),
        (r"\boxed{42}, \$1.2 billion, 14.8\%", [42, 1.2e9, 0.148]),
        ("1.2e9, 1.2 x 10^9, 1.2\u00d710\u2079, 3 * 10^{-2}, 5 x 10", [1.2e9, 1.2e9, 1.2e9, 0.03, 5, 10]),
        ("2 \u00d7 10^999999", [float("inf")]),
        ("2 \u00d7 10\u207b and 10\u00b2\u207b\u00b3", [2, 10]),
        (r"\[ x = 42 \] and \(7\)", [42, 7]),
        ("5 mln, 3 bln, 2 crore", [5e6, 3e9, 2e7]),
        ("NaN, inf, 1e400", [float("inf")]),
        ("9" * 400, [float("inf")]),
    ],
)
def test_hostile_numbers(text: str, values: list[float]) -> None:
    assert [number.value for number in numbers(text)] == pytest.approx(values)


@pytest.mark.parametrize("unit_name", [None, "USD", "%"])
def test_an_infinite_number_states_nothing_and_is_supported_by_nothing(unit_name: str | None) -> None:
    assert not states("9" * 400, goal(5, unit_name))
    assert not Shown(["9" * 400, "5"]).support(numbers("9" * 400)[0])
