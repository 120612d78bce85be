"""How many questions at once: more while the service is healthy, fewer when it says that it has too many."""

from __future__ import annotations

START = 4
SHORTEST_ROUND = 8


class Pace:
    """A limit between 1 and `ceiling`, led by what comes back; pure state, no clock of its own.

    It starts at 4 and gains one with each answer, so that it doubles each round, until the ceiling or the first sign of
    overload (429, 502-504, a time-out). From then on, with each round of answers of which the share `f` was throttled, it loses
    `f / 2` of itself and gains `1 - f`: the proportional back-off of DCTCP (RFC 8257). A service that is wholly overloaded
    halves it each round, one that refuses a third of all questions whatever their number does not bring it to a standstill.
    Questions that were on their way when it last fell do not count.
    """

    def __init__(self, ceiling: int, *, adaptive: bool = True) -> None:
        self.ceiling = ceiling
        self.backoffs = 0
        self._adaptive = adaptive
        self._size = float(min(START, ceiling) if adaptive else ceiling)
        self._starting = True
        self._fell_at = float("-inf")
        self._back = self._throttled = 0

    @property
    def limit(self) -> int:
        """How many questions may be on their way now."""
        return int(self._size)

    def back(self, *, sent: float, now: float, throttled: bool) -> None:
        """An answer or a fault came back at `now` to what was sent at `sent` (seconds)."""
        if not self._adaptive or sent < self._fell_at:
            return
        self._back += 1
        self._throttled += throttled
        if self._starting and not throttled and self._size < self.ceiling:
            self._resize(self._size + 1)
        if self._back >= max(self._size, SHORTEST_ROUND) or (self._starting and throttled):
            self._end_round(now)

    def _end_round(self, now: float) -> None:
        share = self._throttled / self._back
        if self._throttled:
            share = 1.0 if self._starting else share
            self._starting = False
            self._fell_at = now
            self.backoffs += 1
        if not self._starting:
            self._resize(self._size * (1 - share / 2) + 1 - share)
        self._back = self._throttled = 0

    def _resize(self, size: float) -> None:
        self._size = min(max(size, 1.0), float(self.ceiling))
