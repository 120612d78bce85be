"""Asking a subject every case: at once, patiently, and with an end to the patience."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from .asked import Asked, Figures
from .asking import Asking
from .clock import Clock, SystemClock
from .jobs import Queue, jobs
from .looks import Looks
from .options import AskOptions
from .side import Side
from .store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from pathlib import Path

    import polars as pl

    from ..case import GoldSet
    from ..results import Progress
    from .asked import Batch
    from .cache import ResponseCache
    from .subject import Subject


def ask_all(
    gold: GoldSet,
    subject: Subject,
    *,
    options: AskOptions | None = None,
    journal_path: Path | None = None,
    resume: bool = False,
    cache: ResponseCache | None = None,
    baseline: Subject | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    stop: Callable[[Batch], bool] | None = None,
    clock: Clock | None = None,
) -> Asked:
    """Ask every case that neither the journal (with `resume`) nor the cache answers yet.

    A journal that is there is put aside as `<name>.previous` without `resume`. With `baseline` each case is asked of both, one
    after the other in random order, so that their latencies are pairs. `stop` is shown the cases that are finished, 20 or
    more at a time and in another thread, and ends the asking when it returns true. A spent budget ends it too: see
    `Asked.stopped`.

    Raises:
        OutsideError: a service is down or answers nothing usable, or the journal cannot be written. What was answered is kept.
        UsageError: the journal belongs to another subject, or the request template does not fit the cases.
    """
    options = options or AskOptions()
    subjects = [subject] if baseline is None else [subject, baseline]
    store = Store(gold, subjects, repeats=options.repeats, journal_path=journal_path, cache=cache)
    notes: list[str] = []
    try:
        reused = store.open(resume=resume)
        sides = [
            Side(one, number, reused[number], options.patience, len(gold) * options.repeats)
            for number, one in enumerate(subjects)
        ]
        asking = Asking(
            _queue(gold, options, reused),
            sides,
            store,
            options,
            clock=clock or SystemClock(),
            on_progress=on_progress,
            looks=None if stop is None else Looks(stop, [side.answers for side in sides], repeats=options.repeats),
        )
        _run(asking.run())
    finally:
        notes += store.close()
    return _asked(asking, sides, notes)


def _queue(gold: GoldSet, options: AskOptions, reused: list[pl.DataFrame]) -> Queue:
    repeats = options.repeats
    done = [set((part["place"].cast(int) * repeats + part["repeat"] - 1).to_list()) for part in reused]
    left = sum(len(gold) * repeats - len(answered) for answered in done)
    return Queue(
        jobs(gold.cases if left else (), repeats=repeats, done=done, shuffled=options.order == "random", seed=options.seed),
        left=left,
    )


def _run(work: Coroutine[None, None, None]) -> None:
    """Run to the end, in a thread of its own where an event loop is running in this one (a notebook)."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        asyncio.run(work)
        return
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work).result()


def _asked(asking: Asking, sides: list[Side], notes: list[str]) -> Asked:
    frames = [side.answers.frame() for side in sides]
    errors = sum(side.answers.errors for side in sides)
    answered = sum(frame.height for frame in frames) - errors
    total = sum(side.total for side in sides)
    stopped = None if asking.stopped is None else f"{asking.stopped}; {answered} of {total} questions were answered"
    figures = Figures(
        questions=total,
        answered=answered,
        reused=sum(side.answers.reused.height for side in sides),
        errors=errors,
        retries=asking.retries,
        cost_usd=asking.budget.spent,
        seconds=asking.meter.seconds,
        backoffs=asking.pace.backoffs,
        concurrency=tuple(asking.history),
        loop_share=asking.meter.loop_share,
        loop_lag_ms=asking.meter.lag_ms,
        notes=tuple(notes),
    )
    return Asked(
        responses=frames[0], baseline_responses=frames[1] if len(frames) > 1 else None, stopped=stopped, figures=figures
    )
