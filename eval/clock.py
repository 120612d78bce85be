"""When an evaluation began, and how fast it went."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from .results import Progress


class Clock:
    """Passes progress on, keeps the last of it, and knows when all of it began."""

    def __init__(self, listener: Callable[[Progress], None] | None = None) -> None:
        self._listener = listener
        self._progress: Progress | None = None
        self._started_at = datetime.now(UTC).isoformat(timespec="seconds")
        self._start = time.monotonic()

    def __call__(self, progress: Progress) -> None:
        """Take note and pass on."""
        self._progress = progress
        if self._listener is not None:
            self._listener(progress)

    def timing(self) -> dict[str, Any]:
        """The field `timing` of evaluation.json, up to now."""
        seconds = time.monotonic() - self._start
        reused = self._progress.reused if self._progress is not None else 0
        asked = self._progress.done - reused if self._progress is not None else 0
        rate = round(asked / seconds, 2) if asked and seconds > 0 else None
        timing = {"started_at": self._started_at, "seconds": round(seconds, 3), "requests_per_second": rate}
        return timing if self._progress is None else {**timing, "reused": reused}
