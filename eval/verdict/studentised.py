"""An estimate with its standard error and skewness: intervals and p-values from Student's t, freed of skewness."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from .special import SMALLEST_P, t_p_value, t_quantile

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Kind = Literal["fraction", "amount", "value", "difference"]
LEAST_LEAN = 1e-7


@dataclass(frozen=True, kw_only=True)
class Studentised:
    """An estimate from independent units (cases, or clusters of them).

    `se` is its standard error, `df` the units less one, `lean` the skewness of the units' contributions over the root of their
    number. Without two units, or where the contributions do not vary, `se` is 0 or not a number and nothing can be said.
    """

    value: float
    se: float
    df: int
    lean: float = 0.0

    @property
    def varies(self) -> bool:
        """Whether there is variation to judge by."""
        return self.df > 0 and self.se > 1e-12 * abs(self.value)

    def interval(self, confidence: float, kind: Kind) -> tuple[float, float]:
        """The interval at a level, as 0.95 for 2.5 % on each side.

        Hall's transformation of Student's t (Hall, JRSS B 54, 1992): monotone, and without the first-order error that skewness
        leaves. A fraction lies in 0..1, which bounds what it can hide; elsewhere an unseen tail is likelier than a short one,
        so the side that skewness would shorten keeps Student's length.
        """
        t = t_quantile(confidence, self.df)
        up, down = -_untransformed(-t, self.lean), _untransformed(t, self.lean)
        if kind != "fraction":
            up, down = max(up, t), max(down, t)
        return self.value - down * self.se, self.value + up * self.se

    def p_against(self, truth: float, kind: Kind) -> float:
        """Two-sided p of "the true value is `truth`": below 1 - confidence exactly where the interval leaves `truth` out."""
        t = (self.value - truth) / self.se
        transformed = _transformed(t, self.lean)
        if kind != "fraction":
            transformed = math.copysign(min(abs(t), abs(transformed)), t) if t * transformed > 0 else 0.0
        return max(SMALLEST_P, t_p_value(transformed, self.df))


def studentised(value: float, parts: Floats, unseen: float = 0.0) -> Studentised:
    """From the contributions of the units: `parts` sums to 0 over all units, and `value` moves with its sum.

    `unseen` is added to the sum of their squares, for what the sample is too small to show.
    """
    return from_sums(value, len(parts), float(np.dot(parts, parts)) + unseen, float(np.dot(parts * parts, parts)))


def from_sums(value: float, units: int, squares: float, cubes: float) -> Studentised:
    """From the sums of squares and cubes of the units' contributions; CR1: units / (units - 1)."""
    if units < 2 or not squares > 0:
        return Studentised(value=value, se=0.0 if units > 1 else math.nan, df=max(0, units - 1))
    se = math.sqrt(squares * units / (units - 1))
    return Studentised(value=value, se=se, df=units - 1, lean=cubes / squares**1.5)


def _transformed(t: float, lean: float) -> float:
    if abs(lean) < LEAST_LEAN:
        return t
    return ((1 + lean * t / 3) ** 3 - 1) / lean + lean / 6


def _untransformed(y: float, lean: float) -> float:
    if abs(lean) < LEAST_LEAN:
        return y
    return 3 / lean * (math.cbrt(1 + lean * (y - lean / 6)) - 1)
