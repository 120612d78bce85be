"""Evidence that holds at any time: capital won by betting against a mean (Waudby-Smith and Ramdas, JRSS B 86, 2024)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

BOLDEST = 0.75
GROWTH = 50
FEW = 40
PRIOR_VARIANCE = 0.25
RESOLUTION = 1e-4


class Bettor:
    """Bets on bounded values, one after the other, that their mean lies above `mean`, and on another purse that it lies below.

    If the mean is not above, the first purse ever grows 1 / a fold with probability at most a (Ville's inequality), whenever
    one looks; so with the other. Values lie in `low`..`high`, are exchangeable, and either each has the same mean or, with
    `total`, they are drawn without putting back from so many, whose mean it is. The stakes follow from earlier values alone
    (approximately growth-rate adaptive: aGRAPA) and are set anew for every value at first, later for every 2 % more.
    """

    def __init__(self, mean: float, low: float, high: float, *, guess: float, total: int | None = None) -> None:
        self.mean, self.low, self.high, self.total = mean, low, high, total
        self._guess = guess
        self._count, self._sum, self._squares = 0, 0.0, 0.0
        self._left_at_this_stake = 0
        self._stakes = 0.0, 0.0
        self._logs = [0.0, 0.0]
        self._most = [0.0, 0.0]

    @property
    def p_above(self) -> float:
        """The p, valid at any time, of "the mean is not above"."""
        return math.exp(-self._most[0])

    @property
    def p_below(self) -> float:
        """The p, valid at any time, of "the mean is not below"."""
        return math.exp(-self._most[1])

    @property
    def p(self) -> float:
        """The two-sided p of "the mean is `mean`", valid at any time."""
        return min(1.0, 2 * min(self.p_above, self.p_below))

    def add(self, values: Floats) -> None:
        """Bet on further values in their order."""
        start = 0
        while start < len(values):
            if not self._left_at_this_stake:
                self._left_at_this_stake = 1 + self._count // GROWTH
                self._stakes = self._stake()
            batch = values[start : start + self._left_at_this_stake]
            if len(batch) > FEW:
                self._play(batch)
            else:
                self._play_few(batch.tolist())
            start += len(batch)
            self._left_at_this_stake -= len(batch)

    def _stake(self) -> tuple[float, float]:
        """How much of each purse is set a unit of distance: the edge expected over its variance (Kelly 1956, approximated)."""
        seen = self._count + 1
        expected = (self._guess + self._sum) / seen
        width = self.high - self.low
        variance = (PRIOR_VARIANCE * width**2 / 4 + max(0.0, self._squares - self._sum**2 / max(1, self._count))) / seen
        edge = expected - self._mean_of_rest(self._sum, self._count)
        stake = edge / (variance + edge**2)
        return max(0.0, stake), max(0.0, -stake)

    def _mean_of_rest(self, total: float, count: int) -> float:
        """What the next value's mean is if the hypothesis holds."""
        if self.total is None:
            return self.mean
        return (self.total * self.mean - total) / max(1, self.total - count)

    def _play(self, batch: Floats) -> None:
        means = self._means(batch)
        for side, (stake, sign) in enumerate(zip(self._stakes, (1.0, -1.0), strict=True)):
            if stake:
                won = self._won(stake, sign * (batch - means), self._risks(means, sign))
                logs = self._logs[side] + np.cumsum(won)
                self._logs[side] = float(logs[-1])
                self._most[side] = max(self._most[side], float(logs.max()))
        self._count += len(batch)
        self._sum += float(batch.sum())
        self._squares += float(np.dot(batch, batch))
        self._exclude()

    def _play_few(self, batch: list[float]) -> None:
        """The same, faster for a handful of values."""
        above, below = self._stakes
        for value in batch:
            mean = self._mean_of_rest(self._sum, self._count)
            move = value - mean
            if above and mean > self.low:
                self._logs[0] += math.log1p(min(above, BOLDEST / (mean - self.low)) * move)
                self._most[0] = max(self._most[0], self._logs[0])
            if below and mean < self.high:
                self._logs[1] += math.log1p(min(below, BOLDEST / (self.high - mean)) * -move)
                self._most[1] = max(self._most[1], self._logs[1])
            self._count += 1
            self._sum += value
            self._squares += value * value
        self._exclude()

    def _risks(self, means: Floats, sign: float) -> Floats:
        """How far the next value may lie on the losing side of its mean."""
        return means - self.low if sign > 0 else self.high - means

    @staticmethod
    def _won(stake: float, moves: Floats, risks: Floats) -> Floats:
        """The logarithms by which a purse grows; no bet risks more than its boldest share."""
        possible = risks > 0
        bold = np.divide(BOLDEST, risks, out=np.zeros(len(risks)), where=possible)
        won: Floats = np.log1p(np.minimum(stake, bold) * np.where(possible, moves, 0.0))
        return won

    def _exclude(self) -> None:
        """Settle both purses where the values to come can no longer bring the mean about."""
        if self.total is None:
            return
        left = max(0, self.total - self._count)
        rest = self.total * self.mean - self._sum
        slack = 1e-9 * self.total
        if rest < self.low * left - slack:
            self._most[0] = math.inf
        if rest > self.high * left + slack:
            self._most[1] = math.inf

    def _means(self, batch: Floats) -> Floats:
        if self.total is None:
            return np.full(len(batch), self.mean)
        before = self._sum + np.concatenate([[0.0], np.cumsum(batch)[:-1]])
        left = self.total - self._count - np.arange(len(batch))
        means: Floats = (self.total * self.mean - before) / np.maximum(1, left)
        return means


def confidence_sequence(
    values: Floats, low: float, high: float, level: float, *, guess: float, total: int | None = None
) -> tuple[float, float]:
    """The means that the bets on `values` do not refute at a two-sided level of 1 - `level`, valid at any time."""
    outside = 1 - level
    centre = min(high, max(low, float(values.mean()))) if len(values) else guess

    def refuted(mean: float) -> bool:
        bettor = Bettor(mean, low, high, guess=guess, total=total)
        bettor.add(values)
        return bettor.p <= outside

    return _edge(refuted, centre, low), _edge(refuted, centre, high)


def _edge(refuted: Callable[[float], bool], inside: float, bound: float) -> float:
    """Where refutation begins between a mean that stands and a bound, to 1e-4; the bound itself where nothing is refuted."""
    outside = bound + math.copysign(RESOLUTION, inside - bound)
    if abs(inside - bound) <= RESOLUTION or not refuted(outside):
        return bound
    while abs(outside - inside) > RESOLUTION:
        middle = (inside + outside) / 2
        inside, outside = (inside, middle) if refuted(middle) else (middle, outside)
    return outside
