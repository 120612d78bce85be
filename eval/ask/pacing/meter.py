"""How much of the time the asking itself takes."""

from __future__ import annotations

import time


class Meter:
    """Counts between `start` and `stop`, in the thread that asks, as often as they come."""

    def __init__(self) -> None:
        self._cpu = self._wall = self._worked = 0.0
        self._lags: list[float] = []
        self.seconds = 0.0
        self.loop_share = 0.0

    def start(self) -> None:
        """Begin to count."""
        self._cpu, self._wall = time.thread_time(), time.perf_counter()

    def late(self, seconds: float) -> None:
        """Something came that much later than it was due."""
        self._lags.append(max(0.0, seconds))

    def stop(self) -> None:
        """End counting."""
        self.seconds += time.perf_counter() - self._wall
        self._worked += time.thread_time() - self._cpu
        self.loop_share = min(1.0, self._worked / self.seconds) if self.seconds else 0.0

    @property
    def lag_ms(self) -> float:
        """The 95th percentile of how late things came, in milliseconds."""
        if not self._lags:
            return 0.0
        return sorted(self._lags)[int(0.95 * (len(self._lags) - 1))] * 1000
