"""Time for the asking that passes only when somebody sleeps, and a wall clock that jumps."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 20, 14, 2, 12, tzinfo=UTC)


class AskingClock:
    """`sleep` moves `now` at once; `slept` are the pauses. `wall` goes `jump` seconds back each time it is read."""

    def __init__(self, jump: float = 0.0) -> None:
        self.time = 1000.0
        self.slept: list[float] = []
        self._jump = jump
        self._read = 0

    def now(self) -> float:
        return self.time

    def wall(self) -> datetime:
        self._read += 1
        return START - timedelta(seconds=self._jump * self._read)

    async def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.slept.append(seconds)
        self.time += seconds
        assert len(self.slept) < 100_000, "somebody waits for ever"
        await asyncio.sleep(0)
