"""Asking in an event loop: workers that share a pace, a budget and their patience."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from ..errors import OutsideError
from ..results import Response
from .clock import stamp, wall
from .looks import ENOUGH
from .pacing.pace import Pace
from .pacing.rate import Rate
from .pacing.retry import THROTTLES, Retry

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from .course import Course
    from .jobs import Job, Queue, Tried
    from .looks import Looks
    from .options import AskOptions
    from .side import Side
    from .subject import Attempt

SYNC_SECONDS = 0.1
WATCH_SECONDS = 0.5
NAP_SECONDS = 0.25
TURN_SECONDS = 0.02
WAITING_PER_WORKER = 4


class Asking:
    """The event loop's way of asking, all in one thread.

    There are as many workers as the pace allows, each with one question on its way. A case that is to be tried again waits in
    the queue and holds no worker; so that a service in trouble is not met with ever new cases, new ones stay back while many
    wait. `tried` is a try that was made before and has failed.
    """

    def __init__(self, queue: Queue, course: Course, options: AskOptions, *, tried: Tried | None = None) -> None:
        self.queue, self.course, self.tried = queue, course, tried
        self.sides, self.store, self.clock, self.looks = course.sides, course.store, course.clock, course.looks
        self.patience = options.patience
        self.pace = Pace(options.concurrency, adaptive=options.adaptive)
        self.rate = Rate(options.requests_per_second, options.tokens_per_minute, self.clock.now())
        self.retry = Retry(options.patience, options.seed)
        self._turned = self._paused_until = float("-inf")
        self._in_flight = 0
        self._draining = False
        self._workers: set[asyncio.Task[None]] = set()
        self._guards: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Ask until nothing is left, something says stop, or a subject is gone.

        Raises:
            OutsideError: a subject is down or answers nothing usable, or the journal cannot be written.
            UsageError: the request template does not fit a case.
        """
        self.course.meter.start()
        self._over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._guard(self._keep_synced())
        self._guard(self._watch())
        try:
            for side in self.sides:
                await side.subject.open(self.pace.ceiling)
            if self.tried is not None:
                await self._go_on_from(self.tried)
            if self.looks is not None:
                await self._look(self.looks)
            self._grow()
            await self._over
        finally:
            await self._end()

    async def _end(self) -> None:
        self.course.backoffs = self.pace.backoffs
        tasks = [*self._workers, *self._guards]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for side in self.sides:
            await side.subject.close()
        self.course.meter.stop()

    async def _go_on_from(self, tried: Tried) -> None:
        tried.job.attempts += 1
        if await self._failed(self.sides[0], tried.job, tried.attempt, tried.sent, self.clock.now()):
            tried.job.next_side()

    def _guard(self, work: Coroutine[None, None, None]) -> None:
        """Have something done beside the workers; what it raises ends the run."""
        task = asyncio.create_task(work)
        self._guards.add(task)
        task.add_done_callback(self._guards.discard)
        task.add_done_callback(self._failed_task)

    def _grow(self) -> None:
        """As many workers as the pace allows."""
        limit = self.pace.limit
        self.course.paced(limit, self.clock.now())
        while self.course.stopped is None and len(self._workers) < limit and self.queue.left:
            task = asyncio.create_task(self._work())
            self._workers.add(task)
            task.add_done_callback(self._worker_done)
        if not self._workers:
            self._finish()

    def _worker_done(self, task: asyncio.Task[None]) -> None:
        self._workers.discard(task)
        self._failed_task(task)
        if not self._over.done():
            self._grow()

    def _failed_task(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            self._fail(error)

    def _fail(self, error: BaseException) -> None:
        if not self._over.done():
            self._over.set_exception(error)

    def _finish(self) -> None:
        if not self._over.done():
            self._over.set_result(None)

    async def _work(self) -> None:
        while (job := self._ready() or await self._next()) is not None:
            await self._ask(job)
            now = self.clock.now()
            if now - self._turned >= TURN_SECONDS:
                self._turned = now
                await asyncio.sleep(0)
            if len(self._workers) > self.pace.limit:
                return
            if self.pace.limit != self.course.history[-1][1]:
                self._grow()

    def _ready(self) -> Job | None:
        if self.course.stopped is not None:
            return None
        return self.queue.take(self.clock.now(), most_waiting=WAITING_PER_WORKER * self.pace.ceiling)

    async def _next(self) -> Job | None:
        """Where no job is ready, one that is to be tried again once it is due."""
        while self.course.stopped is None:
            job = self._ready()
            if job is not None or self.queue.due is None:
                return job
            await self._nap(self.queue.due)
        return None

    async def _ask(self, job: Job) -> None:
        """Ask each side that is still open; a job that is to be tried again goes back to the queue."""
        while job.sides:
            sent = self.clock.now()
            guess: float | None = 0.0
            if not self._clear_at_once(job, sent):
                guess = await self._cleared(job)
                sent = self.clock.now()
            if guess is None:
                return
            side = self.sides[job.sides[0]]
            self._in_flight += 1
            try:
                attempt = await side.subject.ask(job.case)
            finally:
                self._in_flight -= 1
            now = self.clock.now()
            job.attempts += 1
            if attempt.response is not None:
                side.health.answer(now)
                self.pace.back(sent=sent, now=now, throttled=False)
                self._keep(side, job, _completed(attempt.response, job), guess)
            else:
                self.rate.settle(0, guess)
                if not await self._failed(side, job, attempt, sent, now):
                    return
            job.next_side()

    def _clear_at_once(self, job: Job, now: float) -> bool:
        """Whether nothing limits the rate or asks for a pause, and there is something left of the budget."""
        free = not self.rate.limited and self._paused_until <= now
        return free and (job.begun or (self.course.stopped is None and self._budget_left(now)))

    async def _cleared(self, job: Job) -> float | None:
        """Wait until a question may go out; the tokens set aside for it, or null when the run has stopped.

        The second side of a case that was begun is asked in any case, so that pairs stay whole.
        """
        now = self.clock.now()
        wait, guess = self.rate.reserve(now)
        ready = now + wait
        while self.course.stopped is None and (until := max(ready, self._paused_until)) > now:
            await self._nap(until)
            now = self.clock.now()
        if job.begun or (self.course.stopped is None and self._budget_left(now)):
            return guess
        return None

    async def _failed(self, side: Side, job: Job, attempt: Attempt, sent: float, now: float) -> bool:
        """Whether this side is done with the case, with an error; else the job waits in the queue.

        While nobody is there at all, a try does not count: the patience with the subject decides, not that with the case.
        """
        alone = attempt.fault == "unreachable" and side.health.last_answer < sent
        tries = job.count(attempt.fault, counts=not alone)
        await self._raise_if_gone(side, attempt, now)
        self.pace.back(sent=sent, now=now, throttled=attempt.fault in THROTTLES)
        if (wait := self.retry.wait(attempt)) is not None:
            self._paused_until = max(self._paused_until, now + wait)
        if alone or self.retry.again(attempt, tries):
            if self.course.stopped is None:
                self.course.retries += 1
                self.queue.later(job, now + self.retry.pause(attempt, job.attempts))
            return False
        asked_at = stamp(wall() - timedelta(seconds=now - sent))
        error = Response(id=job.case.id, error=attempt.detail, attempts=job.attempts, repeat=job.repeat, asked_at=asked_at)
        self._keep(side, job, error, 0.0)
        if (nothing := side.gives_nothing(attempt)) is not None:
            raise nothing
        return True

    async def _raise_if_gone(self, side: Side, attempt: Attempt, now: float) -> None:
        detail = side.health.fault(attempt, now, self.pace.limit)
        exited = attempt.fault in {"unreachable", "dropped"} and not await asyncio.to_thread(side.subject.is_alive)
        if detail is not None or exited:
            raise side.gone(detail or attempt.detail, exited=exited, journaled=self.store.journaled)

    def _keep(self, side: Side, job: Job, response: Response, guess: float) -> None:
        self._write_soon(self.course.keep(response, job.place, side.number))
        self.rate.settle((response.input_tokens or 0) + (response.output_tokens or 0), guess)
        self.course.report()
        if self.looks is not None and self.looks.due():
            self._guard(self._look(self.looks))

    def _write_soon(self, waiting: int) -> None:
        """Write what came in one turn of the event loop at once; never does more wait than may be on its way."""
        if waiting >= self.pace.ceiling:
            self.store.flush()
        elif waiting == 1:
            asyncio.get_running_loop().call_soon(self._write)

    def _write(self) -> None:
        try:
            self.store.flush()
        except OutsideError as error:
            self._fail(error)

    async def _look(self, looks: Looks) -> None:
        if self.course.stopped is None and looks.due(fewest=1) and await looks.look():
            self.course.stop(ENOUGH)
            self._drain()

    def _budget_left(self, now: float | None = None) -> bool:
        over = self.course.over(self.clock.now() if now is None else now, self._in_flight)
        if over:
            self._drain()
        return not over

    def _drain(self) -> None:
        """Nothing more is sent; what is on its way has a while to end."""
        if not self._draining:
            self._draining = True
            asyncio.get_running_loop().call_later(self.patience.drain_seconds, self._finish)

    async def _nap(self, until: float) -> None:
        """Sleep until then, but not so long that a stop would go unseen."""
        await self.clock.sleep(min(max(until - self.clock.now(), 0.0), NAP_SECONDS))

    async def _keep_synced(self) -> None:
        while True:
            due = self.clock.now() + SYNC_SECONDS
            await asyncio.sleep(SYNC_SECONDS)
            self.course.meter.late(self.clock.now() - due)
            await asyncio.to_thread(self.store.sync)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            for side in self.sides:
                if not await asyncio.to_thread(side.subject.is_alive):
                    detail = "it stopped running"
                    raise side.gone(detail, exited=True, journaled=self.store.journaled)
            self._budget_left()
            if self.looks is not None:
                await self._look(self.looks)


def _completed(response: Response, job: Job) -> Response:
    """The response with its repeat and the number of tries."""
    if job.attempts == 1 and job.repeat == 1:
        return response
    return replace(response, attempts=job.attempts, repeat=job.repeat)
