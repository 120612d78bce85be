"""Differences of quantiles: a bootstrap of pairs where they are few, influence functions where they are many."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from .special import normal_lower

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

RESAMPLES = 4000
RESAMPLED_VALUES = 2_000_000


def resampled_quantiles(here: Floats, there: Floats, quantile: float, seed: int) -> Floats:
    """The quantile's difference in 4,000 seeded resamples of the pairs."""
    generator = np.random.default_rng(seed)
    n = len(here)
    batch = max(1, min(RESAMPLES, RESAMPLED_VALUES // n))
    drawn = []
    for start in range(0, RESAMPLES, batch):
        picks = generator.integers(0, n, size=(min(batch, RESAMPLES - start), n), dtype=np.int32)
        drawn.append(np.quantile(here[picks], quantile, axis=1) - np.quantile(there[picks], quantile, axis=1))
    return np.concatenate(drawn)


def quantile_influence(values: Floats, quantile: float) -> Floats:
    """How each value moves the quantile, times their number: (quantile - [value <= it]) / density there."""
    here = np.quantile(values, quantile)
    influence: Floats = (quantile - (values <= here)) * np.float64(sparsity(values, quantile))
    return influence


def sparsity(values: Floats, quantile: float) -> float:
    """1 / density at a quantile: the slope of the quantiles around it (Siddiqui 1960).

    The bandwidth is Hall and Sheather's (JRSS B 50, 1988), halved at most so that both ends lie within the data.
    """
    n = len(values)
    z = normal_lower(quantile)
    density = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    width = n ** (-1 / 3) * 1.959964 ** (2 / 3) * (1.5 * density**2 / (2 * z * z + 1)) ** (1 / 3)
    width = min(width, quantile / 2, (1 - quantile) / 2)
    low, high = np.quantile(values, (quantile - width, quantile + width)).tolist()
    return float((high - low) / (2 * width))
