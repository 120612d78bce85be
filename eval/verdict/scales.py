"""Scales on which the estimate of an aggregate is nearly symmetric and cannot leave its bounds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..score.registry import Measure


@dataclass(frozen=True, kw_only=True)
class Scale:
    """A monotone function of a value, its slope there, and the way back."""

    to: Callable[[float], float]
    slope: Callable[[float], float]
    back: Callable[[float], float]


AS_IT_IS = Scale(to=float, slope=lambda _value: 1.0, back=float)
LOGIT = Scale(
    to=lambda value: math.log(value / (1 - value)),
    slope=lambda value: 1 / (value * (1 - value)),
    back=lambda point: 1 / (1 + math.exp(-point)) if point > -700 else 0.0,
)
LOG = Scale(to=math.log, slope=lambda value: 1 / value, back=lambda point: math.exp(min(point, 700)))
LOG_OF_REST = Scale(
    to=lambda value: math.log(1 - value),
    slope=lambda value: -1 / (1 - value),
    back=lambda point: 1 - math.exp(min(point, 700)),
)


def scale_of(found: Measure, value: float) -> Scale:
    """A fraction on the logit, a loss (less is better) on the logarithm, a score of at most 1 on that of its rest to 1.

    A value on its bound stays as it is.
    """
    if found.unit == "fraction":
        return LOGIT if 0 < value < 1 else AS_IT_IS
    if found.higher_is_better is False:
        return LOG if value > 0 else AS_IT_IS
    return LOG_OF_REST if value < 1 else AS_IT_IS
