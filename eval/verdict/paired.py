"""Paired differences: this minus live on the same cases, against a margin."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from .quantiles import quantile_influence, resampled_quantiles
from .special import normal_lower, normal_p_value, normal_quantile, t_quantile
from .stats import INSUFFICIENT, ONE_CLUSTER, Sample, contributions, influence_parts, weighted_mean
from .studentised import Studentised, studentised
from .tango import tango, tango_interval

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from ..score.registry import Aggregate
    from .cells import Moments
    from .stats import Codes

    Floats = NDArray[np.float64]

RESAMPLED_PAIRS = 2000
FEW_DIFFERING = 5


@dataclass(frozen=True, kw_only=True)
class Paired:
    """A paired difference. `p_against(margin)` is the two-sided p of "the true difference is `margin`"; `interval(confidence)`
    its interval. Both are null without variation or with fewer than two values (or clusters); `note` says so.

    `se` is the standard error of the difference, on `df` degrees of freedom (null: many).
    """

    n: int
    here: float
    there: float
    diff: float
    identical: bool = False
    note: str | None = None
    p_against: Callable[[float], float] | None = None
    interval: Callable[[float], tuple[float, float]] | None = None
    se: float | None = None
    df: int | None = None

    def smallest_effect(self, confidence: float, power: float = 0.8) -> float | None:
        """The smallest true difference that these cases tell from none with `power`, at a two-sided level of 1 - confidence."""
        if self.se is None or self.interval is None:
            return None
        reach = t_quantile(confidence, self.df) if self.df else normal_quantile(confidence)
        return (reach + normal_lower(power)) * self.se


def paired_means(here: Sample, there: Floats) -> Paired:
    """The difference of means: Tango's score interval for 0/1 values that stand alone, else Student's t freed of skewness.

    `here` carries the weights and clusters of both. Fractions that are all the same as live's are no proof that nothing moved:
    they are judged as proportions without a discordant pair.
    """
    deltas = here.values - there
    sample = Sample(values=deltas, weights=here.weights, clusters=here.clusters, kind="difference")
    there_sample = Sample(values=there, weights=here.weights, clusters=here.clusters, kind=here.kind)
    base = _Sides(len(deltas), weighted_mean(here), weighted_mean(there_sample), weighted_mean(sample))
    if not deltas.any():
        return base.identical(_units(here) if here.kind == "fraction" else 0)
    if base.n == 1:
        return base.without(INSUFFICIENT)
    if here.plain and here.binary and there_sample.binary:
        return _proportions(base, int((deltas > 0).sum()), int((deltas < 0).sum()))
    parts = contributions(sample, 0.0)
    bound = 1.0 if here.kind == "fraction" else 0.0
    unseen = _unseen(int(np.count_nonzero(parts)), len(parts), float(np.abs(parts).max()), bound)
    return _student(base, studentised(base.diff, contributions(sample, base.diff), unseen))


def _units(sample: Sample) -> int:
    return len(sample.values) if sample.clusters is None else int(sample.clusters.max()) + 1


def _unseen(differing: int, units: int, largest: float, bound: float) -> float:
    """The squares of two more units with the largest difference, one up, one down, as far as units are tied.

    Where few units differ at all, the differences that did not come up are what a short interval hides; for proportions this
    is the correction of Agresti and Min (Statistics in Medicine 24, 2005). With up to five differing units the largest possible
    difference, `bound`, stands for the largest seen.
    """
    if differing <= FEW_DIFFERING:
        largest = max(largest, bound / units)
    return 2 * (1 - differing / units) * largest**2


def paired_from_moments(moments: Moments, live: float, *, discordant: tuple[int, int] | None, fraction: bool) -> Paired:
    """`paired_means` from the moments of the differences; `discordant` counts pairs gained and lost where all are 0 or 1."""
    base = _Sides(moments.n, live + moments.mean, live, moments.mean)
    if not moments.differing:
        return replace(base, diff=0.0).identical(moments.units if fraction else 0)
    if discordant is not None and moments.n > 1:
        return _proportions(base, *discordant)
    if moments.n == 1:
        return base.without(INSUFFICIENT)
    unseen = _unseen(moments.differing, moments.units, moments.largest, 1.0 if fraction else 0.0)
    return _student(base, moments.spread(unseen))


def paired_aggregates(here: Aggregate, there: Aggregate, clusters: Codes | None) -> Paired:
    """The difference of two aggregates of the same rows, by the difference of their influences."""
    both = ~(np.isnan(here.influence) | np.isnan(there.influence))
    n = int(both.sum())
    if here.value is None or there.value is None:
        return Paired(n=n, here=math.nan, there=math.nan, diff=math.nan, note="has no value on the common cases")
    base = _Sides(n, here.value, there.value, here.value - there.value)
    if base.diff == 0 and not (here.influence[both] - there.influence[both]).any():
        return base.identical()
    if n < 2:
        return base.without(INSUFFICIENT)
    return _student(base, studentised(base.diff, influence_parts(here.influence - there.influence, both, clusters)))


def paired_quantiles(here: Sample, there: Floats, quantile: float, seed: int | None) -> Paired:
    """The difference of a quantile.

    Up to 2,000 pairs that stand alone by a seeded bootstrap of the pairs, with p = (b + 1) / (m + 1), never 0; beyond, or with
    clusters or without a seed, by the quantiles' influence functions. Weights do not count.
    """
    values = float(np.quantile(here.values, quantile)), float(np.quantile(there, quantile))
    base = _Sides(len(there), *values, values[0] - values[1])
    if np.array_equal(here.values, there):
        return base.identical()
    if base.n < 2:
        return base.without(INSUFFICIENT)
    if seed is not None and base.n <= RESAMPLED_PAIRS and here.clusters is None:
        return _resampled(base, resampled_quantiles(here.values, there, quantile, seed))
    moves = quantile_influence(here.values, quantile) - quantile_influence(there, quantile)
    parts = influence_parts(moves - moves.mean(), np.ones(base.n, dtype=bool), here.clusters)
    return _student(base, studentised(base.diff, parts))


@dataclass(frozen=True)
class _Sides:
    """What every paired difference tells."""

    n: int
    here: float
    there: float
    diff: float

    def identical(self, units: int = 0) -> Paired:
        """No difference at all; fractions of more than one unit get the interval of that many concordant pairs."""
        note = f"all {self.n:,} common cases score exactly as live"
        same = Paired(n=self.n, here=self.here, there=self.there, diff=self.diff, identical=True, note=note)
        if units < 2:
            return same
        found = _proportions(replace(self, n=units), 0, 0)
        return replace(same, p_against=found.p_against, interval=found.interval, se=found.se)

    def without(self, note: str) -> Paired:
        return Paired(n=self.n, here=self.here, there=self.there, diff=self.diff, note=note)


def _proportions(base: _Sides, gained: int, lost: int) -> Paired:
    n = base.n
    return Paired(
        n=n,
        here=base.here,
        there=base.there,
        diff=base.diff,
        p_against=lambda margin: normal_p_value(tango(gained, lost, n, margin)),
        interval=lambda confidence: tango_interval(gained, lost, n, confidence),
        se=math.sqrt(max(gained + lost - (gained - lost) ** 2 / n, 1.0)) / n,
    )


def _student(base: _Sides, found: Studentised) -> Paired:
    if found.df == 0:
        return base.without(ONE_CLUSTER)
    if not found.varies:
        return base.without("all differences are the same: they carry no interval")
    return Paired(
        n=base.n,
        here=base.here,
        there=base.there,
        diff=base.diff,
        p_against=lambda margin: found.p_against(margin, "difference"),
        interval=lambda confidence: found.interval(confidence, "difference"),
        se=found.se,
        df=found.df,
    )


def _resampled(base: _Sides, drawn: Floats) -> Paired:
    def p_against(margin: float) -> float:
        beyond = min(int((drawn <= margin).sum()), int((drawn >= margin).sum()))
        return min(1.0, 2 * (beyond + 1) / (len(drawn) + 1))

    def interval(confidence: float) -> tuple[float, float]:
        low, high = np.quantile(drawn, ((1 - confidence) / 2, (1 + confidence) / 2))
        return float(low), float(high)

    return Paired(
        n=base.n,
        here=base.here,
        there=base.there,
        diff=base.diff,
        p_against=p_against,
        interval=interval,
        se=float(drawn.std()),
    )
