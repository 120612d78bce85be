"""A range of values laid over a width, even or logarithmic, and the round values in it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

SPREAD_FOR_LOG = 20.0
_STEPS = (1, 2, 2.5, 5, 10)
_DECADE = (1, 2, 5)


@dataclass(frozen=True, kw_only=True)
class Scale:
    """A range of values laid over 0 to 100 % of a width; `log` by their logarithm, then `low` is above 0."""

    low: float
    high: float
    log: bool = False

    def share(self, amount: float) -> float:
        """Where a value lies, 0 to 1, clipped at the ends."""
        if self.log:
            return Scale(low=math.log10(self.low), high=math.log10(self.high)).share(math.log10(max(amount, self.low)))
        return min(1.0, max(0.0, (amount - self.low) / ((self.high - self.low) or 1.0)))

    def shares(self, amounts: Floats) -> Floats:
        """The same for many values at once."""
        import numpy as np

        if self.log:
            even = Scale(low=math.log10(self.low), high=math.log10(self.high))
            return even.shares(np.log10(np.maximum(amounts, self.low)))
        return np.clip((amounts - self.low) / ((self.high - self.low) or 1.0), 0.0, 1.0)

    def percent(self, amount: float) -> str:
        """The same for an SVG attribute: `23.40%`."""
        return f"{100 * self.share(amount):.2f}%"

    def ticks(self, most: int = 5) -> list[float]:
        """Round values inside the range, at most about `most` of them."""
        if self.log:
            return self._decades(most)
        span = self.high - self.low
        if span <= 0:
            return [self.low]
        rough = span / most
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(power * factor for factor in _STEPS if power * factor >= rough)
        first = math.ceil(self.low / step - 1e-9)
        return [round(index * step, 12) for index in range(first, math.floor(self.high / step + 1e-9) + 1)]

    def _decades(self, most: int) -> list[float]:
        """1, 2 and 5 of each power of ten; where they are too many the powers alone, or some of those."""
        powers = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        every = [float(f"{factor}e{power}") for power in powers for factor in _DECADE]
        fine = [amount for amount in every if self.low * (1 - 1e-9) <= amount <= self.high * (1 + 1e-9)]
        if len(fine) <= most:
            return fine
        coarse = [amount for amount in fine if math.log10(amount).is_integer()]
        return coarse[:: max(1, math.ceil(len(coarse) / most))] if len(coarse) > 1 else fine[:: math.ceil(len(fine) / most)]


def around(*ends: float, room: float = 0.05) -> Scale:
    """A scale that holds all of `ends` with some room on both sides."""
    span = (max(ends) - min(ends)) or abs(ends[0]) or 1.0
    return Scale(low=min(ends) - room * span, high=max(ends) + room * span)


def amounts(values: Floats, top: float | None = None) -> Scale:
    """A scale for amounts of 0 or more (times, tokens, money) that ends at `top`, or at the largest.

    Where the largest is more than 20 times the median it is logarithmic, and holds all of them.
    """
    import numpy as np

    low, high = float(values.min()), float(values.max())
    if low > 0 and high > SPREAD_FOR_LOG * float(np.median(values)):
        return Scale(low=low * 0.9, high=max(high, top or 0.0) * 1.1, log=True)
    return Scale(low=0.0, high=1.05 * (high if top is None else top) or 1.0)


def compact(amount: float) -> str:
    """A tick's words: 0.25, 1,200, 45k, 1.2M."""
    size = abs(amount)
    if size >= 999_999.5:
        return f"{amount / 1e6:.4g}M"
    if size >= 10_000:
        return f"{amount / 1e3:.4g}k"
    if size >= 100:
        return f"{amount:,.0f}"
    if 0 < size < 0.001:
        return f"{amount:.7f}".rstrip("0") if size >= 1e-7 else f"{amount:.1e}"
    return "0" if amount == 0 else f"{amount:.4g}"


def percent(share: float) -> str:
    """A tick's words for a share: 25 %."""
    return f"{100 * share:.4g} %"
