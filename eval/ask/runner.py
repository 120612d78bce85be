"""Asking a subject every case: at once, patiently, and with an end to the patience."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ..garbage import seldom_collected
from .asked import Asked, Figures
from .clock import Clock, SystemClock
from .course import Course
from .inline import Inline, suits
from .jobs import Queue, jobs, order_of
from .looks import Looks
from .options import AskOptions
from .side import Side
from .store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from pathlib import Path

    from ..case import GoldSet
    from ..results import Progress
    from .asked import Batch
    from .cache import ResponseCache
    from .subject import Subject


@seldom_collected()
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
        wanted = len(gold) * options.repeats
        sides = [Side(one, number, reused[number], options.patience, wanted) for number, one in enumerate(subjects)]
        order = order_of(len(gold), shuffled=options.order == "random", seed=options.seed)
        answers = [side.answers for side in sides]
        looks = None if stop is None else Looks(stop, answers, repeats=options.repeats, order=order)
        course = Course(sides, store, options, clock=clock or SystemClock(), on_progress=on_progress, looks=looks)
        course.report(always=True)
        _ask(gold, course, options, order)
        course.report(always=True)
    finally:
        notes += store.close()
    return _asked(course, notes)


def _ask(gold: GoldSet, course: Course, options: AskOptions, order: list[int]) -> None:
    """Call a plain function in this thread for as long as nothing needs patience; all else is for the event loop."""
    repeats = options.repeats
    done = [_numbers(side.answers.reused, repeats) for side in course.sides]
    tried = None
    if suits(course, options):
        places = [place for place in order if place not in done[0]]
        tried = Inline(gold, course).ask(places)
        if tried is None:
            return
        done[0].update(places[: places.index(tried.job.place) + 1])
    left = sum(len(gold) * repeats - len(answered) for answered in done)
    if left or tried is not None:
        from .asking import Asking

        new = jobs(gold.cases, order, repeats=repeats, done=done, seed=options.seed)
        _run(Asking(Queue(new, left), course, options, tried=tried).run())


def _numbers(reused: pl.DataFrame, repeats: int) -> set[int]:
    """What is answered already, as `jobs` counts it."""
    return set((reused["place"].cast(pl.Int64) * repeats + reused["repeat"] - 1).to_list())


def _run(work: Coroutine[None, None, None]) -> None:
    """Run to the end, in a thread of its own where an event loop is running in this one (a notebook)."""
    import asyncio
    from concurrent.futures import ThreadPoolExecutor

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        asyncio.run(work)
        return
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work).result()


def _asked(course: Course, notes: list[str]) -> Asked:
    sides = course.sides
    frames = [side.answers.frame() for side in sides]
    errors = sum(side.answers.errors for side in sides)
    answered = sum(frame.height for frame in frames) - errors
    total = sum(side.total for side in sides)
    stopped = None if course.stopped is None else f"{course.stopped}; {answered} of {total} questions were answered"
    figures = Figures(
        questions=total,
        answered=answered,
        reused=sum(side.answers.reused.height for side in sides),
        errors=errors,
        retries=course.retries,
        cost_usd=course.budget.spent,
        seconds=course.meter.seconds,
        backoffs=course.backoffs,
        concurrency=tuple(course.history),
        loop_share=course.meter.loop_share,
        loop_lag_ms=course.meter.lag_ms,
        notes=tuple(notes),
    )
    return Asked(
        responses=frames[0], baseline_responses=frames[1] if len(frames) > 1 else None, stopped=stopped, figures=figures
    )
