"""Scoring a table of cases: one column a metric."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import polars as pl

from ..errors import UsageError
from .batch import Batch, Cases
from .registry import OPERATIONAL, Metric, default_names, find, standing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from ..case import GoldSet
    from .cache import ScoreCache

    Wanted = dict[str, tuple[Metric, float | None]]

BATCH = 10_000
"""Rows that are scored at once: enough to pay for a call, few enough for the processor's cache."""

THREADS = 2


def score(
    frame: pl.DataFrame,
    gold: GoldSet,
    metrics: Sequence[str] | None = None,
    also: Iterable[str] = (),
    *,
    cache: ScoreCache | None = None,
    done: Collection[str] = (),
) -> pl.DataFrame:
    """The table with a Float64 column for each case-level metric; those that stood there before are replaced.

    Without `metrics` every metric is computed that applies to some case and whose part of the response (retrieved passages,
    contexts, citations) some response has; `also` names metrics that are computed in any case. Null means that a metric does
    not apply to a case, or that the case ended in an infrastructure error. Operational names (latency, cost) and the columns
    that other steps add (a judge's, the repeats') are passed over. `cache` keeps the values of metrics that ask for it.
    `done` are columns of the table that stand as they are.

    Raises:
        UsageError: a name is unknown, a case of the table is not in the gold set, or a user's metric failed.
    """
    _refuse_strangers(frame, gold)
    _refuse_undefined(frame, metrics or ())
    forced = {*(metrics or ()), *also}
    names = [*(default_names(frame) if metrics is None else metrics), *also]
    wanted = _wanted(frame, [name for name in names if name not in done], forced)
    scored = pl.concat(_each(_batches(frame, gold), wanted, cache))
    columns = [column for column in scored.get_columns() if column.name in forced or column.null_count() < len(column)]
    return frame.drop(column.name for column in columns if column.name in frame.columns).with_columns(columns)


def _refuse_strangers(frame: pl.DataFrame, gold: GoldSet) -> None:
    if frame["id"].equals(gold.frame["id"]):
        return
    strange = frame.select("id").join(gold.frame.select("id"), on="id", how="anti", maintain_order="left")
    if not strange.is_empty():
        msg = f'the table holds the case "{strange["id"][0]}", which the gold set lacks.'
        raise UsageError(msg, where=str(gold.path), next_step="Score it with the gold set that it was asked from.")


def _refuse_undefined(frame: pl.DataFrame, names: Sequence[str]) -> None:
    """Nothing adds a `custom.` column but its function, so that one which is asked for must be defined or stand there."""
    for name in names:
        if name.startswith("custom.") and name not in frame.columns and find(name)[0].scorer is standing:
            msg = f'no function defines the metric "{name}", and the table has no such column.'
            raise UsageError(msg, next_step=f'Define it with @metric("{name}"), and let its file be read before scoring.')


def _wanted(frame: pl.DataFrame, names: Sequence[str], forced: set[str]) -> Wanted:
    """The metrics to compute, by name: those that were asked for, and of the others those that have material."""
    found = {name: find(name) for name in names if name not in OPERATIONAL}
    return {
        name: (metric, parameter)
        for name, (metric, parameter) in found.items()
        if metric.scorer is not standing and (name in forced or _has_material(metric, frame))
    }


def _has_material(metric: Metric, frame: pl.DataFrame) -> bool:
    return not metric.asks_for or any(_filled(frame[name]) for name in metric.asks_for if name in frame.columns)


def _filled(column: pl.Series) -> bool:
    if isinstance(column.dtype, pl.List):
        return bool((column.list.len().fill_null(0) > 0).any())
    return column.null_count() < len(column)


def _batches(frame: pl.DataFrame, gold: GoldSet) -> Iterator[Batch]:
    """The rows in batches, at least one, with their evidence where the gold set has it in a column for these very rows."""
    cases, evidence = Cases(gold), None
    if "evidence" in gold.frame.columns and gold.frame["expected"].equals(frame["expected"]):
        evidence = gold.frame["evidence"]
    for start in range(0, max(len(frame), 1), BATCH):
        rows = slice(start, start + BATCH)
        yield Batch(frame[rows], cases, None if evidence is None else evidence[rows])


def _each(batches: Iterator[Batch], wanted: Wanted, cache: ScoreCache | None) -> list[pl.DataFrame]:
    """The metric columns of each batch; a few batches at once unless a user's function or a cache has a part in it."""
    if cache is not None or any(metric.user for metric, _ in wanted.values()):
        return [_scored(batch, wanted, cache) for batch in batches]
    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(lambda batch: _scored(batch, wanted, None), batches))


def _scored(batch: Batch, wanted: Wanted, cache: ScoreCache | None) -> pl.DataFrame:
    """The metric columns of some rows."""
    usable, columns = batch.frame["error"].is_null(), []
    for name, (metric, parameter) in wanted.items():
        values = pl.Series(name, _values(batch, metric, parameter, cache), dtype=pl.Float64)
        columns.append(pl.select(pl.when(usable).then(values).alias(name)).to_series())
    return pl.DataFrame(columns)


def _values(
    batch: Batch, metric: Metric, parameter: float | None, cache: ScoreCache | None
) -> Sequence[float | None] | pl.Series:
    if cache is None or not metric.cache:
        return metric.scorer(batch, parameter)
    return cache.through(batch.frame, metric.name, metric.version, lambda rows: metric.scorer(batch.only(rows), parameter))
