"""Two rankings into one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

K = 60.0


def ranks(scores: NDArray[np.float32], rows: NDArray[np.int64], floor: float, depth: int) -> NDArray[np.int64]:
    """The best `depth` of `rows` with a score above `floor`, best first; equal scores in the order of the corpus."""
    kept = rows[scores[rows] > floor]
    order = np.argsort(-scores[kept], kind="stable")
    return kept[order[:depth]]


def reciprocal(rankings: list[tuple[NDArray[np.int64], float]]) -> dict[int, float]:
    """Reciprocal rank fusion (Cormack, Clarke and Buettcher 2009): the sum of weight / (60 + rank) over the rankings."""
    fused: dict[int, float] = {}
    for ranking, weight in rankings:
        for rank, row in enumerate(ranking.tolist(), start=1):
            fused[row] = fused.get(row, 0.0) + weight / (K + rank)
    return fused
