"""Metrics of a table of cases: values, weights and clusters, aggregated with their interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import polars as pl

from ..results import MetricValue
from ..score.registry import OPERATIONAL, Measure, measure
from ..table import TAG, metric_columns
from .stats import Estimate, Sample, estimate_mean, estimate_quantile

if TYPE_CHECKING:
    from collections.abc import Mapping

ANSWER_FIELDS = ("answer", "answers", "numeric", "boolean", "items", "label", "value")


@dataclass(frozen=True, kw_only=True)
class Material:
    """The values of one metric, without the cases that have none; `missing` of them should have one."""

    sample: Sample
    missing: int
    errors: int
    cases: int


def in_slice(frame: pl.DataFrame, where: Mapping[str, str] | None) -> pl.DataFrame:
    """The rows whose tags have all the values of `where`; none if a tag is unknown."""
    for name, value in (where or {}).items():
        column = TAG + name
        frame = frame.filter(pl.col(column) == str(value)) if column in frame.columns else frame.clear()
    return frame


def value_of(found: Measure) -> pl.Expr:
    """The expression that gives a measure's value a row: 1 for an error, else the column."""
    if found.name == "errors.rate":
        return pl.col("error").is_not_null().cast(pl.Float64)
    return pl.col(found.column).cast(pl.Float64)


def applies(found: Measure, frame: pl.DataFrame) -> pl.Expr:
    """Whether a metric should have a value in a row of `frame`, judged by what the case expects."""
    if found.name in OPERATIONAL or not found.needs:
        return pl.lit(value=True)
    if found.needs == ("refusal",):
        return _unanswerable(frame)
    if found.needs == ("evidence",):
        return _expects("evidence") | (pl.col("evidence_missing").list.len().fill_null(0) > 0)
    asked = pl.any_horizontal(_expects(name) for name in found.needs)
    return asked & ~_unanswerable(frame) if "answer" in found.needs else asked


def _expects(name: str) -> pl.Expr:
    return pl.col("expected").str.json_path_match(f"$.{name}").is_not_null()


def _unanswerable(frame: pl.DataFrame) -> pl.Expr:
    nothing = ~pl.any_horizontal(_expects(name) for name in (*ANSWER_FIELDS, "evidence"))
    nothing &= pl.col("evidence_missing").list.len().fill_null(0) == 0
    if TAG + "kind" not in frame.columns:
        return nothing
    return nothing | (pl.col(TAG + "kind").fill_null("") == "unanswerable")


def material(frame: pl.DataFrame, found: Measure) -> Material:
    """The values of a metric in a table, with what is missing and why."""
    if found.column not in frame.columns and found.name != "errors.rate":
        empty = Sample(values=np.empty(0))
        return Material(sample=empty, missing=0, errors=0, cases=len(frame))
    rows = frame.select("cluster", value=value_of(found), weight=pl.col("weight").fill_null(1.0))
    missing = _missing(frame.filter(rows["value"].is_null()), found)
    return Material(
        sample=sample_of(rows.filter(pl.col("value").is_not_null()), kind="fraction" if found.unit == "fraction" else "amount"),
        missing=len(missing),
        errors=len(missing) - missing["error"].null_count(),
        cases=len(frame),
    )


def _missing(empty: pl.DataFrame, found: Measure) -> pl.DataFrame:
    """Those of the rows without a value that should have one: an error or lost evidence took it."""
    taken = pl.col("error").is_not_null()
    if found.needs == ("evidence",):
        taken |= pl.col("evidence_missing").list.len().fill_null(0) > 0
    empty = empty.filter(taken)
    return empty.filter(applies(found, empty))


def sample_of(rows: pl.DataFrame, *, kind: Literal["fraction", "amount"] = "fraction") -> Sample:
    """A sample from the columns value, weight and cluster; a case without a cluster is one of its own."""
    weights = rows["weight"].to_numpy()
    even = len(weights) == 0 or bool((weights == weights[0]).all())
    return Sample(
        values=rows["value"].cast(pl.Float64).to_numpy(),
        weights=None if even else weights,
        clusters=_codes(rows["cluster"]),
        kind=kind,
    )


def _codes(clusters: pl.Series) -> np.ndarray[tuple[int], np.dtype[np.int64]] | None:
    if clusters.null_count() == len(clusters):
        return None
    alone = pl.Series(range(len(clusters))).cast(pl.String)
    named = pl.DataFrame({"name": clusters, "alone": alone}).select(
        code=pl.coalesce("c" + pl.col("name"), "-" + pl.col("alone")).rank("dense").cast(pl.Int64) - 1
    )["code"]
    return None if named.n_unique() == len(named) else named.to_numpy()


def estimate(found: Measure, sample: Sample, confidence: float) -> Estimate:
    """The mean or quantile that a measure stands for."""
    if found.quantile is None:
        return estimate_mean(sample, confidence)
    return estimate_quantile(sample.values, found.quantile, confidence)


def summarise(frame: pl.DataFrame, name: str, confidence: float) -> MetricValue:
    """One metric over a table, as it stands in evaluation.json."""
    found = measure(name)
    stuff = material(frame, found)
    result = estimate(found, stuff.sample, confidence)
    return MetricValue(
        value=result.value, ci_low=result.low, ci_high=result.high, n=result.n, missing=stuff.missing, note=result.note
    )


def present(frame: pl.DataFrame) -> list[str]:
    """The names of all metrics that a table has values of: its metric columns, then the operational ones."""
    operational = [
        name
        for name, found in OPERATIONAL.items()
        if name == "errors.rate" or (found.column in frame.columns and frame[found.column].null_count() < len(frame))
    ]
    return [*metric_columns(frame.columns), *operational]
