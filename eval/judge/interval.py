"""What the room's estimates share: rows that stand together, standard errors from influences, intervals."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np

from ..results import MetricValue

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

INSUFFICIENT = "insufficient data"
CONSTANT = "all values are the same: they carry no interval"
ROUNDING = 1e-12


@dataclass(frozen=True, kw_only=True)
class Rows:
    """How rows count: `weights` sum to 1; rows of one code in `clusters` depend on each other, and null says that none do."""

    weights: Floats
    clusters: NDArray[np.int64] | None = None
    equal: bool = True

    @classmethod
    def of(cls, n: int, weights: Floats | None = None, clusters: NDArray[Any] | None = None) -> Rows:
        """Rows with these weights (positive, any scale) and clusters (any values); clusters of one row each count as none."""
        equal = weights is None or n == 0 or bool(np.ptp(weights) == 0)
        shares = np.full(n, 1 / max(n, 1)) if equal or weights is None else weights / weights.sum()
        codes = None if clusters is None else np.unique(clusters, return_inverse=True)[1].reshape(-1).astype(np.int64)
        alone = codes is None or n == 0 or int(codes.max()) + 1 == n
        return cls(weights=shares, clusters=None if alone else codes, equal=equal)

    @property
    def plain(self) -> bool:
        """Whether all rows weigh the same and stand alone."""
        return self.equal and self.clusters is None

    def mean(self, values: Floats) -> float:
        """The weighted mean; exact sums, so that 3 of 5 is 0.6."""
        return math.fsum(values) / len(values) if self.equal else math.fsum(values * self.weights)

    def error_of(self, influence: Floats) -> tuple[float, int]:
        """The standard error of an estimate from its influence on each row, and its degrees of freedom.

        Robust to clusters: sums within them, with the factor groups / (groups - 1) (CR1).
        """
        parts = self.weights * influence
        if self.clusters is not None:
            parts = np.asarray(np.bincount(self.clusters, weights=parts), dtype=np.float64)
        groups = len(parts)
        if groups < 2:
            return math.nan, 0
        return math.sqrt(float((parts**2).sum()) * groups / (groups - 1)), groups - 1


def t_quantile(confidence: float, df: float) -> float:
    """The t that encloses `confidence` of Student's distribution on both sides of 0."""
    import scipy.special

    return float(scipy.special.stdtrit(df, 0.5 + confidence / 2))


def wilson(share: float, n: int, confidence: float) -> tuple[float, float]:
    """Wilson's score interval of a proportion (Wilson 1927)."""
    z2 = NormalDist().inv_cdf(0.5 + confidence / 2) ** 2
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = math.sqrt(z2 * (share * (1 - share) / n + z2 / (4 * n * n))) / (1 + z2 / n)
    return 0.0 if share == 0 else max(0.0, centre - half), 1.0 if share == 1 else min(1.0, centre + half)


def mean_value(values: Floats, rows: Rows, confidence: float, *, bounded: bool = True) -> MetricValue:
    """A mean with its interval: Wilson's for 0/1 rows that stand alone, else Student's t over rows or clusters.

    `bounded` values are fractions, and so is their interval. One row, one cluster or a constant column has no interval.
    """
    n = len(values)
    if n == 0:
        return MetricValue(value=None, note="no values")
    mean = rows.mean(values)
    se, df = rows.error_of(values - mean)
    if df == 0:
        return MetricValue(value=mean, n=n, note=INSUFFICIENT)
    if bounded and rows.plain and is_binary(values):
        low, high = wilson(mean, n, confidence)
        return MetricValue(value=mean, ci_low=low, ci_high=high, n=n)
    if se <= ROUNDING:
        return MetricValue(value=mean, n=n, note=CONSTANT)
    half = t_quantile(confidence, df) * se
    low, high = clipped(mean - half, mean + half, bounded=bounded)
    return MetricValue(value=mean, ci_low=low, ci_high=high, n=n)


def clipped(low: float, high: float, *, bounded: bool) -> tuple[float, float]:
    """The interval held to 0..1 where the values are fractions."""
    return (max(0.0, low), min(1.0, high)) if bounded else (low, high)


def is_binary(values: Floats) -> bool:
    """Whether every value is 0 or 1."""
    return bool(((values == 0) | (values == 1)).all())
