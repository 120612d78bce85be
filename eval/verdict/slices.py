"""The gated metrics on each value of each tag."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..results import SliceValue
from ..score.registry import measure
from ..table import TAG
from .stats import weighted_mean
from .values import estimate, material, sample_of, value_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from .common import Common

MOST_VALUES = 50


def slices(scored: pl.DataFrame, metrics: Sequence[str], common: Common | None, confidence: float) -> list[SliceValue]:
    """Every metric on every tag value, sorted by tag, value and metric; tags with more than 50 values are left out."""
    found = []
    for column in sorted(name for name in scored.columns if name.startswith(TAG)):
        values = sorted(scored[column].drop_nulls().unique().to_list())
        if len(values) <= MOST_VALUES:
            for value in values:
                rows = scored.filter(scored[column] == value)
                found += [_slice(rows, column, value, name, common, confidence) for name in metrics]
    return [part for part in found if part.n or part.missing]


def _slice(rows: pl.DataFrame, column: str, value: str, name: str, common: Common | None, confidence: float) -> SliceValue:
    stuff = material(rows, measure(name))
    result = estimate(measure(name), stuff.sample, confidence)
    live, diff = _against_live(common, column, value, name) if common is not None else (None, None)
    return SliceValue(
        tag=column.removeprefix(TAG),
        value=value,
        metric=name,
        n=result.n,
        value_=result.value,
        ci_low=result.low,
        ci_high=result.high,
        missing=stuff.missing,
        baseline=live,
        diff=diff,
    )


def _against_live(common: Common, column: str, value: str, name: str) -> tuple[float | None, float | None]:
    """Live's mean and the difference on the common cases of a slice that both have values for; null for quantiles."""
    import polars as pl

    found = measure(name)
    absent = found.name != "errors.rate" and found.column not in common.there.columns
    if absent or found.quantile is not None or not len(common):
        return None, None
    rows = common.here.select("weight", "cluster", tag=column, value=value_of(found))
    rows = rows.with_columns(other=common.there.select(value_of(found)).to_series())
    rows = rows.filter((pl.col("tag") == value) & pl.col("value").is_not_null() & pl.col("other").is_not_null())
    if not len(rows):
        return None, None
    here = weighted_mean(sample_of(rows))
    there = weighted_mean(sample_of(rows.with_columns(value=pl.col("other"))))
    return there, here - there
