"""Tango's score test and interval of a paired difference of proportions (Statistics in Medicine 17, 1998)."""

from __future__ import annotations

import math

from .special import normal_quantile


def tango(gained: int, lost: int, n: int, margin: float) -> float:
    """The score statistic of "the paired difference of proportions is `margin`", from `n` pairs."""
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
    """The differences that the score test does not reject, found by bisection to 1e-10."""
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
