"""Which metric calls a case right or wrong, as columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ..case import TAG
from ..table import metric_columns

if TYPE_CHECKING:
    from collections.abc import Sequence

RIGHT_FROM = 0.5
REFUSAL = "answer.refusal"
DECIDING: tuple[tuple[str, ...], ...] = (
    ("answer.numeric_match",),
    ("answer.boolean_match",),
    ("answer.list_f1",),
    ("answer.exact_match", "answer.contains", "answer.token_f1"),
    (REFUSAL,),
    ("classification.correct", "classification.accuracy"),
)
"""The first group that has a value decides a case, by the best of the group."""

DECIDING_FAMILIES = ("judge.", "retrieval.recall", "retrieval.hit")
"""What decides the cases that none of `DECIDING` does: all metrics that begin so, family by family."""


def groups(metrics: Sequence[str]) -> list[list[str]]:
    """The groups of metrics that may decide a case, the first first; some may be empty."""
    fixed = [[name for name in group if name in metrics] for group in DECIDING]
    return fixed + [[name for name in metrics if name.startswith(family)] for family in DECIDING_FAMILIES]


def finite(name: str) -> pl.Expr:
    """A metric's value, null where it is no finite number."""
    value = pl.col(name).cast(pl.Float64)
    return pl.when(value.is_finite()).then(value)


def best(group: Sequence[str]) -> pl.Expr:
    """The largest value of a group."""
    return pl.max_horizontal(finite(name) for name in group) if group else pl.lit(None, dtype=pl.Float64)


def holder(group: Sequence[str]) -> pl.Expr:
    """The first metric of the group that has its best value."""
    held = [pl.when(finite(name) == best(group)).then(pl.lit(name)) for name in group]
    return pl.coalesce(held) if held else pl.lit(None, dtype=pl.String)


def deciding(found: Sequence[Sequence[str]], columns: Sequence[str]) -> pl.Expr:
    """The place of the group that decides a row: refusal first where the case cannot be answered."""
    places = [pl.when(best(group).is_not_null()).then(place) for place, group in enumerate(found)]
    if [REFUSAL] in found and TAG + "kind" in columns:
        refuses = pl.when(pl.col(TAG + "kind") == "unanswerable").then(places[list(found).index([REFUSAL])])
        places.insert(0, refuses)
    return pl.coalesce(places)


def chosen(place: pl.Expr, values: Sequence[pl.Expr], dtype: pl.DataType) -> pl.Expr:
    """The value of the group that stands at that place."""
    picks = [pl.when(place == number).then(value) for number, value in enumerate(values)]
    return pl.coalesce(picks).cast(dtype)


def right(frame: pl.DataFrame, metric: str | None = None) -> pl.Series:
    """Whether each row of a scored table is right: its deciding value is at least 0.5; null where nothing decides.

    `metric` names the column that decides. Where a table has none of the usual ones, the first does that holds 0 and 1 only.
    """
    metrics = metric_columns(frame.columns)
    found = [[metric]] if metric is not None else groups(metrics)
    if not any(found):
        found = [[name] for name in metrics if _says_yes_or_no(frame[name])][:1]
    if not any(found):
        return pl.Series("right", [None] * len(frame), dtype=pl.Boolean)
    value = chosen(deciding(found, frame.columns), [best(group) for group in found], pl.Float64())
    return frame.select(right=value >= RIGHT_FROM).to_series()


def _says_yes_or_no(values: pl.Series) -> bool:
    return values.null_count() < len(values) and bool(((values == 0) | (values == 1)).all())
