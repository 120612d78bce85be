"""`numbers.states` for whole columns: answers that are the same text but for their digits are read as one."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from ..case import DEFAULT_RELATIVE_TOLERANCE
from .numbers import CONSIDERED, SCALES, Number, Unit, matched, readings, scaling, unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Values = NDArray[np.float64]
    Mask = NDArray[np.bool_]

MANY = 64
PLAIN = r"^[\x00\x02-Z\]_-\x7f]*$"
"""Texts in which `numbers` looks at nothing but digits and what stands around them: no citations, LaTeX or powers of ten."""

YEAR = r"(^|[^0-9])(?:19|20)[0-9]{2}([^0-9]|$)"
YEAR_MARK = "\x01\x01\x01\x01"


class Place(NamedTuple):
    """Where a number stands in all answers of one shape, and what it is there, as a number of the value 1."""

    start: int
    length: int
    negative: bool
    factor: float
    number: Number


def states_alike(rows: pl.DataFrame, *, many: int = MANY) -> pl.Series:
    """Whether each answer states the expected number, as `numbers.states` says; null where that must be asked.

    `rows` holds answer, question, numeric, unit, tolerance_absolute and tolerance_relative. Shapes of fewer than `many` answers
    with one expected unit are left out.
    """
    plain = pl.col("answer").str.contains(PLAIN) & pl.col("answer").str.contains("[0-9]") & pl.col("numeric").is_not_null()
    shaped = rows.with_row_index("row").filter(plain).with_columns(shape=_shape(pl.col("answer")))
    alike = shaped.filter(pl.len().over("shape", "unit") >= many)
    found = pl.Series([None], dtype=pl.Boolean).new_from_index(0, len(rows))
    for (shape, name), part in alike.partition_by("shape", "unit", as_dict=True, include_key=False).items():
        places = _places(shape)
        if places is not None:
            found = found.scatter(part["row"], _stated(part, places, unit(name)))
    return found


def _shape(answer: pl.Expr) -> pl.Expr:
    """The answer with its digits all alike, but for years."""
    marked = rf"${{1}}{YEAR_MARK}${{2}}"
    return answer.str.replace_all(YEAR, marked).str.replace_all(YEAR, marked).str.replace_all("[0-9]", "0")


@lru_cache(maxsize=4096)
def _places(shape: str) -> list[Place] | None:
    """The numbers of a shape; null where there are none, or too many to be looked at together."""
    found = matched(shape.replace("0", "7").replace(YEAR_MARK, "1999"))
    if not 0 < len(found) <= CONSIDERED or any(match["exponent"] for match, _ in found):
        return None
    return [
        Place(
            match.start("digits"),
            len(match["digits"]),
            number.value < 0,
            scaling(match["scale"], match["percent"]),
            number._replace(value=1.0),
        )
        for match, number in found
    ]


def _stated(part: pl.DataFrame, places: list[Place], wanted: Unit) -> pl.Series:
    """Whether the answers of one shape state what is expected in one unit."""
    with np.errstate(all="ignore"):
        value, limit = _goals(part, wanted)
        years = _are_years(value, wanted)
        stated = np.zeros(len(part), dtype=bool)
        for place in places:
            told, counts = _told(part["answer"], place), years if place.number.year else True
            for reading in readings(place.number, wanted, None):
                stated |= counts & (np.abs(told * reading - value) <= limit)
    doubtful = ~stated & _name_scale(part["question"], wanted)
    return pl.Series(stated).zip_with(pl.Series(~doubtful), pl.Series([None], dtype=pl.Boolean).new_from_index(0, len(part)))


def _told(answers: pl.Series, place: Place) -> Values:
    digits = answers.str.slice(place.start, place.length).str.replace_all(",", "", literal=True)
    values = digits.cast(pl.Float64).to_numpy()
    told: Values = (-values if place.negative else values) * place.factor
    return told


def _goals(part: pl.DataFrame, wanted: Unit) -> tuple[Values, Values]:
    """The expected values and the largest distance from them, in plain units, as `numbers.goal` gives them."""
    value = part["numeric"].to_numpy() * wanted.scale
    relative = pl.when(pl.col("tolerance_absolute").is_null()).then(
        pl.col("tolerance_relative").fill_null(DEFAULT_RELATIVE_TOLERANCE)
    ).otherwise(pl.col("tolerance_relative").fill_null(0.0))  # fmt: skip
    near = part.select(relative.alias("relative"), absolute=pl.col("tolerance_absolute").fill_null(0.0))
    widest = np.fmax(near["absolute"].to_numpy() * wanted.scale, near["relative"].to_numpy() * np.abs(value))
    return value, widest + 1e-9 * np.abs(value)


def _are_years(value: Values, wanted: Unit) -> Mask:
    if wanted.percent or wanted.currency or wanted.scale != 1.0:
        return np.zeros(len(value), dtype=bool)
    years: Mask = (value == np.floor(value)) & (value >= 1900) & (value < 2100)
    return years


def _name_scale(questions: pl.Series, wanted: Unit) -> Mask:
    """Whether the question names the scale of the expected unit, so that an answer may leave it out."""
    words = [word for word, scale in SCALES.items() if scale == wanted.scale and len(word) > 1]
    if wanted.percent or not words:
        return np.zeros(len(questions), dtype=bool)
    pattern = rf"(?:^|[^a-z])(?:{'|'.join(words)})(?:[^a-z]|$)"
    return questions.str.to_lowercase().str.contains(pattern).to_numpy()
