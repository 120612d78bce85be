"""Paired differences: this minus live on the same cases, against a margin."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .stats import (
    INSUFFICIENT,
    Sample,
    normal_p_value,
    normal_quantile,
    standard_error,
    t_p_value,
    t_quantile,
    weighted_mean,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

RESAMPLES = 4000
RESAMPLED_VALUES = 4_000_000


@dataclass(frozen=True, kw_only=True)
class Paired:
    """A paired difference. `p_against(margin)` is the two-sided p of "the true difference is `margin`"; `interval(confidence)`
    its interval. Both are null without variation or with fewer than two values (or clusters); `note` says so.
    """

    n: int
    here: float
    there: float
    diff: float
    identical: bool = False
    note: str | None = None
    p_against: Callable[[float], float] | None = None
    interval: Callable[[float], tuple[float, float]] | None = None


def paired_means(here: Sample, there: Floats) -> Paired:
    """The difference of means: Tango's score interval for 0/1 values that stand alone, else Student's t over cases or clusters.

    `here` carries the weights and clusters of both.
    """
    deltas = here.values - there
    sample = Sample(values=deltas, weights=here.weights, clusters=here.clusters, kind="difference")
    there_sample = Sample(values=there, weights=here.weights, clusters=here.clusters)
    n = len(deltas)
    base = {"n": n, "here": weighted_mean(here), "there": weighted_mean(there_sample), "diff": weighted_mean(sample)}
    if not deltas.any():
        return Paired(**base, identical=True, note=f"all {n} common cases score exactly as live")  # type: ignore[arg-type]
    if n == 1:
        return Paired(**base, note=INSUFFICIENT)  # type: ignore[arg-type]
    if here.plain and here.binary and there_sample.binary:
        gained, lost = int((deltas > 0).sum()), int((deltas < 0).sum())
        return Paired(
            **base,  # type: ignore[arg-type]
            p_against=lambda margin: normal_p_value(tango(gained, lost, n, margin)),
            interval=lambda confidence: tango_interval(gained, lost, n, confidence),
        )
    return _student(sample, base)


def _student(sample: Sample, base: dict[str, float]) -> Paired:
    diff = base["diff"]
    se, df = standard_error(sample, diff)
    if df == 0:
        return Paired(**base, note=f"{INSUFFICIENT}: all cases are of one cluster")  # type: ignore[arg-type]
    if se <= 1e-12 * abs(diff):
        return Paired(**base, note="all differences are the same: they carry no interval")  # type: ignore[arg-type]
    return Paired(
        **base,  # type: ignore[arg-type]
        p_against=lambda margin: t_p_value((diff - margin) / se, df),
        interval=lambda confidence: (diff - t_quantile(confidence, df) * se, diff + t_quantile(confidence, df) * se),
    )


def tango(gained: int, lost: int, n: int, margin: float) -> float:
    """Tango's score statistic of "the paired difference of proportions is `margin`" (Statistics in Medicine 17, 1998)."""
    a = 2.0 * n
    b = -gained - lost + (2.0 * n - gained + lost) * margin
    c = -lost * margin * (1 - margin)
    share = (math.sqrt(max(0.0, b * b - 4 * a * c)) - b) / (2 * a)
    variance = n * (2 * share + margin * (1 - margin))
    distance = gained - lost - n * margin
    if variance <= 0:
        return 0.0 if distance == 0 else math.copysign(math.inf, distance)
    return distance / math.sqrt(variance)


def tango_interval(gained: int, lost: int, n: int, confidence: float) -> tuple[float, float]:
    """The differences that Tango's score test does not reject, found by bisection to 1e-10."""
    z = normal_quantile(confidence)
    diff = (gained - lost) / n
    return _root(gained, lost, n, -1.0, diff, z), _root(gained, lost, n, diff, 1.0, -z)


def _root(gained: int, lost: int, n: int, low: float, high: float, target: float) -> float:
    for _ in range(60):
        middle = (low + high) / 2
        if tango(gained, lost, n, middle) > target:
            low = middle
        else:
            high = middle
        if high - low < 1e-10:
            break
    return (low + high) / 2


def paired_quantiles(here: Floats, there: Floats, quantile: float, seed: int) -> Paired:
    """The difference of a quantile, by a seeded bootstrap of the pairs; p is (b + 1) / (m + 1) and never 0."""
    n = len(here)
    values = float(np.quantile(here, quantile)), float(np.quantile(there, quantile))
    base = {"n": n, "here": values[0], "there": values[1], "diff": values[0] - values[1]}
    if np.array_equal(here, there):
        return Paired(**base, identical=True, note=f"all {n} common cases score exactly as live")  # type: ignore[arg-type]
    if n < 2:
        return Paired(**base, note=INSUFFICIENT)  # type: ignore[arg-type]
    drawn = _resampled_quantiles(here, there, quantile, seed)

    def p_against(margin: float) -> float:
        beyond = min(int((drawn <= margin).sum()), int((drawn >= margin).sum()))
        return min(1.0, 2 * (beyond + 1) / (len(drawn) + 1))

    def interval(confidence: float) -> tuple[float, float]:
        low, high = np.quantile(drawn, ((1 - confidence) / 2, (1 + confidence) / 2))
        return float(low), float(high)

    return Paired(**base, p_against=p_against, interval=interval)  # type: ignore[arg-type]


def _resampled_quantiles(here: Floats, there: Floats, quantile: float, seed: int) -> Floats:
    generator = np.random.default_rng(seed)
    n = len(here)
    total = RESAMPLES if n <= 20_000 else 1000
    batch = max(1, min(total, RESAMPLED_VALUES // n))
    drawn = []
    for start in range(0, total, batch):
        picks = generator.integers(0, n, size=(min(batch, total - start), n))
        drawn.append(np.quantile(here[picks], quantile, axis=1) - np.quantile(there[picks], quantile, axis=1))
    return np.concatenate(drawn)
