from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from goldgate.eval.gold.hash import case_hash, gold_hash
from goldgate.eval.gold.load import load_gold

from ..makers import case

if TYPE_CHECKING:
    from pathlib import Path


def test_order_white_space_key_order_and_notes_do_not_count(tmp_path: Path) -> None:
    one, other = tmp_path / "one.jsonl", tmp_path / "other.jsonl"
    one.write_text(
        '{"id": "a", "input": "q", "weight": 1, "notes": "x"}\n{"id": "b", "input": "r", "expected": {"numeric": 2.0}}\n'
    )
    other.write_text('\n{"expected":{"numeric":2},  "input":"r","id":"b"}\r\n\n{"input": "q", "id": "a"}')
    assert load_gold(one).sha256 == load_gold(other).sha256


def test_whatever_bears_on_the_outcome_counts() -> None:
    first = case("a", "q", answer="x", evidence={"s1": 1})
    others = [
        replace(first, id="b"),
        replace(first, input="q2"),
        replace(first, weight=2.0),
        replace(first, cluster="c"),
        replace(first, tags={"kind": "span"}),
        replace(first, expected=replace(first.expected, answer="y")),
        replace(first, expected=replace(first.expected, evidence={"s1": 2})),
        replace(first, evidence_missing=("s9",)),
    ]
    assert len({case_hash(one) for one in (first, *others)}) == len(others) + 1


def test_evidence_as_a_list_or_graded_1_is_the_same() -> None:
    assert case_hash(case("a", evidence={"x": 1, "y": 1})) == case_hash(case("a", evidence={"y": 1.0, "x": 1.0}))


@given(st.permutations([case(name, answer=name) for name in "abcde"]))
def test_any_order_of_cases_gives_one_hash(cases: list) -> None:  # type: ignore[type-arg]
    assert gold_hash(cases) == gold_hash(sorted(cases, key=lambda one: one.id))
