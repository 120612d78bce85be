"""Scoring a table of cases: one column a metric."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ..errors import UsageError
from .batch import Batch
from .registry import METRICS, OPERATIONAL, default_names, find

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..case import GoldSet


def score(frame: pl.DataFrame, gold: GoldSet, metrics: Sequence[str] | None = None, also: Iterable[str] = ()) -> pl.DataFrame:
    """The table with a Float64 column for each case-level metric; those that stood there before are replaced.

    Without `metrics` every metric is computed that applies to some case and whose part of the response (retrieved passages,
    contexts, citations) some response has; `also` names metrics that are computed in any case. Null means that a metric does
    not apply to a case, or that the case ended in an infrastructure error. Operational names (latency, cost) are passed over.

    Raises:
        UsageError: a name is unknown, or a case of the table is not in the gold set.
    """
    known = {case.id for case in gold.cases}
    if strange := [name for name in frame["id"].to_list() if name not in known]:
        msg = f'the table holds the case "{strange[0]}", which the gold set lacks.'
        raise UsageError(msg, where=str(gold.path), next_step="Score it with the gold set that it was asked from.")
    wanted = list(dict.fromkeys([*(default_names() if metrics is None else metrics), *also]))
    forced = set(wanted) if metrics is not None else set(also)
    batch = Batch(frame, gold)
    usable = frame["error"].is_null()
    columns = []
    for name in wanted:
        if name not in OPERATIONAL and (name in forced or _has_material(name, frame)):
            found, cut = find(name)
            values = pl.Series(name, found.scorer(batch, cut), dtype=pl.Float64)
            column = pl.select(pl.when(usable).then(values).alias(name)).to_series()
            if name in forced or column.null_count() < len(column):
                columns.append(column)
    return frame.drop(column.name for column in columns if column.name in frame.columns).with_columns(columns)


def _has_material(name: str, frame: pl.DataFrame) -> bool:
    part = METRICS[name.partition("@")[0]].asks_for
    return part is None or bool((frame[part].list.len().fill_null(0) > 0).any())
