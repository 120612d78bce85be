"""What the stages say while they work, to whoever listens: a terminal or a pipe."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """The listener. A stage begins, may tell of steps or of counts, and ends with one line."""

    def begin(self, stage: str) -> None:
        """A stage begins."""

    def step(self, text: str) -> None:
        """The stage came to something worth naming."""

    def count(self, done: int, total: int, note: str = "") -> None:
        """The stage has done `done` of `total`."""

    def end(self, stage: str, text: str, seconds: float, *, state: str = "ok") -> None:
        """The stage is done; `state` is ok, failed or unsure."""

    def line(self, text: str = "") -> None:
        """A line of the result."""
