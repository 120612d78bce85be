"""What a judge is worth: its raw mean, its agreement with people, and its mean corrected by them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .agreement import agreement
from .inference import corrected_mean
from .interval import Rows, mean_value

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def worth(
    judge: Floats,
    human: Floats,
    *,
    weights: Floats | None = None,
    clusters: NDArray[Any] | None = None,
    confidence: float = 0.95,
    bounded: bool = True,
) -> dict[str, Any]:
    """A record of the two columns: `n, labelled, raw, agreement, human, corrected`, the last three null without labels.

    One number a row, NaN where there is none; rows without the judge's score are left out. `bounded` scores are fractions.
    """
    there = ~np.isnan(judge)
    f, y = judge[there], human[there]
    w, c = (None if part is None else part[there] for part in (weights, clusters))
    both = ~np.isnan(y)
    record: dict[str, Any] = {"n": len(f), "labelled": int(both.sum())}
    record["raw"] = _plain(mean_value(f, Rows.of(len(f), w, c), confidence, bounded=bounded).to_json())
    if not both.any():
        return record | {"agreement": None, "human": None, "corrected": None}
    of_both = {"weights": None if w is None else w[both], "clusters": None if c is None else c[both]}
    corrected = corrected_mean(f, y, weights=w, clusters=c, confidence=confidence, bounded=bounded)
    record["agreement"] = agreement(f[both], y[both], confidence=confidence, **of_both).to_json()
    record["human"] = _plain(corrected.human.to_json())
    record["corrected"] = corrected.to_json()
    return record


def _plain(value: dict[str, Any]) -> dict[str, Any]:
    return {key: part for key, part in value.items() if key != "missing"}
