"""What the room's estimates share: rows that stand together, standard errors from influences, intervals of means."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..results import MetricValue
from ..verdict.stats import Sample, bounds, contributions, spread, weighted_mean
from ..verdict.studentised import studentised

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..verdict.studentised import Studentised

    Floats = NDArray[np.float64]

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

    def sample(self, values: Floats, *, bounded: bool = False) -> Sample:
        """Values of these rows; `bounded` ones are fractions."""
        weights = None if self.equal else self.weights
        return Sample(values=values, weights=weights, clusters=self.clusters, kind="fraction" if bounded else "value")

    def spread(self, value: float, influence: Floats) -> Studentised:
        """An estimate with its standard error out of its influence on each row (or cluster of rows), held to be symmetric."""
        return replace(studentised(value, contributions(self.sample(influence), 0.0)), lean=0.0)


def mean_value(values: Floats, rows: Rows, confidence: float, *, bounded: bool = True) -> MetricValue:
    """A mean with its interval: Wilson's for 0/1 rows that stand alone, else Student's t over rows or clusters.

    `bounded` values are fractions, and so is their interval. One row, one cluster or a constant column has no interval.
    """
    n, sample = len(values), rows.sample(values, bounded=bounded)
    if n == 0:
        return MetricValue(value=None, note="no values")
    found = replace(spread(sample, weighted_mean(sample)), lean=0.0)
    binary = sample.plain and sample.binary
    low, high, note = bounds(found, n, confidence, sample.kind, binary=binary, plain=sample.plain)
    return MetricValue(value=found.value, ci_low=low, ci_high=high, n=n, note=note)
