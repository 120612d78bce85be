"""How numbers are written."""

from __future__ import annotations

from random import Random

import pytest

from service.ingest.numbers import listing, millions, money, percent, ratio, rounded, table


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.234e9, "1,234"),
        (98.54e6, "98.54"),
        (491e6, "491"),
        (412.25e6, "412.2"),
        (7.43e6, "7.43"),
        (1e6, "1"),
        (99e9, "99,000"),
    ],
)
def test_millions(value: float, text: str) -> None:
    assert millions(value) == text


def test_a_loss_stands_in_parentheses_or_is_called_negative() -> None:
    seen = {money(-491e6, Random(seed)) for seed in range(30)}
    assert seen == {"$(491) million", "negative $491 million"}
    assert table(-491e6) == "$(491)"


def test_money_comes_in_many_renderings_of_one_value() -> None:
    seen = {money(8_235e6, Random(seed)) for seed in range(80)}
    assert {"$8,235 million", "US$8,235 million", "8,235 million dollars", "$8.23 billion"} <= seen


def test_percent_and_ratio() -> None:
    assert {percent(-3.1, Random(seed)) for seed in range(30)} == {"negative 3.1%", "(3.1)%", "minus 3.1 percent"}
    assert {percent(12.0, Random(seed)) for seed in range(30)} == {"12%", "12 percent"}
    assert {ratio(0.731, Random(seed)) for seed in range(30)} == {"0.73", "0.73 to 1"}


def test_rounded_and_listing() -> None:
    assert rounded(123_456) == 123_000
    assert rounded(123_456, 2) == 120_000
    assert listing(["a"]) == "a"
    assert listing(("a", "b")) == "a and b"
    assert listing(["a", "b", "c"]) == "a, b and c"
