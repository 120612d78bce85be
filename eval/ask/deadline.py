"""One timer for all questions that are on their way: a timer each would cost a tenth of a request."""

from __future__ import annotations

import asyncio
from typing import Any

LONGEST_ROUND = 0.25
ROUNDS = 20


class Deadline:
    """Cancels a task that is within `begin` and `end` for longer than `seconds`, up to a twentieth and 250 ms late.

    The task finds out by `hit` whether it was this that cancelled it, and then goes on as if it had not been.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._round = min(LONGEST_ROUND, seconds / ROUNDS)
        self._ends: dict[asyncio.Task[Any], float] = {}
        self._hit: set[asyncio.Task[Any]] = set()
        self._handle: asyncio.TimerHandle | None = None

    def begin(self) -> asyncio.Task[Any]:
        """From now on the current task has its time."""
        task = asyncio.current_task()
        if task is None:
            msg = "there is no task whose time could run."
            raise RuntimeError(msg)
        loop = task.get_loop()
        self._ends[task] = loop.time() + self._seconds
        if self._handle is None:
            self._handle = loop.call_later(self._round, self._look, loop)
        return task

    def end(self, task: asyncio.Task[Any]) -> None:
        """The task has done what was to be bounded."""
        self._ends.pop(task, None)

    def hit(self, task: asyncio.Task[Any]) -> bool:
        """Whether the task was cancelled because its time was over."""
        if task not in self._hit:
            return False
        self._hit.discard(task)
        return task.uncancel() == 0

    def stop(self) -> None:
        """Look no more."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        for task in [task for task, end in self._ends.items() if end <= now]:
            self.end(task)
            self._hit.add(task)
            task.cancel()
        self._handle = loop.call_later(self._round, self._look, loop)
