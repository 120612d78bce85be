"""Whether a case is tried again after a fault, and after which pause."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..options import Patience
    from ..subject import Attempt, Fault

THROTTLES = frozenset({"busy", "timeout"})


class Retry:
    """The pauses of one run, jittered from `seed`."""

    def __init__(self, patience: Patience, seed: int) -> None:
        self._patience = patience
        self._random = random.Random(seed)  # noqa: S311
        self._most: dict[Fault | None, int] = {
            "unreachable": patience.attempts,
            "dropped": patience.attempts,
            "busy": patience.attempts,
            "cut": patience.cut_attempts,
            "timeout": patience.timeout_attempts,
        }

    def again(self, attempt: Attempt, tries: int) -> bool:
        """Whether what failed in this way `tries` times is worth another try."""
        return tries < self._most.get(attempt.fault, 1)

    def pause(self, attempt: Attempt, tries: int) -> float:
        """Seconds until the next try: doubled each time, half of it at random, after what Retry-After asks for."""
        longest = min(self._patience.longest_pause_seconds, self._patience.pause_seconds * 2.0 ** max(tries - 1, 0))
        jittered = longest * (0.5 + self._random.random() / 2)
        wait = self.wait(attempt)
        return jittered if wait is None else wait + jittered / 4

    def wait(self, attempt: Attempt) -> float | None:
        """The pause that the service asked for, bounded."""
        return None if attempt.retry_after is None else min(attempt.retry_after, self._patience.longest_wait_seconds)
