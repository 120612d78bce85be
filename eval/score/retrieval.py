"""Retrieval metrics with trec_eval's definitions, as polars joins over all cases at once.

A passage is relevant from grade 1. Uncut metrics look at all that was retrieved. The order of `retrieved` is final: where a
service gave scores, ties were broken as trec_eval does when its answer was read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from .registry import Metric, register

if TYPE_CHECKING:
    from .batch import Batch

DISCOUNTED = pl.col("grade") / (pl.col("rank") + 1).log(2)
IDEAL = pl.col("grade") / (pl.col("place") + 1).log(2)


def _hits(batch: Batch, cut: int | None) -> pl.DataFrame:
    return batch.hits if cut is None else batch.hits.filter(pl.col("rank") <= cut)


def _relevant(batch: Batch) -> pl.Series:
    """How many relevant passages each case has; null without any."""
    return batch.per_row(batch.evidence.group_by("row").agg(n=pl.len()), "n")


def _found(batch: Batch, cut: int | None) -> pl.Series:
    return batch.per_row(_hits(batch, cut).group_by("row").agg(n=pl.len()), "n", fill=0)


def _where_expected(batch: Batch, values: pl.Series) -> pl.Series:
    """Null for the cases without relevant passages."""
    return pl.select(pl.when(_relevant(batch).is_not_null()).then(values)).to_series()


def recall(batch: Batch, cut: int | None) -> pl.Series:
    """Relevant passages among the first k over all relevant ones (recall_k, set_recall)."""
    return _found(batch, cut) / _relevant(batch)


def precision(batch: Batch, cut: int | None) -> pl.Series:
    """Relevant passages among the first k over k (P_k); uncut over what was retrieved, 0 for nothing (set_P)."""
    found = _found(batch, cut)
    if cut is not None:
        return _where_expected(batch, found / cut)
    shown = batch.frame["retrieved"].list.len().fill_null(0).cast(pl.Float64)
    return _where_expected(batch, pl.select(pl.when(shown > 0).then(found / shown).otherwise(0.0)).to_series())


def hit(batch: Batch, cut: int | None) -> pl.Series:
    """1 if a relevant passage is among the first k (success_k)."""
    return _where_expected(batch, (_found(batch, cut) > 0).cast(pl.Float64))


def ndcg(batch: Batch, cut: int | None) -> pl.Series:
    """Discounted gain (grade over log2(rank + 1)) over that of the ideal ranking (ndcg, ndcg_cut_k)."""
    ideal = batch.evidence if cut is None else batch.evidence.filter(pl.col("place") <= cut)
    best = batch.per_row(ideal.group_by("row").agg(gain=IDEAL.sum()), "gain")
    return batch.per_row(_hits(batch, cut).group_by("row").agg(gain=DISCOUNTED.sum()), "gain", fill=0) / best


def mrr(batch: Batch, cut: int | None) -> pl.Series:
    """1 over the rank of the first relevant passage, 0 if none is among the first k (recip_rank)."""
    first = _hits(batch, cut).group_by("row").agg(value=1 / pl.col("rank").min())
    return _where_expected(batch, batch.per_row(first, "value", fill=0))


def average_precision(batch: Batch, cut: int | None) -> pl.Series:
    """Mean over all relevant passages of the precision at their rank, 0 for those not among the first k (map, map_cut_k)."""
    at_rank = pl.int_range(1, pl.len() + 1).over("row") / pl.col("rank")
    summed = _hits(batch, cut).with_columns(value=at_rank).group_by("row").agg(pl.col("value").sum())
    return batch.per_row(summed, "value", fill=0) / _relevant(batch)


for _name, _scorer in {
    "recall": recall,
    "precision": precision,
    "hit": hit,
    "ndcg": ndcg,
    "mrr": mrr,
    "map": average_precision,
}.items():
    register(Metric(name=f"retrieval.{_name}", scorer=_scorer, needs=("evidence",), asks_for="retrieved", cuts=True))
