from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from goldgate.eval.ask.cache import ResponseCache
from goldgate.eval.ask.store import Store
from goldgate.eval.results import Response
from tests.fakes.subject import ScriptedSubject

from ..makers import case, gold_of

if TYPE_CHECKING:
    from pathlib import Path

GOLD = gold_of(case("a"), case("b"), case("c"))


def store(folder: Path, *, gold: Any = GOLD, sides: int = 1, repeats: int = 1, cache: bool = False) -> Store:
    subjects = [ScriptedSubject(identity=f"s{side}") for side in range(sides)]
    for subject in subjects:
        subject.digest = subject.identity
    kept = ResponseCache(folder / "cache") if cache else None
    return Store(gold, subjects, repeats=repeats, journal_path=folder / "j.jsonl", cache=kept)


def fill(folder: Path, *new: tuple[Response, int, int], **more: Any) -> None:
    filled = store(folder, **more)
    filled.open(resume=True)
    for response, place, side in new:
        filled.keep(response, place, side)
    assert filled.close() == []


def found(folder: Path, *, resume: bool = True, **more: Any) -> list[list[tuple[Any, ...]]]:
    opened = store(folder, **more)
    frames = opened.open(resume=resume)
    opened.close()
    return [frame.select("id", "repeat", "answer", "place").sort("place").rows() for frame in frames]


def test_rows_come_back_for_unchanged_cases_only(tmp_path: Path) -> None:
    fill(
        tmp_path,
        (Response(id="a", answer="1"), 0, 0),
        (Response(id="b", answer="2"), 1, 0),
        (Response(id="c", error="x"), 2, 0),
    )
    assert found(tmp_path) == [[("a", 1, "1", 0), ("b", 1, "2", 1)]]
    changed = gold_of(case("c"), case("b"), replace(case("a"), input="edited"))
    assert found(tmp_path, gold=changed) == [[("b", 1, "2", 1)]]


def test_each_side_has_its_own_rows_and_repeats_beyond_those_asked_for_stay_out(tmp_path: Path) -> None:
    new = [(Response(id="a", answer=f"{side}{repeat}", repeat=repeat), 0, side) for side in (0, 1) for repeat in (1, 2)]
    fill(tmp_path, *new, sides=2)
    assert found(tmp_path, sides=2) == [[("a", 1, "01", 0)], [("a", 1, "11", 0)]]
    assert [len(side) for side in found(tmp_path, sides=2, repeats=2)] == [2, 2]


def test_what_was_paid_is_known_again(tmp_path: Path) -> None:
    fill(tmp_path, (Response(id="a", cost_usd=0.25), 0, 0), (Response(id="b", cost_usd=0.5), 1, 0))
    again = store(tmp_path)
    again.open(resume=True)
    again.close()
    assert again.paid_usd == 0.75


def test_the_cache_is_read_without_a_journal_and_costs_nothing(tmp_path: Path) -> None:
    fill(tmp_path, (Response(id="a", answer="1", cost_usd=0.25), 0, 0), cache=True)
    again = store(tmp_path, cache=True)
    frames = again.open(resume=False)
    again.close()
    assert frames[0]["id"].to_list() == ["a"]
    assert again.paid_usd == 0.0


def test_beside_a_baseline_the_cache_is_added_to_and_not_read(tmp_path: Path) -> None:
    fill(tmp_path, (Response(id="a", answer="1"), 0, 0), (Response(id="a", answer="2"), 0, 1), cache=True, sides=2)
    assert found(tmp_path, resume=False, cache=True, sides=2) == [[], []]
    assert found(tmp_path, resume=False, cache=True) == [[("a", 1, "1", 0)]]


def test_answers_wait_for_the_next_flush(tmp_path: Path) -> None:
    opened = store(tmp_path)
    opened.open(resume=True)
    size = (tmp_path / "j.jsonl").stat().st_size
    assert [opened.keep(Response(id="a"), 0, 0), opened.keep(Response(id="b"), 1, 0)] == [1, 2]
    assert (tmp_path / "j.jsonl").stat().st_size == size
    opened.flush()
    assert (tmp_path / "j.jsonl").stat().st_size > size
    opened.close()
