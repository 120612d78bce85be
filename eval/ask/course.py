"""How far a run has come: what every way of asking adds to, and what may end it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..results import Progress
from .pacing.budget import Budget
from .pacing.meter import Meter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..results import Response
    from .clock import Clock
    from .looks import Looks
    from .options import AskOptions
    from .side import Side
    from .store import Store

REPORT_SECONDS = 0.1


class Course:
    """The answers so far, where they are kept, what they cost, and why the run was stopped, if it was.

    `history` are the moments at which the number of questions at once changed; `retries` and `backoffs` are counts.
    """

    def __init__(
        self,
        sides: Sequence[Side],
        store: Store,
        options: AskOptions,
        *,
        clock: Clock,
        on_progress: Callable[[Progress], None] | None = None,
        looks: Looks | None = None,
    ) -> None:
        self.sides, self.store, self.clock, self.looks = sides, store, clock, looks
        self.began = clock.now()
        self.budget = Budget(options.budget_usd, options.time_budget_seconds, began=self.began, spent=store.paid_usd)
        self.meter = Meter()
        self.stopped: str | None = None
        self.retries = self.backoffs = 0
        self.history: list[tuple[float, int]] = []
        self._on_progress = on_progress
        self._reported = float("-inf")
        self._total = sum(side.total for side in sides)

    def keep(self, response: Response, place: int, side: int = 0) -> int:
        """Take an answer to the case at `place` of the gold set; how many wait to be written."""
        self.sides[side].answers.add(response, place)
        self.budget.pay(response.cost_usd)
        if self.looks is not None:
            self.looks.add(response, place, side)
        return self.store.keep(response, place, side)

    def over(self, now: float, in_flight: int = 0) -> bool:
        """Whether a budget has no room for another question; the run is then stopped."""
        why = self.budget.over(now, in_flight)
        if why is not None:
            self.stop(why)
        return why is not None

    def stop(self, why: str) -> None:
        """Nothing more is to be asked; the first reason counts."""
        self.stopped = self.stopped or why

    def paced(self, limit: int, now: float) -> None:
        """From now on so many questions may be on their way at once."""
        if not self.history or limit != self.history[-1][1]:
            self.history.append((round(now - self.began, 3), limit))

    def report(self, *, always: bool = False) -> None:
        """Say how far the run is, ten times a second at most."""
        if self._on_progress is None:
            return
        now = self.clock.now()
        if always or now - self._reported >= REPORT_SECONDS:
            self._reported = now
            self._on_progress(self._progress(now))

    def _progress(self, now: float) -> Progress:
        return Progress(
            done=sum(len(side.answers) for side in self.sides),
            total=self._total,
            errors=sum(side.answers.errors for side in self.sides),
            reused=sum(side.answers.reused.height for side in self.sides),
            cost_usd=self.budget.spent,
            seconds=now - self.began,
        )
