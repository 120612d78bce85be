"""How far a judge agrees with people: kappa, correlations, and their intervals."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..results import MetricValue
from ..verdict.special import t_quantile
from ..verdict.stats import INSUFFICIENT, ONE_CLUSTER, is_binary
from .interval import ROUNDING, Rows, mean_value
from .kendall import kendall

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Measured = tuple[float, Floats]

MEASURES = ("agreement", "f1", "kappa", "kappa_linear", "kappa_quadratic", "pearson", "spearman", "kendall")
CATEGORIES = 20
FEWEST = 3
TOO_MANY = f"the scores have more than {CATEGORIES} different values"
NOT_BINARY = "the scores are not all 0 or 1"
SAME = "one of the two gives every case the same score"
PERFECT = "perfect agreement carries no interval"


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """A judge's scores beside a person's on the same `n` cases.

    `agreement` is the share of equal scores, `f1` that of the approvals (0/1 scores: twice both over judge plus human).
    `kappa` is Cohen's; `kappa_linear` and `kappa_quadratic` weigh a disagreement by the distance of the scores or its square.
    The correlations are Pearson's, Spearman's and Kendall's tau-b. What needs categories is null where the scores are none.
    """

    n: int
    agreement: MetricValue
    f1: MetricValue
    kappa: MetricValue
    kappa_linear: MetricValue
    kappa_quadratic: MetricValue
    pearson: MetricValue
    spearman: MetricValue
    kendall: MetricValue

    def to_json(self) -> dict[str, Any]:
        """`n`, and each measure as {value, ci_low, ci_high} with a note where something is null."""
        data: dict[str, Any] = {"n": self.n}
        for name in MEASURES:
            measure: MetricValue = getattr(self, name)
            data[name] = {"value": measure.value, "ci_low": measure.ci_low, "ci_high": measure.ci_high}
            if measure.note:
                data[name]["note"] = measure.note
        return data


def agreement(
    judge: Floats,
    human: Floats,
    *,
    weights: Floats | None = None,
    clusters: NDArray[Any] | None = None,
    confidence: float = 0.95,
) -> Agreement:
    """Compare two columns of finite scores, row by row; both on the same scale for the share of equal scores and kappa.

    Every interval comes from the influence of each row on the measure (the infinitesimal jackknife; Efron 1982), on Fisher's z
    scale, so that ties, weights and clusters are allowed for and nothing is resampled.
    """
    rows = Rows.of(len(judge), weights, clusters)
    categories = len(np.union1d(judge, human)) <= CATEGORIES

    def interval(measure: Callable[[Floats, Floats, Rows], Measured], *, categorical: bool = False) -> MetricValue:
        if categorical and not categories:
            return MetricValue(value=None, n=len(judge), note=TOO_MANY)
        return measured(measure, judge, human, rows, confidence)

    equal = mean_value((judge == human).astype(np.float64), rows, confidence)
    return Agreement(
        n=len(judge),
        agreement=equal if categories else MetricValue(value=None, n=len(judge), note=TOO_MANY),
        f1=interval(f1) if is_binary(judge) and is_binary(human) else MetricValue(value=None, n=len(judge), note=NOT_BINARY),
        kappa=interval(kappa, categorical=True),
        kappa_linear=interval(kappa_linear, categorical=True),
        kappa_quadratic=interval(kappa_quadratic, categorical=True),
        pearson=interval(pearson),
        spearman=interval(spearman),
        kendall=interval(kendall),
    )


def f1(x: Floats, y: Floats, rows: Rows) -> Measured:
    """F1 of the judge's approvals against the person's (Dice 1945) and the influence of each row, as of a ratio of means."""
    both, either = 2 * x * y, x + y
    whole = float(rows.weights @ either)
    if whole <= ROUNDING:
        return math.nan, both
    value = float(rows.weights @ both) / whole
    return value, (both - value * either) / whole


def kappa(x: Floats, y: Floats, rows: Rows) -> Measured:
    """Cohen's kappa (Cohen 1960) and the influence of each row."""
    return _kappa(x, y, rows, lambda apart: (apart != 0).astype(np.float64))


def kappa_linear(x: Floats, y: Floats, rows: Rows) -> Measured:
    """Kappa with disagreements weighed by the distance of the scores."""
    return _kappa(x, y, rows, np.abs)


def kappa_quadratic(x: Floats, y: Floats, rows: Rows) -> Measured:
    """Kappa with disagreements weighed by the squared distance of the scores (Fleiss and Cohen 1973)."""
    return _kappa(x, y, rows, np.square)


def _kappa(x: Floats, y: Floats, rows: Rows, cost: Callable[[Floats], Floats]) -> Measured:
    """1 - observed / expected disagreement; its influence as in Fleiss, Cohen and Everitt (1969)."""
    values, codes = np.unique(np.concatenate([x, y]), return_inverse=True)
    a, b = codes[: len(x)], codes[len(x) :]
    costs = cost(values[:, None] - values[None, :])
    share_x = np.bincount(a, weights=rows.weights, minlength=len(values))
    share_y = np.bincount(b, weights=rows.weights, minlength=len(values))
    apart = costs[a, b]
    observed, expected = float(rows.weights @ apart), float(share_x @ costs @ share_y)
    if expected <= ROUNDING:
        return math.nan, apart
    by_chance = (costs @ share_y)[a] + (share_x @ costs)[b]
    influence = -(apart - observed) / expected + observed / expected**2 * (by_chance - 2 * expected)
    return 1 - observed / expected, influence


def pearson(x: Floats, y: Floats, rows: Rows) -> Measured:
    """Pearson's correlation and the influence of each row (Devlin, Gnanadesikan and Kettenring 1975)."""
    a, b = _standardised(x, rows.weights), _standardised(y, rows.weights)
    r = float(rows.weights @ (a * b))
    return r, a * b - r / 2 * (a**2 + b**2)


def _standardised(values: Floats, weights: Floats) -> Floats:
    centred = values - weights @ values
    spread = math.sqrt(float(weights @ centred**2))
    return centred / spread if spread > ROUNDING * max(1.0, float(np.abs(values).max())) else np.full(len(values), np.nan)


def spearman(x: Floats, y: Floats, rows: Rows) -> Measured:
    """Spearman's correlation of mid-ranks, and the influence of each row, on the ranks of the others too."""
    first, second = _Ranks(x, rows.weights), _Ranks(y, rows.weights)
    a, b = first.centred, second.centred
    covariance = float(rows.weights @ (a * b))
    scale = math.sqrt(first.variance * second.variance)
    if scale <= ROUNDING:
        return math.nan, a
    r = covariance / scale
    moved = a * b + first.shifted_by(b) + second.shifted_by(a) - 3 * covariance
    spread_a = (a**2 + 2 * first.shifted_by(a) - 3 * first.variance) / first.variance
    spread_b = (b**2 + 2 * second.shifted_by(b) - 3 * second.variance) / second.variance
    return r, moved / scale - r / 2 * (spread_a + spread_b)


class _Ranks:
    """Mid-ranks as shares of the whole, less 1/2."""

    def __init__(self, values: Floats, weights: Floats) -> None:
        self.weights = weights
        distinct, self.codes = np.unique(values, return_inverse=True)
        self.size = len(distinct)
        share = np.bincount(self.codes, weights=weights, minlength=self.size)
        self.centred: Floats = (np.cumsum(share) - share / 2 - 0.5)[self.codes]
        self.variance = float(weights @ self.centred**2)

    def shifted_by(self, values: Floats) -> Floats:
        """What one more row does to the mean of rank times `values`: it lifts all ranks above it, and those it ties half."""
        sums = np.bincount(self.codes, weights=self.weights * values, minlength=self.size)
        above = sums.sum() - np.cumsum(sums)
        return np.asarray((above + sums / 2)[self.codes])


def measured(
    measure: Callable[[Floats, Floats, Rows], Measured], x: Floats, y: Floats, rows: Rows, confidence: float
) -> MetricValue:
    """The measure with its interval on Fisher's z scale."""
    n = len(x)
    if n < FEWEST:
        return MetricValue(value=None, n=n, note=INSUFFICIENT)
    value, influence = measure(x, y, rows)
    if math.isnan(value):
        return MetricValue(value=None, n=n, note=SAME)
    if abs(value) >= 1 - ROUNDING:
        return MetricValue(value=math.copysign(1.0, value), n=n, note=PERFECT)
    found = rows.spread(value, influence)
    if found.df == 0:
        return MetricValue(value=value, n=n, note=ONE_CLUSTER)
    half = t_quantile(confidence, found.df) * found.se / (1 - value**2)
    centre = math.atanh(value)
    return MetricValue(value=value, ci_low=math.tanh(centre - half), ci_high=math.tanh(centre + half), n=n)
