"""Tables of cases that were scored apart, as the one table that a single run would have written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from .case import TAG, GoldSet
from .score.registry import default_names, find, standing
from .score.scoring import score
from .table import metric_columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

GOLD_COLUMNS = ("id", "line", "input", "expected", "cluster", "weight", "notes", "evidence_missing")


def join(parts: Sequence[pl.DataFrame], metrics: Sequence[str] | None = None, also: Iterable[str] = ()) -> pl.DataFrame:
    """The rows of all parts below one another, with the metric columns that scoring them together gives, in its order.

    Whether a metric is computed depends on what a table holds, so that a part may lack a column that the whole has: it is
    computed then, and the columns that every part has stand. `metrics` and `also` are those that the parts were scored by.

    Raises:
        UsageError: a metric that must be computed is unknown here.
    """
    whole = pl.concat(parts, how="diagonal").rechunk()
    filled = [part for part in parts if part.height]
    if not filled:
        return whole
    names, also = [*(default_names(whole) if metrics is None else metrics), *also], list(also)
    found = metric_columns(whole.columns)
    everywhere = set.intersection(*(set(metric_columns(part.columns)) for part in filled))
    partial = [name for name in found if name not in everywhere and name in names and _is_ours(name)]
    done = [name for name in found if name not in partial]
    scored = score(whole.drop(partial), gold_of(whole), metrics, also, done=done)
    return scored.select(_ordered(scored.columns, names))


def _is_ours(name: str) -> bool:
    """Whether a metric is goldgate's own: a user's, or one that a judge adds, is absent only where it has no value."""
    metric, _ = find(name)
    return not metric.user and metric.scorer is not standing


def _ordered(columns: Sequence[str], names: Sequence[str]) -> list[str]:
    """The columns with the computed metrics in the order of scoring, where the first of them stands."""
    computed = [name for name in dict.fromkeys(names) if name in columns]
    others = [name for name in columns if name not in computed]
    first = next((place for place, name in enumerate(columns) if name in computed), len(columns))
    before = [name for name in columns[:first] if name in others]
    return [*before, *computed, *others[len(before) :]]


def gold_of(table: pl.DataFrame) -> GoldSet:
    """The cases of a table of cases; an input that reads as a JSON object is one."""
    tags = [name for name in table.columns if name.startswith(TAG)]
    text = pl.col("input").str
    frame = table.select(
        *GOLD_COLUMNS, *tags, structured=text.starts_with("{") & text.ends_with("}"), case=pl.lit("", dtype=pl.String)
    )
    return GoldSet(frame=frame, sha256="", path=Path("cases.parquet"), format="table")
