"""The quick way of asking gives what the general one gives."""

from __future__ import annotations

import itertools
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goldgate.eval.ask import rows
from goldgate.eval.ask.callable_subject import CallableSubject
from goldgate.eval.ask.options import AskOptions, Patience
from goldgate.eval.ask.runner import ask_all
from goldgate.eval.case import Case
from goldgate.eval.errors import GoldgateError, OutsideError
from goldgate.eval.results import Response
from tests.fakes.asking_clock import AskingClock

from ..makers import case, gold_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from goldgate.eval.ask.asked import Asked, Batch
    from goldgate.eval.ask.subject import Attempt

GOLD = gold_of(*(case(f"c{place}", f"question {place}") for place in range(12)))
MANY = gold_of(*(case(f"c{place}", f"question {place}") for place in range(2000)))
VALUES = st.one_of(
    st.text(),
    st.sampled_from(["plain", "", "É\n\u2028", "half \ud800", None, 7, ["x"]]),
    st.builds(lambda text, cost: {"answer": text, "cost_usd": cost}, st.text(), st.floats(0, 1)),
    st.just({"retrieved": ["b", "a"], "latency_ms": 3}),
    st.just({"error": "quota"}),
    st.builds(lambda text: Response(id="other", answer=text, input_tokens=3, contexts=()), st.text()),
    st.sampled_from([ValueError("no model"), KeyError(), TimeoutError("slow"), TimeoutError(), ConnectionResetError("reset")]),
)
SCRIPTS = st.lists(st.lists(VALUES, min_size=1, max_size=3), min_size=12, max_size=12)


class Looped:
    """The same function, asked in the event loop."""

    def __init__(self, subject: CallableSubject) -> None:
        self._subject = subject
        self.identity, self.digest, self.address = subject.identity, subject.digest, subject.address

    def is_alive(self) -> bool:
        return True

    async def open(self, concurrency: int) -> None:
        await self._subject.open(concurrency)

    async def close(self) -> None:
        await self._subject.close()

    async def ask(self, case: Case) -> Attempt:
        return await self._subject.ask(case)


def scripted(script: list[list[Any]]) -> Callable[[str], Any]:
    """A function that gives the values of the case one after another, the last again and again; errors are raised."""
    tries: Counter[int] = Counter()

    def function(question: str) -> Any:
        place = int(question.split()[1])
        values = script[place]
        value = values[min(tries[place], len(values) - 1)]
        tries[place] += 1
        if isinstance(value, Exception):
            raise value
        return value

    return function


def both(script: list[list[Any]], **more: Any) -> list[Any]:
    """What comes of the script in either way: the frame, the rows of the journal, figures; or what was raised."""
    return [_outcome(script, looped=looped, **more) for looped in (False, True)]


def _outcome(script: list[list[Any]], *, looped: bool, gold: Any = GOLD, **more: Any) -> Any:
    subject = CallableSubject(scripted(script), name="f", inline=True)
    options = AskOptions(concurrency=1, patience=Patience(timeout_attempts=2, attempts=3, faults=4), **more)
    with tempfile.TemporaryDirectory() as folder:
        journal = Path(folder) / "j.jsonl"
        try:
            asked = ask_all(
                gold, Looped(subject) if looped else subject, options=options, journal_path=journal, clock=AskingClock()
            )
        except GoldgateError as error:
            return str(error), _journaled(journal)
        figures = asked.figures
        kept = (figures.answered, figures.errors, figures.retries, figures.cost_usd, asked.stopped)
        return _plain(asked.responses).to_dicts(), _journaled(journal), kept


def _journaled(path: Path) -> list[dict[str, Any]]:
    return _plain(rows.frame(path.read_bytes()).sort("id")).to_dicts()


def _plain(frame: pl.DataFrame) -> pl.DataFrame:
    """Without what the clock says, but with whether it said anything."""
    own = pl.col("latency_ms").ne_missing(3.0)
    return frame.with_columns(
        latency_ms=pl.when(own).then(pl.col("latency_ms").is_null().cast(pl.Float64)).otherwise("latency_ms"),
        asked_at=pl.col("asked_at").is_null().cast(pl.String),
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(script=SCRIPTS)
def test_both_ways_give_the_same_rows_and_the_same_journal(script: list[list[Any]]) -> None:
    quick, general = both(script)
    assert quick == general


@pytest.mark.parametrize("value", [{"answer": "x", "cost_usd": 0.25}, ValueError("no model"), TimeoutError(), "x"])
def test_both_ways_end_alike(value: Any) -> None:
    quick, general = both([[value]] * 12, budget_usd=1.0)
    assert quick == general


def test_a_text_costs_no_object_and_its_line_is_that_of_a_response(tmp_path: Path) -> None:
    journal = tmp_path / "j.jsonl"
    asked = inline(lambda question: question.upper(), MANY, journal_path=journal)
    assert asked.responses["answer"].to_list() == [f"QUESTION {place}" for place in range(2000)]
    head, *lines = journal.read_bytes().splitlines(keepends=True)
    assert b'"format":2' in head
    places = {one.id: place for place, one in enumerate(MANY.cases)}
    row = asked.responses.row(places[_id(lines[0])], named=True)
    given = {name: row[name] for name in ("id", "answer", "latency_ms", "asked_at")}
    assert lines[0] == rows.lines([rows.Row(Response(**given), MANY.frame["case"][places[row["id"]]])])
    assert asked.figures.concurrency == ((0.0, 1),)


def _id(line: bytes) -> str:
    return str(pl.read_ndjson(line)["id"][0])


def inline(function: Callable[..., Any], gold: Any = GOLD, **more: Any) -> Asked:
    return ask_all(gold, CallableSubject(function, name="f", inline=True), **more)


def test_a_function_of_the_case_is_handed_cases_and_objects_are_inputs() -> None:
    def answer(case: Case) -> str:
        return case.id

    assert inline(answer).responses["answer"].to_list() == [one.id for one in GOLD.cases]
    objects = gold_of(Case(id="a", input={"left": 1}), case("b", "text"))
    assert inline(lambda given: type(given).__name__, objects).responses["answer"].to_list() == ["dict", "str"]


def test_it_goes_on_where_the_journal_ends(tmp_path: Path) -> None:
    asked: Counter[str] = Counter()

    def answer(question: str) -> str:
        asked[question] += 1
        if asked.total() == 700:
            raise KeyboardInterrupt
        return "x"

    with pytest.raises(KeyboardInterrupt):
        inline(answer, MANY, journal_path=tmp_path / "j.jsonl")
    result = inline(answer, MANY, journal_path=tmp_path / "j.jsonl", resume=True)
    assert result.figures.reused == 699
    assert result.responses["answer"].to_list() == ["x"] * 2000
    assert asked.total() == 2001


def test_kill_9_loses_no_more_than_a_block(tmp_path: Path) -> None:
    """The process kills itself in its 30th call, each of which takes longer than a block: all 29 are there."""
    journal = tmp_path / "j.jsonl"
    program = f"""
import itertools, os, signal, time
from pathlib import Path
from goldgate.eval.ask.callable_subject import CallableSubject
from goldgate.eval.ask.runner import ask_all
from tests.unit.eval.makers import case, gold_of
calls = itertools.count(1)
def answer(question):
    if next(calls) == 30:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.006)
    return "x"
gold = gold_of(*(case(f"c{{place}}") for place in range(100)))
ask_all(gold, CallableSubject(answer, name="f", inline=True), journal_path=Path({str(journal)!r}))
"""
    done = subprocess.run([sys.executable, "-c", program], check=False)
    assert done.returncode == -9
    assert rows.frame(journal.read_bytes()).height == 29


def test_a_time_budget_and_progress_are_seen_to_between_calls() -> None:
    clock, seen = AskingClock(), []

    def answer(_: str) -> str:
        clock.time += 1
        return "x"

    options = AskOptions(time_budget_seconds=5)
    result = inline(answer, options=options, clock=clock, on_progress=lambda progress: seen.append(progress.done))
    assert result.stopped == "time: the time budget of 5 s is over; 5 of 12 questions were answered"
    assert seen == [0, 1, 2, 3, 4, 5, 5]


def test_a_look_sees_finished_cases_in_the_order_in_which_they_were_asked() -> None:
    asked: list[str] = []
    seen: list[str] = []

    def answer(case: Case) -> str:
        asked.append(case.id)
        return "x"

    def enough(batch: Batch) -> bool:
        seen.extend(batch.responses["id"])
        return len(seen) >= 100

    result = inline(answer, MANY, stop=enough)
    assert result.stopped is not None
    assert result.stopped.startswith("sequential: the verdict is certain")
    assert seen == asked[: len(seen)]
    assert sorted(result.responses["id"]) == sorted(asked)
    assert len(asked) < 2000


def test_a_fault_that_needs_patience_is_left_to_the_event_loop(tmp_path: Path) -> None:
    calls = itertools.count(1)

    def answer(_: str) -> str:
        if next(calls) in {5, 6}:
            raise ConnectionResetError
        return "x"

    result = inline(answer, journal_path=tmp_path / "j.jsonl")
    assert result.responses["answer"].to_list() == ["x"] * 12
    assert result.responses["attempts"].max() in {2, 3}
    assert result.figures.retries == 2


def test_a_journal_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutsideError, match="cannot be written"):
        inline(lambda _: "x", journal_path=tmp_path / "file" / "j.jsonl")
