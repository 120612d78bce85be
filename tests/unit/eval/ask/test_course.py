from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from goldgate.eval.ask import rows
from goldgate.eval.ask.course import Course
from goldgate.eval.ask.options import AskOptions, Patience
from goldgate.eval.ask.side import Side
from goldgate.eval.ask.store import Store
from goldgate.eval.results import Response
from tests.fakes.asking_clock import AskingClock
from tests.fakes.subject import ScriptedSubject

from ..makers import case, gold_of

if TYPE_CHECKING:
    from pathlib import Path

    from goldgate.eval.results import Progress

GOLD = gold_of(*(case(f"c{place}") for place in range(4)))


def course(clock: AskingClock, seen: list[Progress], journal: Path | None = None, **terms: float) -> Course:
    subject = ScriptedSubject()
    store = Store(GOLD, [subject], repeats=1, journal_path=journal, cache=None)
    (reused,) = store.open(resume=False)
    side = Side(subject, 0, reused, Patience(), len(GOLD))
    return Course([side], store, AskOptions(**terms), clock=clock, on_progress=seen.append)  # type: ignore[arg-type]


def test_an_answer_is_counted_paid_for_and_kept(tmp_path: Path) -> None:
    seen: list[Progress] = []
    made = course(AskingClock(), seen, tmp_path / "j.jsonl")
    assert made.keep(Response(id="c2", answer="x", cost_usd=0.5), 2) == 1
    assert made.keep(Response(id="c0", error="HTTP 500"), 0) == 2
    made.report()
    assert (seen[0].done, seen[0].total, seen[0].errors, seen[0].cost_usd) == (2, 4, 1, 0.5)
    made.store.close()
    written = rows.frame((tmp_path / "j.jsonl").read_bytes())
    assert written.select("id", "case").rows() == GOLD.frame.select(pl.col("id", "case").gather([2, 0])).rows()


def test_progress_is_told_ten_times_a_second() -> None:
    seen: list[Progress] = []
    clock = AskingClock()
    made = course(clock, seen)
    for _ in range(100):
        made.report()
        clock.time += 0.01
    assert 9 <= len(seen) <= 11
    made.report(always=True)
    assert seen[-1].seconds == clock.time - made.began


def test_the_first_reason_to_stop_counts_and_the_history_holds_changes() -> None:
    clock = AskingClock()
    made = course(clock, [], time_budget_seconds=5)
    assert not made.over(clock.time + 4)
    assert made.over(clock.time + 5)
    made.stop("later")
    assert made.stopped == "time: the time budget of 5 s is over"
    for limit, second in ((4, 0), (4, 1), (8, 2)):
        made.paced(limit, clock.time + second)
    assert made.history == [(0.0, 4), (2.0, 8)]
