from __future__ import annotations

import math
from typing import Any

import numpy as np
import polars as pl
import pytest

from goldgate.eval.report.pack.numbers import Numbers

from .reading import Packed


def back(numbers: Numbers, place: dict[str, Any]) -> list[float | None]:
    opened = Packed.__new__(Packed)
    opened.data = {"numbers": numbers.data()}
    return opened.values(place)


@pytest.mark.parametrize(
    ("values", "width"),
    [
        ([0, 1, None, 1], 1),
        ([None, None], 1),
        ([-3, 250, None], 1),
        ([1, 70_000, None], 4),
        ([0.25, 1.0, None, 0.1234], 2),
        ([1000.5, None, 1003.25], 2),
        ([1e12 + 0.5, None, -3.25], 8),
        ([5e300, 1.0], 8),
    ],
)
def test_numbers_come_back(values: list[float | None], width: int) -> None:
    numbers = Numbers("numbers")
    place = numbers.add(pl.Series(values, dtype=pl.Float64))
    assert place["width"] == width
    assert back(numbers, place) == values


def test_small_numbers_keep_five_digits() -> None:
    numbers = Numbers("numbers")
    place = numbers.add(pl.Series([0.0034567, 0.0000012]))
    assert back(numbers, place) == pytest.approx([0.0034567, 0.0000012], abs=1e-8)


def test_what_is_no_number_has_no_value() -> None:
    numbers = Numbers("numbers")
    place = numbers.add(pl.Series([math.nan, math.inf, 2.0]))
    assert back(numbers, place) == [None, None, 2]


def test_columns_lie_one_after_the_other() -> None:
    numbers = Numbers("numbers")
    first, second = numbers.add(pl.Series([1, 2])), numbers.add(pl.Series([300.5, None]))
    assert (first["at"], second["at"]) == (0, 2)
    assert back(numbers, second) == [300.5, None]


def test_codes_are_stored_as_differences() -> None:
    codes = np.array([5, 6, 0, 900, 7], dtype=np.uint32)
    numbers = Numbers("numbers")
    place = numbers.add_codes(codes)
    assert place["width"] == 2
    assert place["delta"]
    assert back(numbers, place) == [5, 6, None, 900, 7]
