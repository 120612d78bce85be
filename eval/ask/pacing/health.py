"""Whether a subject still answers: the end of the patience with one that does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..options import Patience
    from ..subject import Attempt

FIRST_WAVE = 4


class Health:
    """What has come back from one subject, of which `total` answers are wanted; times are seconds that never go back."""

    def __init__(self, patience: Patience, total: int) -> None:
        self.answered = 0
        self.last_answer = float("-inf")
        self._patience = patience
        self._total = max(total, 1)
        self._timeouts = self._wave = 0
        self._down_since: float | None = None
        self._busy_since: float | None = None

    def answer(self, now: float) -> None:
        """An answer of use came."""
        self.answered += 1
        self.last_answer = now
        self._timeouts = self._wave = 0
        self._down_since = self._busy_since = None

    def fault(self, attempt: Attempt, now: float, at_once: int) -> str | None:
        """A fault came while `at_once` questions were allowed; where it proves that the subject is gone, what it was."""
        if attempt.fault in {"unreachable", "dropped"}:
            return self._down(attempt, now)
        self._down_since = None
        if attempt.fault == "timeout":
            return self._timeout(attempt, at_once)
        return self._busy(attempt, now) if attempt.fault == "busy" else None

    def _down(self, attempt: Attempt, now: float) -> str | None:
        longest = self._patience.give_up_later_seconds if self.answered else self._patience.give_up_seconds
        if self._down_since is None:
            self._down_since = now
        return attempt.detail if now - self._down_since >= longest else None

    def _busy(self, attempt: Attempt, now: float) -> str | None:
        if self._busy_since is None:
            self._busy_since = now
        longest = self._patience.busy_seconds
        return f"for {longest:g} s nothing but {attempt.detail}" if now - self._busy_since >= longest else None

    def _timeout(self, attempt: Attempt, at_once: int) -> str | None:
        """One wave of time-outs is enough for a subject that never answered, none of it is waited for twice."""
        self._timeouts += 1
        self._wave = max(self._wave, at_once)
        first = min(max(2, min(self._wave, FIRST_WAVE)), self._patience.faults)
        enough = max(self._patience.faults, self._wave) if self.answered else first
        return f"{self._timeouts} times in a row, {attempt.detail}" if self._timeouts >= min(enough, self._total) else None
