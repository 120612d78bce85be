"""The cases that wait to be asked: new ones in order, and those that are to be tried again later."""

from __future__ import annotations

import heapq
import random
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from ..case import Case
    from .subject import Attempt, Fault


class Job:
    """One case to be asked once of each of `sides` (numbers), one after the other; `place` is the case's in the gold set.

    `attempts` counts the tries at the first of `sides`; `begun` says whether another one was asked before.
    """

    __slots__ = ("_faults", "attempts", "begun", "case", "place", "repeat", "sides")

    def __init__(self, case: Case, place: int, repeat: int, sides: list[int]) -> None:
        self.case, self.place, self.repeat, self.sides = case, place, repeat, sides
        self.attempts = 0
        self.begun = False
        self._faults: dict[Fault | None, int] = {}

    def count(self, fault: Fault | None, *, counts: bool) -> int:
        """How often a fault has come on this side, this time included where it `counts`."""
        self._faults[fault] = self._faults.get(fault, 0) + counts
        return self._faults[fault]

    def next_side(self) -> None:
        """Done with this side."""
        self.sides.pop(0)
        self.attempts, self.begun = 0, True
        self._faults.clear()


class Tried(NamedTuple):
    """A try at a job that failed; it was `sent` at that moment of the clock."""

    job: Job
    attempt: Attempt
    sent: float


class Queue:
    """What is still to be asked, of which `left` answers are new."""

    def __init__(self, new: Iterator[Job], left: int) -> None:
        self._new = new
        self._left = left
        self._later: list[tuple[float, int, Job]] = []
        self._count = 0

    def take(self, now: float, *, most_waiting: int) -> Job | None:
        """A job that is due again, else a new one unless `most_waiting` others wait; null when none is ready."""
        if self._later and (self._later[0][0] <= now):
            return heapq.heappop(self._later)[2]
        if len(self._later) >= most_waiting or not self._left:
            return None
        job = next(self._new)
        self._left -= len(job.sides)
        return job

    def later(self, job: Job, due: float) -> None:
        """Put a job back until `due`."""
        self._count += 1
        heapq.heappush(self._later, (due, self._count, job))

    @property
    def left(self) -> bool:
        """Whether any job is new or waits."""
        return bool(self._left or self._later)

    @property
    def due(self) -> float | None:
        """When the next job that waits is due; null when none waits."""
        return self._later[0][0] if self._later else None


def order_of(count: int, *, shuffled: bool, seed: int) -> list[int]:
    """The places of so many cases in the order in which they are asked."""
    order = list(range(count))
    if shuffled:
        random.Random(seed).shuffle(order)  # noqa: S311
    return order


def jobs(
    cases: Sequence[Case], order: Iterable[int], *, repeats: int, done: Sequence[Collection[int]], seed: int
) -> Iterator[Job]:
    """A job for each case and repeat of which an answer is missing; the repeats of a case follow each other.

    `order` are places in the gold set; `done` has for each side the numbers `place * repeats + repeat - 1` of what is answered
    already. With two sides their order within a case is drawn from `seed`.
    """
    draw = random.Random(f"sides {seed}")  # noqa: S311
    for place in order:
        for repeat in range(1, repeats + 1):
            number = place * repeats + repeat - 1
            sides = [side for side, answered in enumerate(done) if number not in answered]
            if len(done) > 1 and draw.random() < 0.5:
                sides.reverse()
            if sides:
                yield Job(cases[place], place, repeat, sides)
