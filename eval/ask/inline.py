"""Asking a function case after case in this thread: no event loop, nothing made for a case that a column can hold."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from ..jsontext import loads
from ..results import Response
from .callable_subject import CallableSubject
from .clock import Stamps
from .jobs import Job, Tried
from .looks import ENOUGH, SIZE
from .texts import Texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import polars as pl

    from ..case import GoldSet
    from .course import Course
    from .options import AskOptions
    from .subject import Attempt

BLOCK_SECONDS = 0.005
SYNC_SECONDS = 0.1
LOOK_SECONDS = 0.5
PATIENT = frozenset({"timeout", "dropped"})


def suits(course: Course, options: AskOptions) -> bool:
    """Whether a run is one function's, called inline once a case, as often as it can be, its answers kept in no cache."""
    subject = course.sides[0].subject
    limited = options.requests_per_second or options.tokens_per_minute
    plain = len(course.sides) == 1 and options.repeats == 1 and not limited and not course.store.cached
    return plain and isinstance(subject, CallableSubject) and subject.inline


class Inline:
    """One question after another; what came within 5 ms, or one answer that took longer, is written at once."""

    def __init__(self, gold: GoldSet, course: Course) -> None:
        subject = course.sides[0].subject
        assert isinstance(subject, CallableSubject)
        self._gold, self._course, self._subject, self._side = gold, course, subject, course.sides[0]
        self._ids: list[str] = gold.frame["id"].to_list()
        self._arguments: Sequence[Any] = gold.cases if subject.takes_case else _inputs(gold.frame)
        self._stamps = Stamps()
        self._block = Texts()
        self._synced = self._looked = course.clock.now()
        self._look_from = float("-inf")

    def ask(self, places: Iterable[int]) -> Tried | None:
        """Ask the cases at these places of the gold set, until something says stop or a try fails that needs patience.

        Raises:
            OutsideError: the function answers nothing usable, or the journal cannot be written.
        """
        course = self._course
        course.meter.start()
        course.paced(1, course.began)
        try:
            return self._ask(places) if self._may_go_on(course.clock.now()) else None
        finally:
            self._write()
            course.meter.stop()

    def _ask(self, places: Iterable[int]) -> Tried | None:
        course, now = self._course, self._course.clock.now
        until = now() + BLOCK_SECONDS
        for place in places:
            sent = now()
            attempt = self._try(place)
            if attempt is not None:
                if attempt.fault in PATIENT:
                    return Tried(Job(self._gold.cases[place], place, 1, [0]), attempt, sent)
                self._keep(attempt, place)
            done = now()
            if done >= until or course.stopped is not None:
                self._write()
                if not self._may_go_on(done):
                    return None
                until = now() + BLOCK_SECONDS
        return None

    def _try(self, place: int) -> Attempt | None:
        """Ask once; null where the answer was a text and is in the block."""
        asked_at = self._stamps()
        start = time.perf_counter()
        try:
            value = self._subject.function(self._arguments[place])
        except Exception as error:  # noqa: BLE001
            return self._subject.fault(error)
        latency = (time.perf_counter() - start) * 1000
        if type(value) is str and value.isascii() and self._course.looks is None:
            self._block.add(place, self._ids[place], value, latency, asked_at)
            return None
        return self._subject.attempt(self._ids[place], value, latency, asked_at)

    def _keep(self, attempt: Attempt, place: int) -> None:
        response = attempt.response
        if response is not None:
            self._side.health.answer(self._course.clock.now())
            self._course.keep(response, place)
            if response.cost_usd:
                self._course.over(self._course.clock.now())
            return
        self._write()
        self._course.keep(Response(id=self._ids[place], error=attempt.detail, asked_at=self._stamps()), place)
        if (nothing := self._side.gives_nothing(attempt)) is not None:
            raise nothing

    def _write(self) -> None:
        """Hand on what came since the last time."""
        block, self._block = self._block, Texts()
        if block:
            self._side.health.answer(self._course.clock.now())
            self._side.answers.extend(block)
            self._course.store.write(block)
        self._course.store.flush()

    def _may_go_on(self, now: float) -> bool:
        """Report, sync and look where it is time to; whether nothing says stop."""
        self._course.report()
        if now - self._synced >= SYNC_SECONDS:
            self._synced = now
            self._course.store.sync()
        self._look(now)
        return self._course.stopped is None and not self._course.over(now)

    def _look(self, now: float) -> None:
        """A look takes no more than half of the time."""
        looks = self._course.looks
        fewest = 1 if now - self._looked >= LOOK_SECONDS else SIZE
        if looks is None or self._course.stopped is not None or now < self._look_from or not looks.due(fewest=fewest):
            return
        if looks.look_here():
            self._course.stop(ENOUGH)
        self._looked = self._course.clock.now()
        self._look_from = 2 * self._looked - now


def _inputs(frame: pl.DataFrame) -> list[Any]:
    """What each case asks: a text, or the object that its JSON holds."""
    texts = frame["input"].to_list()
    if not frame["structured"].any():
        return texts
    return [loads(text) if structured else text for text, structured in zip(texts, frame["structured"], strict=True)]
