from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from goldgate.eval.ask.runner import Patience, ask_all
from goldgate.eval.ask.subject import Attempt
from goldgate.eval.errors import OutsideError
from tests.fakes.subject import ScriptedSubject, good

from ..makers import case, gold_of

if TYPE_CHECKING:
    from pathlib import Path

    from goldgate.eval.case import Case
    from goldgate.eval.results import Progress

GOLD = gold_of(*(case(f"c{place}") for place in range(20)))
REFUSED = Attempt(fault="unreachable", detail="no connection: Connection refused")
BUSY = Attempt(fault="busy", detail="HTTP 503 (text/plain): try later", retry_after=2.0)
HTML = Attempt(fault="unusable", detail="HTML instead of JSON, HTTP 200 (text/html): <html>")
TIMEOUT = Attempt(fault="timeout", detail="no answer within 1 s")
DROPPED = Attempt(fault="dropped", detail="the connection broke off: Server disconnected")
QUICK = Patience(give_up_seconds=0.05, pause_seconds=0.001)


class Pauses(list[float]):
    async def __call__(self, seconds: float) -> None:
        self.append(seconds)


def test_every_case_is_asked_once_and_stands_in_its_own_row() -> None:
    subject, seen = ScriptedSubject(), []

    def progressed(progress: Progress) -> None:
        seen.append(progress)

    frame = ask_all(GOLD, subject, concurrency=4, journal_path=None, on_progress=progressed)
    assert frame["answer"].to_list() == [f"answer to {one.id}" for one in GOLD.cases]
    assert set(subject.asked.values()) == {1}
    assert subject.at_once["most"] == 4
    assert subject.closed
    assert [part.done for part in seen] == list(range(21))
    assert (seen[-1].total, seen[-1].errors) == (20, 0)


def test_a_busy_service_is_given_the_time_that_it_asks_for() -> None:
    subject, pauses = ScriptedSubject({"c3": [BUSY, BUSY]}), Pauses()
    frame = ask_all(GOLD, subject, concurrency=1, journal_path=None, pause=pauses)
    assert frame["attempts"][3] == 3
    assert frame["error"][3] is None
    assert len(pauses) == 2
    assert all(2.0 < seconds < 2.2 for seconds in pauses)


def test_pauses_double_with_jitter_and_attempts_are_bounded() -> None:
    subject, pauses = ScriptedSubject({"c3": [DROPPED] * 9}), Pauses()
    frame = ask_all(GOLD, subject, concurrency=1, journal_path=None, pause=pauses)
    assert subject.asked["c3"] == 5
    assert frame["error"][3] == DROPPED.detail
    assert frame["answer"][3] is None
    assert [0.5 * top <= seconds <= top for top, seconds in zip((0.2, 0.4, 0.8, 1.6), pauses, strict=True)] == [True] * 4


@pytest.mark.parametrize("fault", ["status", "wrong_shape", "unusable", "timeout"])
def test_what_a_second_try_would_not_mend_is_an_error_at_once(fault: str) -> None:
    subject = ScriptedSubject({"c3": [Attempt(fault=fault, detail="HTTP 400")]})  # type: ignore[arg-type]
    frame = ask_all(GOLD, subject, concurrency=2, journal_path=None)
    assert subject.asked["c3"] == 1
    assert frame["error"].drop_nulls().to_list() == ["HTTP 400"]


def test_a_service_that_nobody_reaches_ends_the_run() -> None:
    subject = ScriptedSubject(respond=lambda *_: REFUSED)
    with pytest.raises(OutsideError, match=r"is not there \(no connection: Connection refused\); 0 of 20 cases") as caught:
        ask_all(GOLD, subject, concurrency=4, journal_path=None, patience=QUICK)
    assert caught.value.exit_code == 3
    assert caught.value.where == subject.address
    assert subject.closed


def test_a_short_outage_costs_no_case() -> None:
    subject = ScriptedSubject({one.id: [REFUSED] * 3 for one in GOLD.cases[5:9]})
    frame = ask_all(GOLD, subject, concurrency=4, journal_path=None, patience=Patience(pause_seconds=0.001))
    assert frame["error"].null_count() == 20


def test_a_service_that_dies_leaves_what_it_answered_in_the_journal(tmp_path: Path) -> None:
    def respond(one: Case, _count: int) -> Attempt:
        return REFUSED if int(one.id[1:]) >= 7 else good(one)

    journal = tmp_path / "j.jsonl"
    with pytest.raises(OutsideError, match=r"the service died .*; 7 of 20 cases were answered\.") as caught:
        ask_all(GOLD, ScriptedSubject(respond=respond), concurrency=1, journal_path=journal, patience=QUICK)
    assert "asks only the rest" in (caught.value.next_step or "")
    again = ScriptedSubject()
    frame = ask_all(GOLD, again, concurrency=4, journal_path=journal)
    assert sorted(again.asked) == sorted(one.id for one in GOLD.cases[7:])
    assert frame["answer"].null_count() == 0


def test_a_container_that_exited_ends_the_run_at_once() -> None:
    subject = ScriptedSubject({"c2": [DROPPED]}, alive=lambda: False)
    with pytest.raises(OutsideError, match=r"the service exited .*; 2 of 20"):
        ask_all(GOLD, subject, concurrency=1, journal_path=None)


@pytest.mark.parametrize("attempt", [HTML, Attempt(fault="status", detail="HTTP 404 (text/plain): not found")])
def test_first_answers_that_are_all_of_no_use_end_the_run(attempt: Attempt) -> None:
    subject = ScriptedSubject(respond=lambda *_: attempt)
    with pytest.raises(OutsideError, match="gives no usable answer") as caught:
        ask_all(GOLD, subject, concurrency=2, journal_path=None)
    assert attempt.detail in caught.value.what
    assert sum(subject.asked.values()) <= 7


def test_a_service_that_hangs_ends_the_run_after_the_first_wave() -> None:
    subject = ScriptedSubject(respond=lambda *_: TIMEOUT)
    with pytest.raises(OutsideError, match=r"1\d times in a row, no answer within 1 s"):
        ask_all(GOLD, subject, concurrency=4, journal_path=None)


def test_a_few_bad_answers_among_good_ones_are_errors_of_their_cases() -> None:
    subject = ScriptedSubject({"c1": [HTML], "c7": [TIMEOUT]})
    frame = ask_all(GOLD, subject, concurrency=1, journal_path=None)
    assert frame.filter(frame["error"].is_not_null())["id"].to_list() == ["c1", "c7"]


def test_a_spent_budget_stops_and_keeps_what_was_answered(tmp_path: Path) -> None:
    subject = ScriptedSubject(respond=lambda one, _: good(one, cost_usd=0.25))
    with pytest.raises(OutsideError, match=r"the budget of \$1\.00 is spent \(\$1\.00\); 4 of 20 cases"):
        ask_all(GOLD, subject, concurrency=1, journal_path=tmp_path / "j.jsonl", budget_usd=1.0)
    frame = ask_all(GOLD, subject, concurrency=1, journal_path=tmp_path / "j.jsonl", budget_usd=10.0)
    assert frame["answer"].null_count() == 0
    assert set(subject.asked.values()) == {1}


def test_a_time_budget_stops() -> None:
    with pytest.raises(OutsideError, match="time budget of 0 s is over"):
        ask_all(GOLD, ScriptedSubject(), concurrency=1, journal_path=None, time_budget_seconds=0)


def test_an_interruption_keeps_the_journal_whole(tmp_path: Path) -> None:
    journal = tmp_path / "j.jsonl"

    def stop(progress: Progress) -> None:
        if progress.done == 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ask_all(GOLD, ScriptedSubject(), concurrency=3, journal_path=journal, on_progress=stop)
    again = ScriptedSubject()
    ask_all(GOLD, again, concurrency=3, journal_path=journal)
    assert len(again.asked) == 14


def test_a_finished_journal_asks_nothing(tmp_path: Path) -> None:
    journal = tmp_path / "j.jsonl"
    first = ask_all(GOLD, ScriptedSubject(), concurrency=3, journal_path=journal)
    again = ScriptedSubject()
    assert ask_all(GOLD, again, concurrency=3, journal_path=journal).equals(first)
    assert not again.asked
