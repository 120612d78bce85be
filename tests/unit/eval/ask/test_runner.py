from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from goldgate.eval.ask.cache import ResponseCache
from goldgate.eval.ask.options import AskOptions, Patience
from goldgate.eval.ask.runner import ask_all
from goldgate.eval.ask.subject import Attempt
from goldgate.eval.errors import OutsideError, UsageError
from goldgate.eval.results import Response
from tests.fakes.asking_clock import AskingClock
from tests.fakes.subject import ScriptedSubject, good

from ..makers import case, gold_of

if TYPE_CHECKING:
    from pathlib import Path

    from goldgate.eval.ask.asked import Asked, Batch
    from goldgate.eval.case import Case
    from goldgate.eval.results import Progress

GOLD = gold_of(*(case(f"c{place}") for place in range(20)))
IDS = [one.id for one in GOLD.cases]
REFUSED = Attempt(fault="unreachable", detail="no connection: Connection refused")
BUSY = Attempt(fault="busy", detail="HTTP 503 (text/plain): try later", retry_after=2.0)
FULL = Attempt(fault="busy", detail="HTTP 429 (text/plain): slow down")
HTML = Attempt(fault="unusable", detail="HTML instead of JSON, HTTP 200 (text/html): <html>")
TIMEOUT = Attempt(fault="timeout", detail="no answer within 1 s")
DROPPED = Attempt(fault="dropped", detail="the connection broke off: Server disconnected")
CUT = Attempt(fault="cut", detail="the body was cut off")
QUICK = Patience(give_up_seconds=0.05, give_up_later_seconds=0.05, pause_seconds=0.001)


def asked(subject: ScriptedSubject, journal: Path | None = None, **more: Any) -> Asked:
    """In the order of the gold set, with all questions allowed at once from the start."""
    keys = ("journal_path", "resume", "cache", "baseline", "on_progress", "stop", "clock")
    handed = {key: more.pop(key) for key in keys if key in more}
    options = AskOptions(**{"concurrency": 4, "adaptive": False, "order": "gold", **more})
    return ask_all(GOLD, subject, options=options, journal_path=journal, **handed)


def test_every_case_is_asked_once_and_stands_in_its_own_row() -> None:
    subject, seen = ScriptedSubject(), []

    def progressed(progress: Progress) -> None:
        seen.append(progress)

    result = asked(subject, order="random", on_progress=progressed)
    assert result.responses["answer"].to_list() == [f"answer to {name}" for name in IDS]
    assert result.responses["repeat"].to_list() == [1] * 20
    assert result.stopped is None
    assert result.baseline_responses is None
    assert set(subject.asked.values()) == {1}
    assert subject.at_once["most"] == 4
    assert subject.closed
    assert (seen[0].done, seen[-1].done, seen[-1].total, seen[-1].errors) == (0, 20, 20, 0)
    assert (result.figures.questions, result.figures.answered, result.figures.retries) == (20, 20, 0)


def test_the_order_of_asking_is_drawn_from_the_seed() -> None:
    orders = []
    for seed in (1, 1, 2):
        subject = ScriptedSubject()
        asked(subject, concurrency=1, order="random", seed=seed)
        orders.append(list(subject.asked))
    assert orders[0] == orders[1]
    assert orders[0] not in (orders[2], IDS)


def test_the_pace_begins_with_four_and_grows_to_the_ceiling() -> None:
    subject = ScriptedSubject()
    gold = gold_of(*(case(f"c{place}") for place in range(200)))
    result = ask_all(gold, subject, options=AskOptions(concurrency=16))
    assert subject.at_once["most"] == 16
    limits = [limit for _, limit in result.figures.concurrency]
    assert limits[0] == 4
    assert limits == sorted(limits)
    assert limits[-1] == 16


def test_what_retry_after_says_holds_for_all_questions() -> None:
    clock = AskingClock()
    sent: dict[str, float] = {}

    def respond(one: Case, count: int) -> Attempt:
        sent[f"{one.id}.{count}"] = clock.now()
        return BUSY if one.id == "c3" and count == 1 else good(one)

    result = asked(ScriptedSubject(respond=respond), concurrency=1, clock=clock)
    assert result.responses["attempts"].to_list() == [1, 1, 1, 2, *[1] * 16]
    assert result.responses["error"].null_count() == 20
    assert sent["c4.1"] - sent["c3.1"] >= 2.0
    assert 2.0 <= sent["c3.2"] - sent["c3.1"] < 2.3


def test_a_case_that_waits_for_its_next_try_holds_nobody_up() -> None:
    subject = ScriptedSubject({"c0": [FULL] * 3})
    result = asked(subject, concurrency=1, clock=AskingClock())
    assert list(subject.asked)[:2] == ["c0", "c1"]
    assert result.responses["attempts"][0] == 4
    assert result.figures.retries == 3


@pytest.mark.parametrize(("attempt", "tries"), [(DROPPED, 12), (FULL, 12), (CUT, 6), (TIMEOUT, 2)])
def test_pauses_double_with_jitter_and_tries_are_bounded(attempt: Attempt, tries: int) -> None:
    clock, sent = AskingClock(), []

    def respond(one: Case, _count: int) -> Attempt:
        if one.id != "c3":
            return good(one)
        sent.append(clock.now())
        return attempt

    result = asked(ScriptedSubject(respond=respond), concurrency=1, clock=clock)
    assert len(sent) == tries
    assert (result.responses["error"][3], result.responses["answer"][3], result.responses["attempts"][3]) == (
        attempt.detail, None, tries,
    )  # fmt: skip
    pauses = [after - before for before, after in pairwise(sent)]
    tops = [min(2.0, 0.1 * 2**place) for place in range(tries - 1)]
    assert all(0.5 * top <= pause <= top + 0.001 for top, pause in zip(tops, pauses, strict=True))


@pytest.mark.parametrize("fault", ["status", "wrong_shape", "unusable", "failed"])
def test_what_a_second_try_would_not_mend_is_an_error_at_once(fault: str) -> None:
    subject = ScriptedSubject({"c3": [Attempt(fault=fault, detail="HTTP 400")]})  # type: ignore[arg-type]
    result = asked(subject)
    assert subject.asked["c3"] == 1
    assert result.responses["error"].drop_nulls().to_list() == ["HTTP 400"]
    assert result.figures.errors == 1


def test_an_error_has_the_time_of_its_last_try() -> None:
    before = datetime.now(UTC)
    result = asked(ScriptedSubject({"c3": [FULL, Attempt(fault="status", detail="HTTP 400")]}))
    [stamp] = result.responses.filter(result.responses["error"].is_not_null())["asked_at"]
    assert before - timedelta(seconds=1) < datetime.fromisoformat(stamp) <= datetime.now(UTC)


def test_a_service_that_nobody_reaches_ends_the_run() -> None:
    subject = ScriptedSubject(respond=lambda *_: REFUSED)
    with pytest.raises(OutsideError, match=r"is not there \(no connection: Connection refused\); 0 of 20 questions") as caught:
        asked(subject, patience=QUICK)
    assert caught.value.exit_code == 3
    assert caught.value.where == subject.address
    assert subject.closed


def test_an_outage_of_many_seconds_costs_no_case() -> None:
    clock = AskingClock()
    down = (clock.time + 1, clock.time + 16)

    def respond(one: Case, _count: int) -> Attempt:
        clock.time += 0.2
        return REFUSED if down[0] < clock.time < down[1] else good(one)

    result = asked(ScriptedSubject(respond=respond), clock=clock)
    assert result.responses["error"].null_count() == 20
    assert clock.time > down[1]


def test_a_service_that_dies_leaves_what_it_answered_in_the_journal(tmp_path: Path) -> None:
    def respond(one: Case, _count: int) -> Attempt:
        return REFUSED if int(one.id[1:]) >= 7 else good(one)

    journal = tmp_path / "j.jsonl"
    with pytest.raises(OutsideError, match=r"the service died .*; 7 of 20 questions were answered\.") as caught:
        asked(ScriptedSubject(respond=respond), journal, concurrency=1, patience=QUICK)
    assert "with --resume only the rest is asked" in (caught.value.next_step or "")
    again = ScriptedSubject()
    result = asked(again, journal, resume=True)
    assert sorted(again.asked) == sorted(IDS[7:])
    assert result.responses["answer"].null_count() == 0
    assert result.figures.reused == 7


def test_a_container_that_exited_ends_the_run_at_once() -> None:
    subject = ScriptedSubject({"c2": [DROPPED]}, alive=lambda: False)
    with pytest.raises(OutsideError, match=r"the service exited .*; 2 of 20"):
        asked(subject, concurrency=1)


@pytest.mark.parametrize("attempt", [HTML, Attempt(fault="status", detail="HTTP 404 (text/plain): not found")])
def test_first_answers_that_are_all_of_no_use_end_the_run(attempt: Attempt) -> None:
    subject = ScriptedSubject(respond=lambda *_: attempt)
    with pytest.raises(OutsideError, match="gives no usable answer") as caught:
        asked(subject, concurrency=2)
    assert attempt.detail in caught.value.what
    assert sum(subject.asked.values()) <= 7


def test_a_service_that_hangs_ends_the_run_after_the_first_wave() -> None:
    subject = ScriptedSubject(respond=lambda *_: TIMEOUT)
    with pytest.raises(OutsideError, match=r"4 times in a row, no answer within 1 s"):
        asked(subject, concurrency=8, adaptive=True)
    assert sum(subject.asked.values()) == 4


def test_a_few_bad_answers_among_good_ones_are_errors_of_their_cases() -> None:
    subject = ScriptedSubject({"c1": [HTML], "c7": [TIMEOUT, TIMEOUT]})
    result = asked(subject, concurrency=1)
    assert result.responses.filter(result.responses["error"].is_not_null())["id"].to_list() == ["c1", "c7"]


def test_a_spent_budget_stops_and_keeps_what_was_answered(tmp_path: Path) -> None:
    subject = ScriptedSubject(respond=lambda one, _: good(one, cost_usd=0.25))
    journal = tmp_path / "j.jsonl"
    result = asked(subject, journal, concurrency=1, budget_usd=1.0)
    assert result.stopped == "budget: the budget of $1.00 is spent ($1.00); 4 of 20 questions were answered"
    assert result.responses["id"].to_list() == IDS[:4]
    assert result.figures.cost_usd == 1.0
    same = asked(subject, journal, concurrency=1, budget_usd=1.0, resume=True)
    assert same.responses.equals(result.responses)
    rest = asked(subject, journal, concurrency=1, budget_usd=10.0, resume=True)
    assert rest.responses["answer"].null_count() == 0
    assert rest.figures.cost_usd == 5.0
    assert set(subject.asked.values()) == {1}


def test_what_is_in_flight_counts_against_the_budget() -> None:
    subject = ScriptedSubject(respond=lambda one, _: good(one, cost_usd=0.25))
    result = asked(subject, concurrency=4, budget_usd=2.1)
    assert 1.0 <= result.figures.cost_usd <= 2.1
    assert result.responses.height == subject.asked.total()


def test_a_time_budget_stops_cleanly() -> None:
    clock = AskingClock()

    def respond(one: Case, _count: int) -> Attempt:
        clock.time += 1
        return good(one)

    result = asked(ScriptedSubject(respond=respond), concurrency=1, time_budget_seconds=5, clock=clock)
    assert result.stopped == "time: the time budget of 5 s is over; 5 of 20 questions were answered"
    assert result.responses.height == 5


def test_what_hangs_after_a_stop_is_waited_for_only_so_long() -> None:
    class Hanging(ScriptedSubject):
        async def ask(self, case: Case) -> Attempt:
            if case.id == "c0":
                await asyncio.sleep(60)
            return good(case, cost_usd=1.0)

    result = asked(Hanging(), concurrency=2, budget_usd=3.0, patience=Patience(drain_seconds=0.1))
    assert result.stopped is not None
    assert "c0" not in result.responses["id"].to_list()
    assert result.figures.seconds < 5


def test_an_interruption_keeps_the_journal_whole(tmp_path: Path) -> None:
    journal = tmp_path / "j.jsonl"

    def respond(one: Case, _count: int) -> Attempt:
        if one.id == "c6":
            raise KeyboardInterrupt
        return good(one)

    with pytest.raises(KeyboardInterrupt):
        asked(ScriptedSubject(respond=respond), journal, concurrency=1)
    again = ScriptedSubject()
    asked(again, journal, resume=True)
    assert len(again.asked) == 14


def test_a_finished_journal_asks_nothing_and_without_resume_it_is_put_aside(tmp_path: Path) -> None:
    journal = tmp_path / "j.jsonl"
    first = asked(ScriptedSubject(), journal)
    again = ScriptedSubject()
    assert asked(again, journal, resume=True).responses.equals(first.responses)
    assert not again.asked
    content = journal.read_bytes()
    asked(again, journal)
    assert len(again.asked) == 20
    assert journal.with_name("j.jsonl.previous").read_bytes() == content


def test_each_case_is_asked_as_often_as_it_should(tmp_path: Path) -> None:
    journal = tmp_path / "j.jsonl"
    subject = ScriptedSubject(respond=lambda one, count: Attempt(response=good(one, cost_usd=float(count)).response))
    result = asked(subject, journal, concurrency=1, repeats=3)
    assert result.responses.select("id", "repeat").rows() == [(name, repeat) for name in IDS for repeat in (1, 2, 3)]
    assert sorted(result.responses.filter(result.responses["id"] == "c4")["cost_usd"]) == [1.0, 2.0, 3.0]
    more = ScriptedSubject()
    longer = asked(more, journal, repeats=4, resume=True)
    assert set(more.asked.values()) == {1}
    assert longer.responses.filter(longer.responses["repeat"] < 4).equals(result.responses)


def test_the_baseline_is_asked_beside_the_candidate_in_random_order(tmp_path: Path) -> None:
    log: list[tuple[str, str]] = []

    def logging(name: str) -> ScriptedSubject:
        def respond(one: Case, _count: int) -> Attempt:
            log.append((one.id, name))
            return good(one, cost_usd=1.0 if name == "new" else 2.0)

        return ScriptedSubject(respond=respond, identity=name)

    journal = tmp_path / "j.jsonl"
    result = asked(logging("new"), journal, concurrency=1, baseline=logging("live"))
    assert [log[place][0] for place in range(0, 40, 2)] == [log[place][0] for place in range(1, 40, 2)] == IDS
    first = [log[place][1] for place in range(0, 40, 2)]
    assert 4 <= first.count("new") <= 16
    assert result.baseline_responses is not None
    assert set(result.responses["cost_usd"]) == {1.0}
    assert set(result.baseline_responses["cost_usd"]) == {2.0}
    assert result.figures.questions == 40
    log.clear()
    again = asked(logging("new"), journal, baseline=logging("live"), resume=True)
    assert not log
    assert again.baseline_responses is not None
    assert again.baseline_responses.equals(result.baseline_responses)
    with pytest.raises(UsageError, match="another image"):
        asked(logging("new"), journal, resume=True)


def test_a_pair_that_was_begun_is_finished_after_the_budget_is_spent() -> None:
    subjects = [ScriptedSubject(respond=lambda one, _: good(one, cost_usd=1.0), identity=name) for name in "ab"]
    result = asked(subjects[0], concurrency=1, baseline=subjects[1], budget_usd=5.0)
    assert result.baseline_responses is not None
    assert result.responses["id"].to_list() == result.baseline_responses["id"].to_list() == IDS[:3]


class Slow(ScriptedSubject):
    async def ask(self, case: Case) -> Attempt:
        await asyncio.sleep(0.002)
        return await super().ask(case)


def test_asking_stops_when_the_caller_has_seen_enough(tmp_path: Path) -> None:
    gold = gold_of(*(case(f"c{place}") for place in range(2000)))
    seen: list[str] = []

    def enough(batch: Batch) -> bool:
        seen.extend(batch.responses["id"])
        assert batch.baseline_responses is None
        return len(seen) >= 60

    options = AskOptions(concurrency=4)
    result = ask_all(gold, Slow(), options=options, journal_path=tmp_path / "j.jsonl", stop=enough)
    assert result.stopped is not None
    assert result.stopped.startswith("sequential: ")
    assert len(seen) == len(set(seen)) >= 60
    assert set(seen) <= set(result.responses["id"])
    assert result.responses.height < 2000

    again = Slow()
    stopped = ask_all(
        gold,
        again,
        options=options,
        journal_path=tmp_path / "j.jsonl",
        resume=True,
        stop=lambda batch: batch.responses.height >= 60,
    )
    assert not again.asked
    assert stopped.responses.equals(result.responses)


def test_nobody_waits_for_a_slow_look_and_no_case_is_shown_twice() -> None:
    gold = gold_of(*(case(f"c{place}") for place in range(300)))
    sizes: list[int] = []

    def look(batch: Batch) -> bool:
        time.sleep(0.1)
        sizes.append(batch.responses["id"].n_unique())
        return False

    result = ask_all(gold, Slow(), options=AskOptions(concurrency=8), stop=look)
    assert result.responses.height == 300
    assert 20 <= sizes[0] < 60
    assert sum(sizes) <= 300
    assert len(sizes) < 10


def test_what_a_look_raises_ends_the_run() -> None:
    def look(_: Batch) -> bool:
        msg = "the monitor is broken"
        raise ValueError(msg)

    with pytest.raises(ValueError, match="the monitor is broken"):
        ask_all(gold_of(*(case(f"c{place}") for place in range(3000))), Slow(), stop=look)


def test_a_batch_holds_only_cases_with_all_their_answers() -> None:
    batches: list[Batch] = []

    def look(batch: Batch) -> bool:
        batches.append(batch)
        return False

    gold = gold_of(*(case(f"c{place}") for place in range(100)))
    ask_all(gold, Slow(identity="a"), baseline=Slow(identity="b"), options=AskOptions(repeats=2), stop=look)
    assert batches
    for batch in batches:
        assert batch.baseline_responses is not None
        found = [frame.select("id", "repeat").sort("id", "repeat") for frame in (batch.responses, batch.baseline_responses)]
        assert found[0].equals(found[1])
        assert found[0].group_by("id").len()["len"].unique().to_list() == [2]


def test_the_cache_answers_what_the_same_digest_was_asked_before(tmp_path: Path) -> None:
    cache = ResponseCache(tmp_path / "cache")
    first, again, other, nobody = (ScriptedSubject(identity=name) for name in ("a", "a", "b", "a"))
    first.digest = again.digest = "sha256:1"
    other.digest = "sha256:2"
    result = asked(first, cache=cache)
    same = asked(again, cache=cache)
    assert not again.asked
    assert same.figures.reused == 20
    assert same.responses.equals(result.responses)
    for one in (other, nobody):
        asked(one, cache=cache)
        assert len(one.asked) == 20


def test_limits_in_requests_hold_over_all_workers() -> None:
    clock = AskingClock()
    began = clock.now()
    asked(ScriptedSubject(), concurrency=1, requests_per_second=2.0, clock=clock)
    assert 8.9 <= clock.now() - began <= 9.2


def test_tokens_of_refused_questions_are_given_back() -> None:
    def respond(one: Case, count: int) -> Attempt:
        if count < 3:
            return FULL
        return Attempt(response=Response(id=one.id, answer="x", input_tokens=100))

    clock = AskingClock()
    began = clock.now()
    asked(ScriptedSubject(respond=respond), concurrency=1, tokens_per_minute=6000.0, clock=clock)
    assert 17 <= clock.now() - began <= 22


def test_it_runs_where_an_event_loop_is_running_already() -> None:
    async def inside() -> Asked:
        return asked(ScriptedSubject())

    assert asyncio.run(inside()).responses.height == 20
