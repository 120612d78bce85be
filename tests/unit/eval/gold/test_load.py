from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from goldgate.eval.case import Tolerance
from goldgate.eval.errors import Problems, UsageError
from goldgate.eval.gold.load import load_gold

if TYPE_CHECKING:
    from pathlib import Path


def write(folder: Path, *rows: Any) -> Path:
    path = folder / "gold.jsonl"
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows) + "\n", encoding="utf-8")
    return path


def faults(path: Path) -> list[str]:
    with pytest.raises(Problems) as caught:
        load_gold(path)
    return [str(problem).replace(str(path), "gold.jsonl") for problem in caught.value.problems]


def test_every_field_is_read(tmp_path: Path) -> None:
    row = {
        "id": "fr-1",
        "input": {"question": "What?"},
        "expected": {
            "answer": "x", "answers": ["y"], "numeric": 1.5, "unit": "%", "tolerance": {"absolute": 0.1}, "boolean": False,
            "items": ["a"], "label": "l", "value": 2, "evidence": {"s1": 2, "s2": 0},
        },
        "tags": {"kind": "number", "year": 2018, "held": True},
        "cluster": "doc", "weight": 2, "notes": "n",
    }  # fmt: skip
    gold = load_gold(write(tmp_path, "", row))
    case = gold.cases[0]
    assert (case.id, case.line, case.cluster, case.weight, case.notes) == ("fr-1", 2, "doc", 2.0, "n")
    assert case.tags == {"kind": "number", "year": "2018", "held": "true"}
    assert case.expected.texts == ("x", "y")
    assert case.expected.tolerance == Tolerance(absolute=0.1)
    assert case.expected.boolean is False
    assert case.expected.evidence == {"s1": 2, "s2": 0}
    assert gold.tag_names == ["held", "kind", "year"]


def test_a_bare_tolerance_is_relative(tmp_path: Path) -> None:
    gold = load_gold(write(tmp_path, {"id": "a", "input": "q", "expected": {"numeric": 1, "tolerance": 0.01}}))
    assert gold.cases[0].expected.tolerance == Tolerance(relative=0.01)


def test_all_faults_come_at_once_each_with_its_line(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        {"id": "a", "input": "q1", "expected": {"evidense": ["s1"], "answer": "x"}},
        '{"id": "b", "input": ',
        {"id": "c"},
        {"input": "q4"},
        {"id": "a", "input": "q5"},
        {"id": "f", "input": "q6", "expected": {"numeric": "12", "items": "x", "boolean": "yes"}},
        "[1]",
        {"id": "g", "input": "q8", "weight": 0, "tags": {"a": []}},
        {"id": "h", "input": "q9", "expected": {"evidence": "s1", "tolerance": -1}},
    )
    found = faults(path)
    assert [text.split(":")[1] for text in found] == sorted(text.split(":")[1] for text in found)
    everything = "\n".join(found)
    assert 'gold.jsonl:1: case "a": unknown key "evidense" in expected; did you mean "evidence"?' in found
    assert "gold.jsonl:2: broken JSON at column" in everything
    assert 'gold.jsonl:3: case "c" has no input.' in found
    assert "gold.jsonl:4: the case on this line has no id." in found
    assert """gold.jsonl:6: case "f": numeric must be a number, not '12'.""" in found
    assert """gold.jsonl:6: case "f": items must be a list of texts, not 'x'.""" in found
    assert """gold.jsonl:6: case "f": boolean must be true or false, not 'yes'.""" in found
    assert "gold.jsonl:7: a case must be a JSON object, not list." in found
    assert 'gold.jsonl:8: case "g": weight must be a number above 0, not 0.' in found
    assert "evidence must be a list of ids or an object {id: grade}" in everything
    assert "tolerance must be 0 or more" in everything


def test_a_repeated_id_names_both_lines(tmp_path: Path) -> None:
    rows = [{"id": "a", "input": "q1"}, {"id": "b", "input": "q2"}, {"id": "a", "input": "q3"}]
    assert faults(write(tmp_path, *rows)) == [
        'gold.jsonl:3: the id "a" stands on line 1 already. Give each case an id of its own.'
    ]


def test_a_contradiction_reads_as_the_voice_says(tmp_path: Path) -> None:
    rows = [
        {"id": "fr-0042", "input": "How large was the margin?", "expected": {"numeric": 14.8, "unit": "%"}},
        {"id": "fr-0117", "input": "how large  was the margin", "expected": {"numeric": 12.1, "unit": "%"}},
    ]
    assert faults(write(tmp_path, *rows)) == [
        (
            'gold.jsonl:2: case "fr-0117" repeats the question of "fr-0042" (line 1) with another answer (14.8 % / 12.1 %). '
            'Keep one, or tell them apart in "input".'
        )
    ]


def test_a_repeated_question_with_the_same_answer_is_no_contradiction(tmp_path: Path) -> None:
    rows = [{"id": name, "input": "q", "expected": {"answer": text}} for name, text in (("a", "Yes"), ("b", "yes "))]
    assert len(load_gold(write(tmp_path, *rows))) == 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "has no case"),
        (b"\n\n", "has no case"),
        (b"[{}]", "no known format"),
        (b"[1, 2", "broken JSON"),
        (b'{"id": "a", "input": "\xff"}', "not UTF-8"),
    ],
)
def test_a_file_that_holds_no_gold_set_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=message):
        load_gold(path)


def test_an_absent_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such gold set"):
        load_gold(tmp_path / "none.jsonl")
