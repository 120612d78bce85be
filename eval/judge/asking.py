"""Asking a judge many questions at once: patiently, within a budget, and nothing twice."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ..errors import OutsideError
from ..results import Progress
from .cache import reply_key
from .model import Completion, ModelFault
from .parsing import Preference, Rating, Unparsable
from .prompts import reminded

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence

    from .cache import Cache
    from .model import Model, Prompt

Said = Rating | Preference


@dataclass(frozen=True, kw_only=True)
class Terms:
    """How a judge is asked.

    A call that fails is repeated up to `attempts` times, with pauses that double from `pause_seconds` up to
    `longest_pause_seconds`, jittered, or as long as the model asks for; `give_up` faults in a row without a reply end the run.
    Nothing is asked once `spent_usd` (what the evaluation had cost before) and the judge's own cost reach `budget_usd`.
    """

    concurrency: int = 8
    attempts: int = 6
    pause_seconds: float = 0.25
    longest_pause_seconds: float = 20.0
    give_up: int = 10
    budget_usd: float | None = None
    spent_usd: float = 0.0
    seed: int = 0


@dataclass(frozen=True, kw_only=True)
class Question:
    """One prompt and how its reply is read; `read` raises Unparsable."""

    prompt: Prompt
    read: Callable[[str], Said]


@dataclass(kw_only=True)
class Replies:
    """What came of the questions, by the key of each. `stopped` says why not all of them were asked."""

    said: dict[str, Said] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    cost_usd: dict[str, float] = field(default_factory=dict)
    reused: int = 0
    new_usd: float = 0.0
    stopped: str | None = None


def ask(
    rows: Iterable[Sequence[Question]],
    model: Model,
    cache: Cache,
    terms: Terms,
    *,
    on_progress: Callable[[Progress], None] | None = None,
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> Replies:
    """Ask what the cache does not answer, row by row, the rows in seeded random order: what a budget leaves is a random part.

    A reply that cannot be read is asked for once more; a question without a readable reply has a fault, never a low score.

    Raises:
        OutsideError: the model does not answer at all. What it said before stays in the cache.
    """
    asking = _Asking(model, cache, terms, on_progress, pause)
    asyncio.run(asking.run(rows))
    return asking.replies


class _Asking:
    """One run: the workers share its state, all in one thread."""

    def __init__(
        self,
        model: Model,
        cache: Cache,
        terms: Terms,
        on_progress: Callable[[Progress], None] | None,
        pause: Callable[[float], Awaitable[None]],
    ) -> None:
        self.model, self.cache, self.terms, self.on_progress, self.pause = model, cache, terms, on_progress, pause
        self.replies = Replies()
        self.random = random.Random(terms.seed)  # noqa: S311
        self.start = time.monotonic()
        self.total = self.asked = self.in_flight = self.faults_in_a_row = 0

    async def run(self, rows: Iterable[Sequence[Question]]) -> None:
        """Take what the cache holds, then ask the rest."""
        shuffled = list(rows)
        self.random.shuffle(shuffled)
        identity = self.model.identity
        wanted = {reply_key(identity, question.prompt): question for row in shuffled for question in row}
        self.total = len(wanted)
        todo = [(key, question) for key, question in wanted.items() if not self._recall(key, question)]
        self.replies.reused = self.total - len(todo)
        self._report()
        queue = iter(todo)
        workers = [asyncio.create_task(self._work(queue)) for _ in range(min(self.terms.concurrency, len(todo)))]
        try:
            await asyncio.gather(*workers)
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)

    def _recall(self, key: str, question: Question) -> bool:
        """Whether a kept reply answers the question; one that cannot be read is asked for anew."""
        kept = self.cache.get(key)
        if kept is None:
            return False
        try:
            self.replies.said[key] = question.read(kept.text)
        except Unparsable:
            return False
        self.replies.cost_usd[key] = kept.cost_usd or 0.0
        return True

    async def _work(self, queue: Iterator[tuple[str, Question]]) -> None:
        for key, question in queue:
            if self._is_spent():
                return
            self.in_flight += 1
            try:
                await self._settle(key, question)
            finally:
                self.in_flight -= 1
            self._report()

    async def _settle(self, key: str, question: Question) -> None:
        """Ask until a reply can be read, at most twice; the reply is kept with the cost of both."""
        prompt, cost = question.prompt, 0.0
        for _ in range(2):
            try:
                reply = await self._complete(prompt)
            except ModelFault as fault:
                self.replies.faults[key] = fault.detail
                return
            cost += reply.cost_usd or 0.0
            self.replies.cost_usd[key] = cost
            try:
                self.replies.said[key] = question.read(reply.text)
            except Unparsable as unread:
                why = "it was cut off" if reply.cut_off else str(unread)
                self.replies.faults[key] = f"the judge's reply could not be read: {why}"
                prompt = reminded(question.prompt, why)
            else:
                self.replies.faults.pop(key, None)
                self.cache.add(key, replace(reply, cost_usd=cost if reply.cost_usd is not None else None))
                return

    async def _complete(self, prompt: Prompt) -> Completion:
        for attempt in range(1, self.terms.attempts + 1):
            try:
                reply = await self.model.complete(prompt)
            except ModelFault as fault:
                last = attempt == self.terms.attempts or not fault.again
                self._faulted(fault, last=last)
                if last:
                    raise
                await self.pause(self._pause_before(attempt, fault.retry_after))
            else:
                self.faults_in_a_row = 0
                self.asked += 1
                self.replies.new_usd += reply.cost_usd or 0.0
                return reply
        raise AssertionError  # the last attempt returns or raises

    def _faulted(self, fault: ModelFault, *, last: bool) -> None:
        """Too many faults in a row, and the model is not there; a refusal of one prompt counts until it answered another."""
        self.faults_in_a_row += last if fault.busy else fault.again or not self.asked
        if self.faults_in_a_row >= max(self.terms.give_up, self.terms.concurrency):
            msg = f"the judge {self.model.name} does not answer: {fault.detail.rstrip('.')}."
            kept = "What it said before is kept: the same command asks only the rest."
            raise OutsideError(msg, next_step=kept if self.asked else "Check its model id, its quota and the network.")

    def _pause_before(self, attempt: int, retry_after: float | None) -> float:
        longest = min(self.terms.longest_pause_seconds, self.terms.pause_seconds * 2.0**attempt)
        jittered = longest * (0.5 + self.random.random() / 2)
        return jittered if retry_after is None else min(retry_after, 60.0) + jittered / 4

    def _is_spent(self) -> bool:
        """Whether what was spent, with what is on its way at the usual price, reaches the budget."""
        budget = self.terms.budget_usd
        if budget is None:
            return False
        spent = self.terms.spent_usd + self.replies.new_usd
        expected = self.in_flight * self.replies.new_usd / self.asked if self.asked else 0.0
        if spent + expected < budget:
            return False
        done = len(self.replies.said)
        self.replies.stopped = f"the budget of ${budget:.2f} is spent: the judge gave {done} of {self.total} replies"
        return True

    def _report(self) -> None:
        if self.on_progress is not None:
            self.on_progress(
                Progress(
                    done=len(self.replies.said) + len(self.replies.faults),
                    total=self.total,
                    errors=len(self.replies.faults),
                    reused=self.replies.reused,
                    cost_usd=self.replies.new_usd,
                    seconds=time.monotonic() - self.start,
                )
            )
