"""Retrieval metrics with trec_eval's definitions, over all cases at once.

Every function takes what was judged and a cut-off, and gives one number a row: NaN where no passage is judged. A row whose
passages are all judged not relevant has 0, as in trec_eval. Uncut metrics look at all that was retrieved. The order of
`retrieved` is final: where a service gave scores, ties were broken as trec_eval does when its answer was read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from .judged import Judged
from .registry import Metric, register

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from .batch import Batch
    from .judged import Found

    Values = NDArray[np.float64]


def _over(judged: Judged, values: Values, divisor: Values) -> Values:
    """Values over a divisor, 0 where it is 0, NaN where nothing is judged."""
    quotient = np.divide(values, divisor, out=np.zeros(len(judged)), where=divisor > 0)
    return np.where(judged.judged, quotient, np.nan)


def recall(judged: Judged, cut: int | None) -> Values:
    """Relevant passages among the first k over all relevant ones (recall_k, set_recall)."""
    return _over(judged, judged.summed(judged.hits.down_to(cut).row), judged.relevant)


def precision(judged: Judged, cut: int | None) -> Values:
    """Relevant passages among the first k over k (P_k); uncut over what was retrieved, 0 for nothing (set_P)."""
    of = judged.shown if cut is None else np.full(len(judged), float(cut))
    return _over(judged, judged.summed(judged.hits.down_to(cut).row), of)


def hit(judged: Judged, cut: int | None) -> Values:
    """1 if a relevant passage is among the first k (success_k)."""
    found = judged.summed(judged.hits.down_to(cut).row) > 0
    return np.where(judged.judged, found.astype(np.float64), np.nan)


def ndcg(judged: Judged, cut: int | None) -> Values:
    """Discounted gain (grade over log2(rank + 1)) over that of the ideal ranking (ndcg, ndcg_cut_k); Järvelin 2002."""
    return _over(judged, _gain(judged, judged.graded, cut), _gain(judged, judged.ideal, cut))


def _gain(judged: Judged, found: Found, cut: int | None) -> Values:
    found = found.down_to(cut)
    return judged.summed(found.row, np.maximum(found.grade, 0) / np.log2(found.rank + 1))


def mrr(judged: Judged, cut: int | None) -> Values:
    """1 over the rank of the first relevant passage, 0 if none is among the first k (recip_rank)."""
    hits = judged.hits.down_to(cut)
    first = hits.only(hits.nth == 1)
    return np.where(judged.judged, judged.summed(first.row, 1 / first.rank), np.nan)


def average_precision(judged: Judged, cut: int | None) -> Values:
    """Mean over all relevant passages of the precision at their rank, 0 for those not among the first k (map, map_cut_k)."""
    hits = judged.hits.down_to(cut)
    return _over(judged, judged.summed(hits.row, hits.nth / hits.rank), judged.relevant)


METRICS: dict[str, Callable[[Judged, int | None], Values]] = {
    "recall": recall,
    "precision": precision,
    "hit": hit,
    "ndcg": ndcg,
    "mrr": mrr,
    "map": average_precision,
}


def _judged(batch: Batch) -> Judged:
    return Judged(batch.frame["retrieved"], batch.evidence)


def _scored(function: Callable[[Judged, int | None], Values]) -> Callable[[Batch, int | None], pl.Series]:
    def scorer(batch: Batch, cut: int | None) -> pl.Series:
        return pl.Series(function(batch.once(_judged), cut), nan_to_null=True)

    return scorer


for _name, _function in METRICS.items():
    register(
        Metric(name=f"retrieval.{_name}", scorer=_scored(_function), needs=("evidence",), asks_for=("retrieved",), cuts=True)
    )
