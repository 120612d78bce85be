"""Many hypotheses at once: adjusted p-values, and the level that each is tested at."""

from __future__ import annotations

from typing import Literal

from ..errors import UsageError

Correction = Literal["holm", "bh", "none"]
CORRECTIONS: tuple[Correction, ...] = ("holm", "bh", "none")


def adjust(p_values: list[float], correction: Correction = "holm") -> list[float]:
    """Adjusted p-values in the order given.

    Raises:
        UsageError: there is no such correction.
    """
    if correction not in CORRECTIONS:
        msg = f'there is no correction "{correction}".'
        raise UsageError(msg, next_step=f"Choose one of {', '.join(CORRECTIONS)}.")
    if correction == "none":
        return list(p_values)
    return holm(p_values) if correction == "holm" else benjamini_hochberg(p_values)


def levels(p_values: list[float], alpha: float, correction: Correction = "holm") -> list[float]:
    """The level at which each hypothesis is tested, so that its p is at most the level exactly where it is rejected."""
    if correction == "none":
        return [alpha] * len(p_values)
    return holm_levels(p_values, alpha) if correction == "holm" else benjamini_hochberg_levels(p_values, alpha)


def holm(p_values: list[float]) -> list[float]:
    """Holm's adjusted p-values (Scandinavian Journal of Statistics 6, 1979): no false rejection in the family."""
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    adjusted = [0.0] * len(p_values)
    running = 0.0
    for rank, place in enumerate(order):
        running = max(running, min(1.0, p_values[place] * (len(p_values) - rank)))
        adjusted[place] = running
    return adjusted


def holm_levels(p_values: list[float], alpha: float) -> list[float]:
    """The level at which Holm's procedure tests each hypothesis; after the first that stands, the level stays."""
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    found = [alpha] * len(p_values)
    stopped: float | None = None
    for rank, place in enumerate(order):
        level = alpha / (len(p_values) - rank)
        found[place] = stopped if stopped is not None else level
        if stopped is None and p_values[place] > level:
            stopped = level
    return found


def benjamini_hochberg(p_values: list[float]) -> list[float]:
    """Adjusted p-values of Benjamini and Hochberg (JRSS B 57, 1995): the share of false rejections among all of them."""
    count = len(p_values)
    order = sorted(range(count), key=p_values.__getitem__, reverse=True)
    adjusted = [0.0] * count
    running = 1.0
    for rank, place in enumerate(order):
        running = min(running, p_values[place] * count / (count - rank))
        adjusted[place] = running
    return adjusted


def benjamini_hochberg_levels(p_values: list[float], alpha: float) -> list[float]:
    """One level for all: rejected / count of alpha, with which the intervals of the rejected keep their false coverage rate.

    Benjamini and Yekutieli, JASA 100, 2005.
    """
    count = len(p_values)
    rejected = sum(p <= alpha for p in benjamini_hochberg(p_values))
    return [alpha * max(1, rejected) / count] * count
