"""Metrics of a table of cases: values, weights and clusters, aggregated with their interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from ..case import TAG
from ..results import MetricValue
from ..score.registry import OPERATIONAL, Measure, measure
from ..table import metric_columns
from .scales import scale_of
from .stats import Estimate, Sample, bounds, estimate_mean, estimate_quantile, influence_parts
from .studentised import studentised

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from .stats import Codes
    from .studentised import Kind

ANSWER_FIELDS = ("answer", "answers", "numeric", "boolean", "items", "label", "value")
AMOUNTS = ("ms", "usd", "tokens")
WIDE = ("input", "answer", "contexts", "retrieved", "citations", "notes")


@dataclass(frozen=True, kw_only=True)
class Material:
    """The values of one metric, without the cases that have none; `missing` of them should have one.

    `rows` are the rows of the table behind the values, where the metric is an aggregate of rows.
    """

    sample: Sample
    missing: int
    errors: int
    cases: int
    rows: pl.DataFrame | None = None


def in_slice(frame: pl.DataFrame, where: Mapping[str, str] | None) -> pl.DataFrame:
    """The rows whose tags have all the values of `where`; none if a tag is unknown."""
    for name, value in (where or {}).items():
        column = TAG + name
        frame = frame.filter(pl.col(column) == str(value)) if column in frame.columns else frame.clear()
    return frame


def stands(found: Measure, frame: pl.DataFrame) -> bool:
    """Whether a table has the column that a measure is made of."""
    return found.column in frame.columns


def value_of(found: Measure) -> pl.Expr:
    """The expression that gives a measure's value a row: 1 for an error, else the column; null where there is none."""
    if found.name == "errors.rate":
        return pl.col("error").is_not_null().cast(pl.Float64)
    value = pl.col(found.column).cast(pl.Float64)
    return pl.when(value.is_finite()).then(value)


def kind_of(found: Measure) -> Kind:
    """What bounds a measure's values."""
    return "fraction" if found.unit == "fraction" else "amount" if found.unit in AMOUNTS else "value"


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
    if not stands(found, frame):
        return Material(sample=Sample(values=np.empty(0)), missing=0, errors=0, cases=len(frame))
    values = frame.select(value_of(found).alias("value")).to_series()
    kept = values.is_not_null()
    empty = missing_rows(frame.filter(~kept), found)
    rows = frame.select("cluster", weights_of(frame), value=values).filter(kept)
    return Material(
        sample=sample_of(rows, kind=kind_of(found)),
        missing=len(empty),
        errors=len(empty) - empty["error"].null_count(),
        cases=len(frame),
        rows=frame.filter(kept) if found.aggregate is not None else None,
    )


def narrow(frame: pl.DataFrame, measures: Collection[Measure], more: Collection[str] = ()) -> pl.DataFrame:
    """The columns that the measures' values need, and `more`: an aggregate may read any but long texts and lists."""
    if any(part.aggregate is not None for part in measures):
        return frame.drop(WIDE, strict=False)
    needed = {"cluster", "weight", "error", *more, *(part.column for part in measures)}
    return frame.select(name for name in frame.columns if name in needed)


def rows_for(frame: pl.DataFrame, found: Measure, where: Mapping[str, str] | None) -> pl.DataFrame:
    """The rows of a slice, with the columns that the measure's values need and that tell why one is missing."""
    tags = [TAG + name for name in where or ()]
    return in_slice(narrow(frame, [found], ["expected", "evidence_missing", TAG + "kind", *tags]), where)


def missing_rows(empty: pl.DataFrame, found: Measure) -> pl.DataFrame:
    """Those of the rows without a value that should have one: an error or lost evidence took it; none of a plain table."""
    if "error" not in empty.columns:
        return empty.clear()
    taken = pl.col("error").is_not_null()
    if found.needs == ("evidence",):
        taken |= pl.col("evidence_missing").list.len().fill_null(0) > 0
    empty = empty.filter(taken)
    return empty.filter(applies(found, empty))


def sample_of(rows: pl.DataFrame, *, kind: Kind = "fraction") -> Sample:
    """A sample from the columns value, weight and cluster; a case without a cluster is one of its own."""
    weights = rows["weight"].to_numpy()
    even = len(weights) == 0 or bool((weights == weights[0]).all())
    return Sample(
        values=rows["value"].cast(pl.Float64).to_numpy(),
        weights=None if even else weights,
        clusters=cluster_codes(rows["cluster"]),
        kind=kind,
    )


def weights_of(frame: pl.DataFrame) -> pl.Series:
    """The weight of each row; one without any counts as 1."""
    if "weight" not in frame.columns:
        return pl.Series("weight", [1.0]).new_from_index(0, len(frame))
    return frame["weight"].cast(pl.Float64).fill_null(1.0)


def clusters_of(frame: pl.DataFrame) -> Codes | None:
    """The clusters of the rows as codes; null where each row stands alone."""
    return cluster_codes(frame["cluster"]) if "cluster" in frame.columns else None


def cluster_codes(clusters: pl.Series) -> Codes | None:
    """The clusters as dense codes from 0; null where each case stands alone."""
    if clusters.null_count() == len(clusters):
        return None
    named = clusters.cast(pl.String).cast(pl.Categorical).to_physical()
    alone = named.is_null()
    seen = named.fill_null(0).to_numpy().astype(np.int64)
    used = np.zeros(int(seen.max()) + 1, dtype=np.int64)
    used[seen[~alone.to_numpy()]] = 1
    codes = (np.cumsum(used) - 1)[seen]
    codes[alone.to_numpy()] = used.sum() + np.arange(int(alone.sum()))
    return None if used.sum() + alone.sum() == len(codes) else codes


def estimate(found: Measure, stuff: Material, confidence: float) -> Estimate:
    """The mean, quantile or aggregate that a measure stands for."""
    if found.aggregate is not None:
        return _estimate_aggregate(found, stuff, confidence)
    if found.quantile is None:
        return estimate_mean(stuff.sample, confidence)
    return estimate_quantile(stuff.sample, found.quantile, confidence)


def _estimate_aggregate(found: Measure, stuff: Material, confidence: float) -> Estimate:
    """An aggregate with the interval that its rows' influences carry, on a scale that its bounds do not bend.

    Hampel, JASA 69, 1974; the interval on another scale by the delta method.
    """
    if found.aggregate is None or stuff.rows is None or not len(stuff.rows):
        return Estimate(value=None, note="no values")
    whole = found.aggregate(stuff.rows)
    if whole.value is None:
        return Estimate(value=None, n=len(stuff.rows), note="not defined on these cases")
    counted = ~np.isnan(whole.influence)
    n = int(counted.sum())
    scale = scale_of(found, whole.value)
    parts = influence_parts(whole.influence, counted, stuff.sample.clusters)
    spread = studentised(scale.to(whole.value), parts * scale.slope(whole.value))
    low, high, note = bounds(spread, n, confidence, "value", binary=False, plain=stuff.sample.plain)
    if low is not None and high is not None:
        low, high = sorted((scale.back(low), scale.back(high)))
    se = spread.se / abs(scale.slope(whole.value))
    return Estimate(value=whole.value, low=low, high=high, n=n, se=se, df=spread.df, note=note)


def summarise(frame: pl.DataFrame, name: str, confidence: float) -> MetricValue:
    """One metric over a table, as it stands in evaluation.json."""
    found = measure(name)
    stuff = material(frame, found)
    result = estimate(found, stuff, confidence)
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
