"""Power before spend: the cases and repeats that a margin needs, and the smallest effect that a gold set can see."""

from __future__ import annotations

import math
from dataclasses import dataclass

import polars as pl

from ..errors import UsageError
from ..score.registry import Measure, measure
from .special import normal_below, normal_lower, normal_quantile, t_quantile
from .stats import Sample, spread, weighted_mean
from .values import in_slice, kind_of, material, value_of

ASSUMED_CORRELATION = 0.5
MOST_REPEATS = 100


@dataclass(frozen=True, kw_only=True)
class Variation:
    """How much the paired difference of one case varies when either side asks it once.

    `sd` is its standard deviation; `noise` is the part of its variance that asking again averages away (null: not known).
    `design` is how many times clusters inflate the variance of the mean. `proportion`: the metric is 0 or 1, and `sd`^2 is
    the share of cases on which two images disagree. `source` says in words where the figures come from.
    """

    sd: float
    noise: float | None = None
    design: float = 1.0
    proportion: bool = False
    source: str = ""

    def variance(self, repeats: int = 1) -> float:
        """The variance of a case's difference over so many repeats, clusters included."""
        return (self.sd**2 - (self.noise or 0.0) * (1 - 1 / repeats)) * self.design


def cases_needed(margin: float, variation: Variation, *, power: float = 0.8, confidence: float = 0.95, repeats: int = 1) -> int:
    """The cases with which a gate of that margin passes an image that is as good as live, so often as `power` says.

    n = (z_a + z_b)^2 variance / margin^2 for non-inferiority in pairs (Julious, Statistics in Medicine 23, 2004, section 5),
    with Student's quantile for z_a; for proportions the variance at the margin is that of Tango's test.

    Raises:
        UsageError: the margin is not above 0.
    """
    if not margin > 0:
        msg = f"a margin of {margin:g} can never be shown to hold."
        raise UsageError(msg, next_step="Give one above 0, in the metric's own unit (0.03 is three points of a fraction).")
    low, high = 2, 4
    while _reached(high, margin, variation, confidence, repeats) < power:
        low, high = high, 2 * high
    while low < high:
        middle = (low + high) // 2
        enough = _reached(middle, margin, variation, confidence, repeats) >= power
        low, high = (low, middle) if enough else (middle + 1, high)
    return low


def _reached(cases: int, margin: float, variation: Variation, confidence: float, repeats: int) -> float:
    """The power that a number of cases has at a margin."""
    variance = variation.variance(repeats)
    if variance <= 0:
        return 1.0
    error = math.sqrt(variance / cases)
    if not variation.proportion or repeats > 1:
        return normal_below(margin / error - t_quantile(confidence, cases - 1))
    at_margin = math.sqrt(_variance_at(margin, variation.sd**2) * variation.design / cases)
    return normal_below((margin - normal_quantile(confidence) * at_margin) / error)


def _variance_at(margin: float, discordance: float) -> float:
    """The variance of a pair's difference when it is -margin and as many are gained as lost: Tango's restricted estimate."""
    b = -discordance + 2 * -margin
    c = discordance / 2 * margin * (1 + margin)
    share = (math.sqrt(max(0.0, b * b - 8 * c)) - b) / 4
    return 2 * share - margin * (1 + margin)


def smallest_effect(
    cases: int, variation: Variation, *, power: float = 0.8, confidence: float = 0.95, repeats: int = 1
) -> float | None:
    """The smallest fall that so many cases tell from none with that power; null with fewer than two."""
    if cases < 2:
        return None
    error = math.sqrt(max(0.0, variation.variance(repeats)) / cases)
    return (t_quantile(confidence, cases - 1) + normal_lower(power)) * error


def repeats_needed(
    margin: float, cases: int, variation: Variation, *, power: float = 0.8, confidence: float = 0.95
) -> int | None:
    """How often each of so many cases must be asked; null if 100 times do not do it, or what they bring is not known."""
    if cases < 2:
        return None
    for repeats in range(1, MOST_REPEATS + 1) if variation.noise is not None else (1,):
        if _reached(cases, margin, variation, confidence, repeats) >= power:
            return repeats
    return None


def variation_of(
    name: str, table: pl.DataFrame | None, repeats: pl.DataFrame | None = None, where: dict[str, str] | None = None
) -> Variation:
    """How much a metric's paired differences vary, out of an earlier run's table and, where each case was asked again, repeats.

    Two images that score alike differ case by case with variance 2 s^2 (1 - r), s the spread over cases and r the correlation
    of their scores: 0.5 unless repeats tell how far one image differs from itself. Without a table a fraction is taken to be
    right or wrong in every second case.

    Raises:
        UsageError: the metric has no mean, or nothing tells how much it varies.
    """
    found = measure(name)
    if found.quantile is not None or found.aggregate is not None:
        msg = f"{name} is no mean over cases: its power cannot be told beforehand."
        raise UsageError(msg, next_step="Every evaluation says the smallest effect that its gate could see.")
    if table is None and kind_of(found) == "fraction":
        return worst_case()
    if table is None:
        msg = f"nothing tells how much {found.name} varies."
        raise UsageError(msg, next_step="Name an earlier run by --baseline, or its spread by --sd.")
    sample = material(in_slice(table, where), found).sample
    if len(sample.values) < 2:
        msg = f"the earlier run has {len(sample.values)} values of {name}, which do not tell how much it varies."
        raise UsageError(msg, next_step="Name another run by --baseline, or the spread itself by --sd.")
    noise = None if repeats is None else _noise(in_slice(repeats, where), found)
    if noise is not None:
        source = "how far the repeats of the earlier run lie apart"
        return Variation(sd=math.sqrt(2 * noise), noise=2 * noise, design=_design(sample), source=source)
    source = f"the earlier run's spread, and a correlation of {ASSUMED_CORRELATION:g} between two images, which is assumed"
    squares = 2 * float(sample.values.var(ddof=1)) * (1 - ASSUMED_CORRELATION)
    return Variation(sd=math.sqrt(squares), design=_design(sample), proportion=sample.binary, source=source)


def worst_case() -> Variation:
    """A fraction of which nothing is known."""
    source = f"right in every second case, and a correlation of {ASSUMED_CORRELATION:g} between two images: both assumed"
    return Variation(sd=math.sqrt(2 * 0.25 * (1 - ASSUMED_CORRELATION)), proportion=True, source=source)


def _noise(repeats: pl.DataFrame, found: Measure) -> float | None:
    """The variance of one case's value from one asking to the next; null where no case was answered twice."""
    values = repeats.select("id", value=value_of(found)).drop_nulls()
    spreads = values.group_by("id", maintain_order=True).agg(pl.col("value").var(ddof=1), n=pl.len()).filter(pl.col("n") > 1)
    if not len(spreads):
        return None
    return float((spreads["value"] * (spreads["n"] - 1)).sum()) / float((spreads["n"] - 1).sum())


def _design(sample: Sample) -> float:
    """Kish's design effect: how many times the clusters inflate the variance of the mean; at least 1."""
    if sample.clusters is None:
        return 1.0
    mean = weighted_mean(sample)
    alone = spread(Sample(values=sample.values, kind=sample.kind), mean)
    together = spread(sample, mean)
    return max(1.0, (together.se / alone.se) ** 2) if alone.varies and together.df else 1.0
