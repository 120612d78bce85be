"""Time as the asking sees it: one that only goes forward for decisions, that of the wall for records."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """`now` in seconds from anywhere, never going back; `wall` in UTC, which may jump; `sleep` counts in seconds of `now`."""

    def now(self) -> float:
        """Seconds that only grow."""

    def wall(self) -> datetime:
        """The time of day in UTC."""

    async def sleep(self, seconds: float) -> None:
        """Let others run for that long."""


class SystemClock:
    """The clocks of this machine."""

    def now(self) -> float:
        """The monotonic clock."""
        return time.monotonic()

    def wall(self) -> datetime:
        """The wall clock."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Sleep in the event loop."""
        await asyncio.sleep(seconds)
