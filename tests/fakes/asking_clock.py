"""Time for the asking that passes only when somebody sleeps."""

from __future__ import annotations

import asyncio


class AskingClock:
    """`sleep` moves `now` at once; `slept` are the pauses."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.slept: list[float] = []

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.slept.append(seconds)
        self.time += seconds
        assert len(self.slept) < 100_000, "somebody waits for ever"
        await asyncio.sleep(0)
