"""Time as the asking sees it: what decides only goes forward, what is written down is the time of day."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """`now` in seconds from anywhere, never going back, and `sleep` that ends after so many of them."""

    def now(self) -> float:
        """Seconds that only grow."""

    async def sleep(self, seconds: float) -> None:
        """Let others run for that long."""


class SystemClock:
    """The monotonic clock of this machine."""

    def now(self) -> float:
        """Seconds since the machine was started, about."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Sleep in the event loop."""
        import asyncio

        await asyncio.sleep(seconds)


class Stamps:
    """The time of day as `stamp` writes it, written anew once a millisecond."""

    def __init__(self) -> None:
        self._millisecond = -1
        self._text = ""

    def __call__(self) -> str:
        """Now."""
        millisecond = time.time_ns() // 1_000_000
        if millisecond != self._millisecond:
            self._millisecond = millisecond
            self._text = stamp(datetime.fromtimestamp(millisecond / 1000, UTC))
        return self._text


def wall() -> datetime:
    """The time of day in UTC, which may jump: for records only."""
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """ISO 8601 with milliseconds."""
    return moment.isoformat(timespec="milliseconds")
