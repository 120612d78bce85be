"""One line a step on the terminal's error stream, and a count within steps that take longer."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable

EVERY_SECONDS = 1.0


class Progress:
    """What a person sees while ingest works. `clock` is in seconds."""

    def __init__(self, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream or sys.stderr
        self._clock = clock
        self._began = clock()
        self._last = self._began

    def step(self, text: str) -> None:
        """Begin a step and say which."""
        self._began = self._last = self._clock()
        self._write(text)

    def count(self, done: int, total: int) -> None:
        """Say how far the step is, at most once a second."""
        now = self._clock()
        if now - self._last >= EVERY_SECONDS and done < total:
            self._last = now
            self._write(f"  {done:,} of {total:,}")

    def done(self, text: str) -> None:
        """Say what the step gave and how long it took."""
        self._write(f"  {text}  {self._clock() - self._began:.1f} s")

    def _write(self, text: str) -> None:
        self._stream.write(f"{text}\n")
        self._stream.flush()
