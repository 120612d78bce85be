"""Estimates and their intervals: closed forms, honest where the data carry none."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .special import binomial_below, normal_quantile, t_quantile
from .studentised import Studentised, studentised

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from .studentised import Kind

    Floats = NDArray[np.float64]
    Codes = NDArray[np.int64]

INSUFFICIENT = "insufficient data"
CONSTANT = "all values are the same: they carry no interval"
ONE_CLUSTER = f"{INSUFFICIENT}: all cases are of one cluster"
SUMMED_EXACTLY = 100_000


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

    `kind` tells what bounds them: a fraction lies in 0..1, an amount (ms, USD, tokens) is not negative, a value and a
    difference have no bounds. Only a fraction of 0s and 1s is a proportion: a cost of exactly 0 in every case is none.
    """

    values: Floats
    weights: Floats | None = None
    clusters: Codes | None = None
    kind: Kind = "fraction"

    @property
    def binary(self) -> bool:
        """Whether the metric is a fraction and every value is 0 or 1."""
        return self.kind == "fraction" and is_binary(self.values)

    @property
    def plain(self) -> bool:
        """Whether all weights are equal and no two values share a cluster."""
        return self.weights is None and self.clusters is None


def is_binary(values: Floats) -> bool:
    """Whether every value is 0 or 1."""
    return bool(((values == 0) | (values == 1)).all())


def wilson(successes: float, n: float, confidence: float, z: float | None = None) -> tuple[float, float]:
    """Wilson's score interval of a proportion (JASA 22, 1927); `z` replaces the normal quantile of `confidence`."""
    z2 = (normal_quantile(confidence) if z is None else z) ** 2
    share = successes / n
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = math.sqrt(z2 * (share * (1 - share) / n + z2 / (4 * n * n))) / (1 + z2 / n)
    low = 0.0 if successes == 0 else max(0.0, centre - half)
    high = 1.0 if successes == n else min(1.0, centre + half)
    return low, high


def weighted_mean(sample: Sample) -> float:
    """The mean, up to 100,000 values summed exactly so that 3 of 5 is 0.6; beyond, by pairs."""
    values, weights = sample.values, sample.weights
    if len(values) > SUMMED_EXACTLY:
        return float(values[0]) if np.ptp(values) == 0 else float(np.average(values, weights=weights))
    if weights is None:
        return math.fsum(values.tolist()) / len(values)
    return math.fsum((values * weights).tolist()) / math.fsum(weights.tolist())


def spread(sample: Sample, mean: float) -> Studentised:
    """The mean with its standard error and skewness over cases, or over clusters where there are any."""
    return studentised(mean, contributions(sample, mean))


def contributions(sample: Sample, centre: float) -> Floats:
    """What each case, or each cluster, adds to the mean of the values less `centre`."""
    parts = sample.values - centre
    parts = parts / max(1, len(parts)) if sample.weights is None else sample.weights * parts / sample.weights.sum()
    return parts if sample.clusters is None else sums(sample.clusters, parts)


def sums(codes: Codes, parts: Floats) -> Floats:
    """The sum of the parts of each cluster."""
    return np.bincount(codes, weights=parts).astype(np.float64)


def influence_parts(influence: Floats, counted: NDArray[np.bool_], clusters: Codes | None) -> Floats:
    """What each counted row, or each cluster of them, adds to an aggregate, from the rows' influences."""
    parts = influence[counted] / max(1, int(counted.sum()))
    if clusters is None:
        return parts
    return sums(np.unique(clusters[counted], return_inverse=True)[1], parts)


def estimate_mean(sample: Sample, confidence: float) -> Estimate:
    """The mean: Wilson's interval for proportions, else Student's t freed of skewness, over cases or clusters.

    One value, one cluster or a constant column gives a null interval and says why.
    """
    n = len(sample.values)
    if n == 0:
        return Estimate(value=None, note="no values")
    mean = weighted_mean(sample)
    if n == 1:
        return Estimate(value=mean, n=1, note=INSUFFICIENT)
    found = spread(sample, mean)
    low, high, note = bounds(found, n, confidence, sample.kind, binary=sample.binary, plain=sample.plain)
    return Estimate(value=mean, low=low, high=high, n=n, se=found.se, df=found.df, note=note)


def bounds(
    found: Studentised, n: int, confidence: float, kind: Kind, *, binary: bool, plain: bool
) -> tuple[float | None, float | None, str | None]:
    """The interval of a mean of `n` values, or none and the reason."""
    if n < 2:
        return None, None, INSUFFICIENT if n else "no values"
    if found.df == 0:
        return None, None, ONE_CLUSTER
    if binary:
        return *_proportion(found, n, confidence, plain=plain), None
    if not found.varies:
        return None, None, CONSTANT
    low, high = found.interval(confidence, kind)
    if kind in {"fraction", "amount"} and found.value >= 0:
        low = max(0.0, low)
    if kind == "fraction" and found.value <= 1:
        high = min(1.0, high)
    return low, high, None


def _proportion(found: Studentised, n: int, confidence: float, *, plain: bool) -> tuple[float, float]:
    """Wilson's interval; with clusters or weights on the effective number of cases and Student's quantile.

    Korn and Graubard, Survey Methodology 24, 1998. All right or all wrong, every cluster counts as one case.
    """
    share = min(1.0, max(0.0, found.value))
    if plain:
        return wilson(share * n, n, confidence)
    effective = share * (1 - share) / found.se**2 if found.varies else found.df + 1.0
    effective = min(float(n), effective)
    successes = 0.0 if share == 0 else effective if share == 1 else share * effective
    return wilson(successes, effective, confidence, t_quantile(confidence, found.df))


def estimate_quantile(sample: Sample, quantile: float, confidence: float) -> Estimate:
    """A quantile with its distribution-free interval from order statistics (the binomial law of the rank).

    With clusters the rank's law is widened by their design effect (Woodruff, JASA 47, 1952). Weights do not count.
    """
    values = sample.values
    n = len(values)
    if n == 0:
        return Estimate(value=None, note="no values")
    value = float(np.quantile(values, quantile))
    if n == 1:
        return Estimate(value=value, n=1, note=INSUFFICIENT)
    ranks = quantile_ranks(n, quantile, confidence) if sample.clusters is None else _woodruff(sample, quantile, confidence)
    if ranks is None:
        return Estimate(value=value, n=n, note=unbounded(n, confidence))
    ends = np.partition(values, [rank - 1 for rank in ranks])
    return Estimate(value=value, low=float(ends[ranks[0] - 1]), high=float(ends[ranks[1] - 1]), n=n)


def unbounded(n: int, confidence: float) -> str:
    """Why a quantile has no interval."""
    return f"{n:,} cases do not bound this quantile at {confidence:.0%}"


def quantile_ranks(n: int, quantile: float, confidence: float) -> tuple[int, int] | None:
    """The ranks, counted from 1, of the order statistics that bound a quantile; null where `n` values are too few."""
    outside = (1 - confidence) / 2
    low = _first(n, lambda k: binomial_below(k, n, quantile) > outside)
    high = _first(n, lambda k: binomial_below(k, n, quantile) >= 1 - outside) + 1
    return (low, high) if low >= 1 and high <= n else None


def _first(n: int, holds: Callable[[int], bool]) -> int:
    """The smallest number of 0..n for which a monotone condition holds."""
    low, high = 0, n
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low


def _woodruff(sample: Sample, quantile: float, confidence: float) -> tuple[int, int] | None:
    n = len(sample.values)
    below = (sample.values <= np.quantile(sample.values, quantile)).astype(np.float64)
    found = spread(Sample(values=below, clusters=sample.clusters), float(below.mean()))
    if found.df == 0:
        return None
    half = t_quantile(confidence, found.df) * max(found.se, math.sqrt(quantile * (1 - quantile) / n))
    low, high = math.floor((quantile - half) * n), math.ceil((quantile + half) * n) + 1
    return (low, high) if low >= 1 and high <= n else None
