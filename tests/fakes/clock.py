"""Time that passes only when somebody sleeps."""

from __future__ import annotations

START = 1_763_647_200.0


class FakeClock:
    """`now` as the clock, `sleep` moves it; `slept` are the pauses."""

    def __init__(self, now: float = START) -> None:
        self.time = now
        self.slept: list[float] = []

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.slept.append(seconds)
        self.time += seconds
        assert len(self.slept) < 10_000, "somebody waits for ever"
