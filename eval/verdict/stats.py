"""Estimates and their intervals: closed forms where there are any, seeded resampling where there are none."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

INSUFFICIENT = "insufficient data"
CONSTANT = "all values are the same: they carry no interval"
SMALLEST_P = 1e-300


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A mean or quantile over `n` values with its interval; `se` and `df` where it rests on Student's t."""

    value: float | None
    low: float | None = None
    high: float | None = None
    n: int = 0
    se: float | None = None
    df: float | None = None
    note: str | None = None


@dataclass(frozen=True, kw_only=True)
class Sample:
    """Values with their weights and the clusters that they come from (integer codes; null: each stands alone).

    `kind` tells what bounds them: a fraction lies in 0..1, an amount (ms, USD, tokens) is not negative, a difference has no
    bounds. Only a fraction of 0s and 1s is a proportion: a cost of exactly 0 in every case is none.
    """

    values: Floats
    weights: Floats | None = None
    clusters: NDArray[np.int64] | None = None
    kind: Literal["fraction", "amount", "difference"] = "fraction"

    @property
    def binary(self) -> bool:
        """Whether the metric is a fraction and every value is 0 or 1."""
        return self.kind == "fraction" and bool(np.isin(self.values, (0.0, 1.0)).all())

    @property
    def plain(self) -> bool:
        """Whether all weights are equal and no two values share a cluster."""
        return self.weights is None and self.clusters is None


def special() -> Any:
    """scipy.special, imported when first needed."""
    import scipy.special

    return scipy.special


def normal_quantile(confidence: float) -> float:
    """The z that encloses `confidence` of the normal distribution on both sides of 0."""
    return float(special().ndtri(0.5 + confidence / 2))


def t_quantile(confidence: float, df: float) -> float:
    """The t that encloses `confidence` of Student's distribution on both sides of 0."""
    return float(special().stdtrit(df, 0.5 + confidence / 2))


def t_p_value(t: float, df: float) -> float:
    """Two-sided p of Student's t."""
    return max(SMALLEST_P, 2 * float(special().stdtr(df, -abs(t))))


def normal_p_value(z: float) -> float:
    """Two-sided p of a standard normal deviate."""
    return max(SMALLEST_P, 2 * float(special().ndtr(-abs(z))))


def wilson(successes: float, n: float, confidence: float) -> tuple[float, float]:
    """Wilson's score interval of a proportion (Wilson 1927)."""
    z2 = normal_quantile(confidence) ** 2
    share = successes / n
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = math.sqrt(z2 * (share * (1 - share) / n + z2 / (4 * n * n))) / (1 + z2 / n)
    low = 0.0 if successes == 0 else max(0.0, centre - half)
    high = 1.0 if successes == n else min(1.0, centre + half)
    return low, high


def weighted_mean(sample: Sample) -> float:
    """The mean, summed exactly so that 3 of 5 is 0.6."""
    if sample.weights is None:
        return math.fsum(sample.values) / len(sample.values)
    return math.fsum(sample.values * sample.weights) / math.fsum(sample.weights)


def standard_error(sample: Sample, mean: float) -> tuple[float, int]:
    """The standard error of the mean and its degrees of freedom, robust to clusters (CR1: groups / (groups - 1))."""
    weights = np.ones(len(sample.values)) if sample.weights is None else sample.weights
    parts = weights * (sample.values - mean) / weights.sum()
    if sample.clusters is not None:
        parts = np.bincount(sample.clusters, weights=parts)
    groups = len(parts)
    if groups < 2:
        return math.nan, 0
    return math.sqrt(float((parts**2).sum()) * groups / (groups - 1)), groups - 1


def estimate_mean(sample: Sample, confidence: float) -> Estimate:
    """The mean with Wilson's interval for 0/1 values that stand alone, else Student's t over cases or clusters.

    One value, one cluster or a constant column gives a null interval and says why.
    """
    n = len(sample.values)
    if n == 0:
        return Estimate(value=None, note="no values")
    mean = weighted_mean(sample)
    if n == 1:
        return Estimate(value=mean, n=1, note=INSUFFICIENT)
    se, df = standard_error(sample, mean)
    if df == 0:
        return Estimate(value=mean, n=n, note=f"{INSUFFICIENT}: all cases are of one cluster")
    if sample.binary and (sample.plain or se == 0):
        independent = n if sample.clusters is None else df + 1
        low, high = wilson(mean * independent, independent, confidence)
        return Estimate(value=mean, low=low, high=high, n=n, se=se, df=df)
    if se == 0 or np.ptp(sample.values) == 0:
        return Estimate(value=mean, n=n, note=CONSTANT)
    half = t_quantile(confidence, df) * se
    low, high = mean - half, mean + half
    if sample.kind != "difference" and sample.values.min() >= 0:
        low = max(0.0, low)
    if sample.kind == "fraction" and sample.values.max() <= 1:
        high = min(1.0, high)
    return Estimate(value=mean, low=low, high=high, n=n, se=se, df=df)


def estimate_quantile(values: Floats, quantile: float, confidence: float) -> Estimate:
    """A quantile with its distribution-free interval from order statistics (the binomial law of the rank)."""
    n = len(values)
    if n == 0:
        return Estimate(value=None, note="no values")
    value = float(np.quantile(values, quantile))
    if n == 1:
        return Estimate(value=value, n=1, note=INSUFFICIENT)
    below = special().bdtr(np.arange(n, dtype=np.float64), n, quantile)
    outside = (1 - confidence) / 2
    low_rank = int(np.searchsorted(below, outside, side="right"))
    high_rank = int(np.searchsorted(below, 1 - outside, side="left")) + 1
    if low_rank < 1 or high_rank > n:
        return Estimate(value=value, n=n, note=f"{n} cases do not bound this quantile at {confidence:.0%}")
    ordered = np.sort(values)
    return Estimate(value=value, low=float(ordered[low_rank - 1]), high=float(ordered[high_rank - 1]), n=n)


def holm(p_values: list[float]) -> list[float]:
    """Holm's adjusted p-values, in the order given."""
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    adjusted = [0.0] * len(p_values)
    running = 0.0
    for rank, place in enumerate(order):
        running = max(running, min(1.0, p_values[place] * (len(p_values) - rank)))
        adjusted[place] = running
    return adjusted


def holm_levels(p_values: list[float], alpha: float) -> list[float]:
    """The level at which Holm's procedure tests each hypothesis; after the first that stands, the level stays."""
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    levels = [alpha] * len(p_values)
    stopped: float | None = None
    for rank, place in enumerate(order):
        level = alpha / (len(p_values) - rank)
        levels[place] = stopped if stopped is not None else level
        if stopped is None and p_values[place] > level:
            stopped = level
    return levels
