from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from goldgate.eval.errors import Problems
from goldgate.eval.gold.load import load_gold

from ..makers import SHARED
from .files import loaded

if TYPE_CHECKING:
    from pathlib import Path


def squad(*questions: dict[str, object]) -> dict[str, object]:
    paragraphs = [{"context": "Ann won.", "qas": list(questions)}]
    return {"version": "v2.0", "data": [{"title": "Games", "paragraphs": paragraphs}]}


def test_questions_answers_and_what_is_impossible(tmp_path: Path) -> None:
    answers = [{"text": "Ann", "answer_start": 0}, {"text": "Ann", "answer_start": 0}, {"text": "Ann won", "answer_start": 0}]
    impossible = {
        "id": "b",
        "question": "Who lost?",
        "answers": [],
        "is_impossible": True,
        "plausible_answers": answers[:1],
    }
    data = squad({"id": "a", "question": "Who won?", "answers": answers, "is_impossible": False}, impossible)
    gold, left = loaded(tmp_path / "dev.json", data)
    first, second = gold.cases
    assert gold.format == "squad"
    assert first.input == {"id": "a", "question": "Who won?", "context": "Ann won."}
    assert first.expected.texts == ("Ann", "Ann won")
    assert (first.cluster, first.unanswerable, second.unanswerable) == ("Games", False, True)
    assert second.tags == {"kind": "unanswerable", "title": "Games"}
    assert left == {"plausible_answers": 1}
    lines = (tmp_path / "dev.json").read_text().splitlines()
    assert [lines[case.line - 1].strip() for case in gold.cases] == ['"id": "a",', '"id": "b",']


def test_no_answer_that_is_not_impossible_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(Problems, match='question "a" has no answers and is not is_impossible'):
        loaded(tmp_path / "dev.json", squad({"id": "a", "question": "Who?", "answers": []}))


def test_xquad_is_read_whole() -> None:
    path = SHARED / "xquad_en" / "xquad.en.json"
    if not path.exists():
        pytest.skip("XQuAD is not beside this checkout (shared/data/xquad_en)")
    gold = load_gold(path)
    assert (len(gold), gold.format) == (1190, "squad")
    assert gold.frame["cluster"].n_unique() == 48
    assert gold.frame["line"].is_sorted()
