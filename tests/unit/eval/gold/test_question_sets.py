"""DeepEval, ragas, Inspect, Giskard: records of a question and its reference."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from goldgate.eval.errors import Problems
from goldgate.eval.gold.formats.draft import content_id

from .files import loaded

if TYPE_CHECKING:
    from pathlib import Path

GOLDEN = {
    "input": "Refund period?",
    "actual_output": "30 days?",
    "expected_output": "30 days.",
    "context": ["Refunds within 30 days.", "No  refunds later."],
    "retrieval_context": ["x"],
    "tools_called": [],
    "expected_tools": [{"name": "search"}],
    "additional_metadata": {"topic": "refunds", "nested": {"a": 1}},
    "comments": "checked",
    "source_file": "policy.pdf",
    "name": None,
}


def camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(part.title() for part in others)


def test_goldens_in_every_writing_are_the_same(tmp_path: Path) -> None:
    snake, left = loaded(tmp_path / "a.json", [GOLDEN])
    others = [
        loaded(tmp_path / "b.json", [{camel(name): value for name, value in GOLDEN.items()}])[0],
        loaded(tmp_path / "c.jsonl", [GOLDEN])[0],
        loaded(
            tmp_path / "d.csv",
            "input,expected_output,context,additional_metadata,comments,source_file\n"
            'Refund period?,30 days.,Refunds within 30 days.|No refunds later.,"{""topic"": ""refunds""}",checked,policy.pdf\n',
        )[0],
    ]
    case = snake.cases[0]
    assert (snake.format, case.id, case.cluster) == ("deepeval", content_id("Refund period?"), "policy.pdf")
    assert case.expected.texts == ("30 days.",)
    assert list(case.expected.evidence) == [content_id("Refunds within 30 days."), content_id("No refunds later.")]
    assert case.tags == {"topic": "refunds"}
    assert str(case.notes).startswith("checked\nnot carried over: ")
    assert set(left) == {
        "context (texts; kept as content ids)", "nested", "actual_output", "retrieval_context", "expected_tools",
    }  # fmt: skip
    assert {other.sha256 for other in others} == {snake.sha256}


def test_a_name_is_an_id_where_no_other_golden_bears_it(tmp_path: Path) -> None:
    rows = [{"input": "a", "name": "n1"}, {"input": "b", "name": "twice"}, {"input": "c", "name": "twice"}]
    gold, _ = loaded(tmp_path / "g.json", rows)
    assert [case.id for case in gold.cases] == ["n1", content_id("b"), content_id("c")]
    assert gold.cases[1].notes == "twice"


def test_a_repeated_input_is_told_apart_by_the_rest(tmp_path: Path) -> None:
    rows = [{"input": "a", "expected_output": "x", "context": [text]} for text in ("one", "two")]
    one, other = loaded(tmp_path / "g.json", rows)[0].cases
    assert one.id != other.id
    with pytest.raises(Problems, match="stands on line"):
        loaded(tmp_path / "h.json", [rows[0], rows[0]])


def test_conversations_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Problems, match=r"g\.json:2: a conversational golden has no single input"):
        loaded(tmp_path / "g.json", [{"scenario": "angry", "turns": [], "expected_outcome": "calm"}])


def test_ragas_of_today(tmp_path: Path) -> None:
    row: dict[str, Any] = {
        "user_input": "What is PPI?",
        "reference": "A rectifier.",
        "reference_contexts": ["One."],
        "reference_context_ids": ["d1", 7],
        "retrieved_contexts": ["Other."],
        "response": "No idea.",
        "rubrics": {"score1": "bad"},
        "synthesizer_name": "single_hop",
    }
    gold, left = loaded(tmp_path / "r.jsonl", [row])
    case = gold.cases[0]
    assert (gold.format, case.input, case.expected.texts) == ("ragas", "What is PPI?", ("A rectifier.",))
    assert case.expected.evidence == {"d1": 1, "7": 1}
    assert case.tags == {"synthesizer_name": "single_hop"}
    assert left == {"reference_contexts": 1, "retrieved_contexts": 1, "response": 1, "rubrics": 1}


def test_ragas_of_before(tmp_path: Path) -> None:
    rows = [
        {"question": "a", "answer": "said", "contexts": ["c1"], "ground_truth": "x"},
        {"question": "b", "contexts": ["c2"], "ground_truths": ["y", "z"]},
    ]
    first, second = loaded(tmp_path / "r.jsonl", rows)[0].cases
    assert (first.expected.texts, dict(first.expected.evidence)) == (("x",), {})
    assert (second.expected.texts, list(second.expected.evidence)) == (("y", "z"), [content_id("c2")])


def test_ragas_in_a_table_writes_lists_as_python_does(tmp_path: Path) -> None:
    text = 'user_input,reference,reference_contexts\nWho?,Ann,"[\'It was Ann.\', ""Ann\'s.""]"\n'
    case = loaded(tmp_path / "r.csv", text)[0].cases[0]
    assert list(case.expected.evidence) == [content_id("It was Ann."), content_id("Ann's.")]


def test_several_turns_are_the_input_as_a_whole(tmp_path: Path) -> None:
    turns = [{"content": "Hi", "type": "human"}, {"content": "Yes?", "type": "ai"}, {"content": "Who?", "type": "human"}]
    gold, _ = loaded(tmp_path / "r.jsonl", [{"user_input": turns, "reference": "Ann"}])
    assert gold.cases[0].input == {"messages": turns}


def test_inspect_samples(tmp_path: Path) -> None:
    rows = [
        {"id": 1, "input": "Capital?", "target": ["Paris", "City of Paris"], "metadata": {"level": 2}, "files": {"a": "b"}},
        {"id": "b", "input": [{"role": "user", "content": "Best?"}], "choices": ["red", "blue"], "target": "B"},
        {"id": "c", "input": "All?", "choices": ["x", "y", "z"], "target": ["A", "C"], "setup": "ls"},
    ]
    gold, left = loaded(tmp_path / "s.jsonl", rows)
    first, second, third = gold.cases
    assert (gold.format, first.id, first.expected.texts, first.tags) == (
        "inspect", "1", ("Paris", "City of Paris"), {"level": "2"},
    )  # fmt: skip
    assert second.input == {"question": "Best?", "choices": ["red", "blue"]}
    assert (second.expected.label, second.expected.answer) == ("B", "blue")
    assert (third.expected.label, third.expected.items) == ("A,C", ("x", "z"))
    assert left == {"files": 1, "setup": 1}


def test_a_target_that_is_no_choice_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(Problems, match=r"s\.jsonl:1: the target D names none of the 2 choices"):
        loaded(tmp_path / "s.jsonl", [{"input": "q", "choices": ["a", "b"], "target": "D"}])


def test_giskard(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {
            "id": "3f", "question": "How deep?", "reference_answer": "3 m",
            "reference_context": "Document 12: The lake is deep.\n\nDocument 4: 3 m.", "conversation_history": [],
            "metadata": {"question_type": "simple", "seed_document_id": 12, "topic": "lakes"},
        },
        {
            "id": "4a", "question": "And wide?", "reference_answer": "5 m", "reference_context": "",
            "conversation_history": [{"role": "user", "content": "Hello"}], "metadata": {"question_type": "conversational"},
        },
    ]  # fmt: skip
    gold, left = loaded(tmp_path / "qa.jsonl", rows)
    first, second = gold.cases
    assert (gold.format, first.id, first.cluster) == ("giskard", "3f", "12")
    assert list(first.expected.evidence) == [content_id("The lake is deep."), content_id("3 m.")]
    assert first.tags == {"question_type": "simple", "seed_document_id": "12", "topic": "lakes"}
    assert second.input == {"question": "And wide?", "conversation_history": rows[1]["conversation_history"]}
    assert left == {"reference_context (texts; kept as content ids)": 1}


def test_a_native_list_is_no_golden(tmp_path: Path) -> None:
    case = {"id": "a", "input": "q", "expected": {"answer": "x"}}
    listed, _ = loaded(tmp_path / "g.json", [case])
    lined, _ = loaded(tmp_path / "g.jsonl", json.dumps(case) + "\n")
    assert (listed.format, lined.format, listed.sha256) == ("json", "jsonl", lined.sha256)
