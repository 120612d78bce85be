"""Asking a subject every case: at once, patiently, and with an end to the patience."""

from __future__ import annotations

import asyncio
import random
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..errors import GoldgateError, OutsideError
from ..gold.hash import case_hash
from ..results import Progress, Response
from ..table import cases_frame
from .journal import Journal
from .subject import Attempt, sleep

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from pathlib import Path

    import polars as pl

    from ..case import Case, GoldSet
    from .subject import Subject

SYNC_SECONDS = 0.1
ALIVE_SECONDS = 0.5


@dataclass(frozen=True, kw_only=True)
class Patience:
    """When to try again and when to stop.

    A case is tried `attempts` times on 429, 503 and broken connections, with pauses that double from `pause_seconds` up to
    `longest_pause_seconds`, jittered, or as long as Retry-After says (up to `longest_wait_seconds`). A service that nobody
    reaches for `give_up_seconds`, `unusable` first answers that all are of no use, or `faults` time-outs and broken connections
    in a row end the run; `faults` is at least the number of questions asked at once, and doubled once there were answers.
    """

    attempts: int = 5
    pause_seconds: float = 0.1
    longest_pause_seconds: float = 2.0
    longest_wait_seconds: float = 60.0
    give_up_seconds: float = 5.0
    unusable: int = 5
    faults: int = 10


def ask_all(
    gold: GoldSet,
    subject: Subject,
    *,
    concurrency: int,
    journal_path: Path | None,
    on_progress: Callable[[Progress], None] | None = None,
    budget_usd: float | None = None,
    time_budget_seconds: float | None = None,
    patience: Patience | None = None,
    pause: Callable[[float], Awaitable[None]] = sleep,
    seed: int = 0,
) -> pl.DataFrame:
    """Ask every case that the journal does not answer yet; the table of cases without metrics.

    Raises:
        OutsideError: the service is down, answers nothing usable, or a budget is spent. What was answered stays in the journal.
        UsageError: the journal belongs to another subject, or the request template does not fit the cases.
    """
    asking = Asking(gold, subject, concurrency, patience or Patience(), pause, on_progress, seed)
    asking.budget_usd, asking.time_budget_seconds = budget_usd, time_budget_seconds
    return cases_frame(gold, asyncio.run(asking.run(journal_path)))


class Asking:
    """One run over a gold set: the workers share its state, all in one thread."""

    budget_usd: float | None = None
    time_budget_seconds: float | None = None

    def __init__(
        self,
        gold: GoldSet,
        subject: Subject,
        concurrency: int,
        patience: Patience,
        pause: Callable[[float], Awaitable[None]],
        on_progress: Callable[[Progress], None] | None,
        seed: int,
    ) -> None:
        self.subject, self.patience, self.pause, self.on_progress = subject, patience, pause, on_progress
        self.concurrency = max(1, min(concurrency, len(gold)))
        self.gold = gold
        self.hashes = {case.id: case_hash(case) for case in gold.cases}
        self.responses: dict[str, Response] = {}
        self.reused = self.errors = 0
        self.cost_usd = 0.0
        self.answered = 0
        self.faults_in_a_row = 0
        self.unreachable_since: float | None = None
        self.last_answer = 0.0
        self.start = time.monotonic()
        self.random = random.Random(seed)  # noqa: S311
        self.journal: Journal | None = None

    async def run(self, journal_path: Path | None) -> dict[str, Response]:
        """Ask what is missing and return all responses by case id."""
        if journal_path is not None:
            self.journal = Journal(journal_path, subject=self.subject.identity)
            self.responses = self.journal.open(self.hashes)
        self.reused = len(self.responses)
        try:
            todo = [case for case in self.gold.cases if case.id not in self.responses]
            self._report()
            if todo:
                await self._ask(todo)
        finally:
            if self.journal is not None:
                self.journal.close()
        return self.responses

    async def _ask(self, todo: list[Case]) -> None:
        await self.subject.open(self.concurrency)
        queue = iter(todo)
        tasks = [asyncio.create_task(self._work(queue)) for _ in range(min(self.concurrency, len(todo)))]
        guards = [asyncio.create_task(self._sync()), asyncio.create_task(self._watch())]
        try:
            await _all_or_first_fault(tasks, guards)
        finally:
            for task in (*tasks, *guards):
                task.cancel()
            await asyncio.gather(*tasks, *guards, return_exceptions=True)
            await self.subject.close()

    async def _work(self, queue: Iterator[Case]) -> None:
        for case in queue:
            self._check_budget()
            self._keep(case, await self._answer(case))

    async def _answer(self, case: Case) -> Response:
        tries = 0
        while True:
            began = time.monotonic()
            attempt = await self.subject.ask(case)
            if attempt.response is not None:
                self._answered()
                return replace(attempt.response, attempts=tries + 1) if tries else attempt.response
            alone = attempt.fault == "unreachable" and self.last_answer < began
            tries += 0 if alone else 1
            self._faulted(attempt)
            if attempt.fault not in {"unreachable", "dropped", "busy"} or tries >= self.patience.attempts:
                return Response(id=case.id, error=attempt.detail, attempts=max(tries, 1))
            await self.pause(self._pause_before(max(tries, 1), attempt.retry_after))

    def _pause_before(self, tries: int, retry_after: float | None) -> float:
        longest = min(self.patience.longest_pause_seconds, self.patience.pause_seconds * 2.0**tries)
        jittered = longest * (0.5 + self.random.random() / 2)
        return jittered if retry_after is None else min(retry_after, self.patience.longest_wait_seconds) + jittered / 4

    def _answered(self) -> None:
        self.answered += 1
        self.faults_in_a_row = 0
        self.unreachable_since = None
        self.last_answer = time.monotonic()

    def _faulted(self, attempt: Attempt) -> None:
        now = time.monotonic()
        if attempt.fault == "unreachable":
            self.unreachable_since = self.unreachable_since or now
            if now - self.unreachable_since >= self.patience.give_up_seconds:
                raise self._gone(attempt.detail)
        elif attempt.fault in {"dropped", "timeout"}:
            self.faults_in_a_row += 1
            waves = 2 if self.answered else 1
            if self.faults_in_a_row >= min(max(self.patience.faults, self.concurrency) * waves, len(self.gold)):
                msg = f"{self.faults_in_a_row} times in a row, {attempt.detail}"
                raise self._gone(msg)
        if not self.subject.is_alive():
            raise self._gone(attempt.detail)

    def _keep(self, case: Case, response: Response) -> None:
        self.responses[case.id] = response
        self.cost_usd += response.cost_usd or 0.0
        self.errors += response.error is not None
        if self.journal is not None:
            self.journal.add(response, self.hashes[case.id])
        self._report()
        asked = len(self.responses) - self.reused
        if not self.answered and self.errors == asked >= min(self.patience.unusable, len(self.gold)):
            self._unusable(response.error or "")

    def _unusable(self, detail: str) -> None:
        if self.subject.is_alive() and not detail.startswith(("no answer within", "the connection")):
            msg = f"the service gives no usable answer: {detail.rstrip('.')}."
            advice = "Check request.path, request.body and the answer's fields in ml_config.yaml, and the service's log."
            raise OutsideError(msg, where=self.subject.address, next_step=advice)

    def _gone(self, detail: str) -> GoldgateError:
        done, total = len(self.responses) - self.errors, len(self.gold)
        state = "exited" if not self.subject.is_alive() else "died" if self.answered else "is not there"
        msg = f"the service {state} ({detail.rstrip('.')}); {done} of {total} cases were answered."
        kept = " The journal keeps them: the same command asks only the rest." if self.journal is not None and done else ""
        return OutsideError(msg, where=self.subject.address, next_step=f"See the service's log.{kept}")

    def _check_budget(self) -> None:
        seconds = time.monotonic() - self.start
        if self.budget_usd is not None and self.cost_usd >= self.budget_usd:
            msg = f"the budget of ${self.budget_usd:.2f} is spent (${self.cost_usd:.2f})"
            raise self._spent(msg, "evaluation.budget_usd")
        if self.time_budget_seconds is not None and seconds >= self.time_budget_seconds:
            msg = f"the time budget of {self.time_budget_seconds:g} s is over"
            raise self._spent(msg, "the time budget")

    def _spent(self, what: str, name: str) -> GoldgateError:
        done = len(self.responses) - self.errors
        msg = f"{what}; {done} of {len(self.gold)} cases were answered."
        return OutsideError(msg, where=self.subject.address, next_step=f"Raise {name}; the journal keeps what was answered.")

    def _report(self) -> None:
        if self.on_progress is not None:
            self.on_progress(
                Progress(
                    done=len(self.responses),
                    total=len(self.gold),
                    errors=self.errors,
                    reused=self.reused,
                    cost_usd=self.cost_usd,
                    seconds=time.monotonic() - self.start,
                )
            )

    async def _sync(self) -> None:
        while self.journal is not None:
            await asyncio.sleep(SYNC_SECONDS)
            await asyncio.to_thread(self.journal.sync)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(ALIVE_SECONDS)
            if not await asyncio.to_thread(self.subject.is_alive):
                msg = "it stopped running"
                raise self._gone(msg)
            self._check_budget()


async def _all_or_first_fault(tasks: list[asyncio.Task[None]], guards: list[asyncio.Task[None]]) -> None:
    """Wait until all tasks are done, or raise what the first failing task or guard raised."""
    pending = set(tasks)
    watched = set(guards)
    while pending:
        done, _ = await asyncio.wait(pending | watched, return_when=asyncio.FIRST_COMPLETED)
        pending -= done
        watched -= done
        for task in done:
            with suppress(asyncio.CancelledError):
                task.result()
