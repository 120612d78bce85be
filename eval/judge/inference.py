"""A judge's mean corrected by human labels: prediction-powered inference."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..verdict.special import t_quantile
from ..verdict.stats import CONSTANT, INSUFFICIENT, is_binary, weighted_mean
from .interval import ROUNDING, Rows, mean_value

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..results import MetricValue

    Floats = NDArray[np.float64]

FEWEST = 3
DRAWS = 20_000
SHIFTED_AT = 0.001
SHIFTED = "the judge scores the labelled cases otherwise than the rest: they are no random part, and the correction may be off"


@dataclass(frozen=True, kw_only=True)
class Corrected:
    """A mean of human scores over all cases, of which only some have one.

    `value` has the interval `ci_low`..`ci_high`; `human` is what the labelled cases alone say. `slope` is how much of a
    judge's difference counts (0: the judge is of no use); `worth` is how many labels without a judge would be as precise.
    `se` and `df` are null where the interval does not rest on Student's t.
    """

    value: float | None
    ci_low: float | None = None
    ci_high: float | None = None
    labelled: int = 0
    unlabelled: int = 0
    human: MetricValue
    slope: float | None = None
    worth: int | None = None
    se: float | None = None
    df: int | None = None
    note: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The fields of `corrected` in evaluation.json, without the human part."""
        names = ("value", "ci_low", "ci_high", "labelled", "unlabelled", "slope", "worth")
        data: dict[str, Any] = {name: getattr(self, name) for name in names}
        return data | ({"note": self.note} if self.note else {})


def corrected_mean(
    judge: Floats,
    human: Floats,
    *,
    weights: Floats | None = None,
    clusters: NDArray[Any] | None = None,
    confidence: float = 0.95,
    bounded: bool = True,
    seed: int = 0,
) -> Corrected:
    """The mean of human scores over all rows, of which only some have one: prediction-powered inference.

    `judge` has a finite score in each row, `human` NaN where nobody labelled; the labelled rows are taken for a random part of
    all. `bounded` scores are fractions. The mean of the labels is moved by the least-squares slope times how far the judge's
    mean of all rows lies from that of the labelled ones: Angelopoulos, Bates et al. (2023), power-tuned as in PPI++
    (Angelopoulos, Duchi and Zrnic 2023) with lambda = slope * unlabelled / all.

    Where both scores are 0 or 1 and rows stand alone, the interval is that of the chain rule's posterior with Jeffreys priors
    (Hofer, Maynez et al. 2024), which holds its level with few errors; else it is Student's t over the regression, residuals
    divided by 1 - leverage (HC3; MacKinnon and White 1985), summed within clusters.
    """
    known = ~np.isnan(human)
    few = Rows.of(int(known.sum()), _part(weights, known), _part(clusters, known))
    people = mean_value(human[known], few, confidence, bounded=bounded)
    told = Corrected(value=None, labelled=people.n, unlabelled=len(judge) - people.n, human=people)
    if people.n < FEWEST:
        return replace(told, note=f"{INSUFFICIENT}: {people.n} of {len(judge)} cases have a human score")
    if not told.unlabelled:
        note = people.note or "every case has a human score: nothing to correct"
        return replace(told, value=people.value, ci_low=people.ci_low, ci_high=people.ci_high, note=note)
    rows = Rows.of(len(judge), weights, clusters)
    fit = _Fit(judge, human, known, rows)
    se, df = fit.standard_error()
    told = replace(told, value=fit.value, slope=fit.slope, worth=fit.worth(se), note=fit.doubt)
    if rows.plain and bounded and is_binary(judge) and is_binary(human[known]):
        return _bounded_by(told, *_posterior(judge, human, known, confidence, seed))
    if df < 1 or se <= ROUNDING:
        return replace(told, note=INSUFFICIENT if df < 1 else CONSTANT)
    half = t_quantile(confidence, df) * se
    low, high = fit.value - half, fit.value + half
    if bounded:
        low, high = max(0.0, low), min(1.0, high)
    return replace(_bounded_by(told, low, high), se=se, df=df)


def _bounded_by(told: Corrected, low: float, high: float) -> Corrected:
    """With its interval, and the value held within it: a slope may lead out of 0..1."""
    return replace(told, value=min(max(told.value or 0.0, low), high), ci_low=low, ci_high=high)


class _Fit:
    """The regression of the human score on the judge's over the labelled rows, read off at the judge's mean of all rows."""

    def __init__(self, judge: Floats, human: Floats, known: NDArray[np.bool_], rows: Rows) -> None:
        self.judge, self.known, self.rows = judge, known, rows
        self.weights = rows.weights[known] / rows.weights[known].sum()
        self.centre = weighted_mean(rows.sample(judge))
        self.apart: Floats = judge[known] - float(self.weights @ judge[known])
        self.human: Floats = human[known] - float(self.weights @ human[known])
        self.squares = float(self.weights @ self.apart**2)
        self.gap = self.centre - float(self.weights @ judge[known])
        steep = self.squares > ROUNDING
        self.slope = float(self.weights @ (self.apart * self.human)) / self.squares if steep else 0.0
        self.value = float(self.weights @ human[known]) + self.slope * self.gap

    def standard_error(self) -> tuple[float, int]:
        """The standard error and its degrees of freedom: labelled rows (or clusters of them) less 2."""
        pull = 1 + (self.gap * self.apart / self.squares if self.slope else 0.0)
        leverage = self.weights * (1 + (self.apart**2 / self.squares if self.slope else 0.0))
        residual = (self.human - self.slope * self.apart) / np.maximum(1 - leverage, ROUNDING)
        influence = self.slope * (self.judge - self.centre)
        influence[self.known] += self.weights * pull * residual / self.rows.weights[self.known]
        if self.rows.clusters is None:
            parts = self.rows.weights * influence
            return float(np.sqrt((parts**2).sum())), int(self.known.sum()) - 2
        return self.rows.spread(self.value, influence).se, len(np.unique(self.rows.clusters[self.known])) - 2

    def worth(self, se: float) -> int | None:
        """How many labels alone would have this standard error."""
        spread = float(self.weights @ self.human**2)
        return round(spread / se**2) if se > ROUNDING and spread > ROUNDING else None

    @property
    def doubt(self) -> str | None:
        """What speaks against labels at random: the judge's means of labelled and other rows differ by more than chance."""
        rest, spread = ~self.known, float(np.var(self.judge))
        if rest.sum() < FEWEST or spread <= ROUNDING or self.rows.clusters is not None:
            return None
        z = (self.judge[self.known].mean() - self.judge[rest].mean()) / np.sqrt(
            spread * (1 / self.known.sum() + 1 / rest.sum())
        )
        return SHIFTED if abs(z) > t_quantile(1 - SHIFTED_AT, float(len(self.judge))) else None


def _posterior(judge: Floats, human: Floats, known: NDArray[np.bool_], confidence: float, seed: int) -> tuple[float, float]:
    """The central interval of P(judge) P(human | judge) + P(not judge) P(human | not judge), from seeded draws."""
    generator = np.random.default_rng(seed)

    def drawn(values: Floats) -> Floats:
        right = float(values.sum())
        return generator.beta(right + 0.5, len(values) - right + 0.5, DRAWS)

    approved, labelled, judged = drawn(judge), human[known], judge[known]
    mean = approved * drawn(labelled[judged == 1]) + (1 - approved) * drawn(labelled[judged == 0])
    low, high = np.quantile(mean, ((1 - confidence) / 2, (1 + confidence) / 2))
    return float(low), float(high)


def _part(values: NDArray[Any] | None, chosen: NDArray[np.bool_]) -> NDArray[Any] | None:
    return None if values is None else values[chosen]
