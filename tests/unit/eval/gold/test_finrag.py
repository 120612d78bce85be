from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from goldgate.eval.errors import Problems
from goldgate.eval.gold.evidence import check_evidence
from goldgate.eval.gold.load import load_gold

from ..makers import SHARED

if TYPE_CHECKING:
    from pathlib import Path

FINSIGHTS = SHARED / "finsights"
SUITE = FINSIGHTS / "ModelPipeline/finrag_ml_tg1/data_cache/qa_manual_exports/goldp3_analysis/p3_gold_test_suite_31q.json"


def question(identity: str, text: str, kind: str, answer: object, **more: object) -> dict[str, object]:
    return {"question_id": identity, "question_text": text, "answer_type": kind, "answer_text": answer, **more}


def test_its_fields_become_a_case(tmp_path: Path) -> None:
    rows = [
        question(
            "Q1", "Which?", "list", ["Walmart", "Apple"], difficulty="hard", company_name=["A", "B"], years=[2018, 2019],
            evidence_sentence_ids=["s1"], answer_numeric=None, tolerance=None, retrieval_scope="cross_company",
        ),
        question("Q2", "Does it?", "boolean", "Yes. It does.", company_name=["A"], years=[2018], notes="n"),
        question("Q3", "How much?", "number", "12 %", answer_numeric=12.0, answer_unit="%", tolerance=0.01),
    ]  # fmt: skip
    path = tmp_path / "gold.json"
    path.write_text(json.dumps(rows, indent=2))
    first, second, third = load_gold(path).cases
    assert first.expected.items == ("Walmart", "Apple")
    assert first.expected.answer == "Walmart\nApple"
    assert first.tags == {
        "kind": "list",
        "difficulty": "hard",
        "company": "several",
        "years": "several",
        "scope": "cross_company",
    }
    assert (second.expected.boolean, second.tags["company"], second.tags["years"]) == (True, "A", "one")
    assert (third.expected.numeric, third.expected.unit) == (12.0, "%")
    lines = path.read_text().splitlines()
    assert [lines[one.line - 1].strip() for one in (first, second, third)] == ["{", "{", "{"]


def test_faults_carry_the_line_where_the_question_begins(tmp_path: Path) -> None:
    path = tmp_path / "gold.json"
    path.write_text('[\n  {"question_id": "Q1", "question_text": "a"},\n\n  {"question_id": "Q2"},\n  7\n]')
    with pytest.raises(Problems) as caught:
        load_gold(path)
    assert [str(problem).removeprefix(f"{path}:") for problem in caught.value.problems] == [
        '4: case "Q2" has no input.',
        "5: a case must be a JSON object, not int.",
    ]


def test_the_real_file_is_read_unchanged_and_what_the_corpus_lacks_is_counted() -> None:
    if not SUITE.exists():
        pytest.skip("the FinSights gold file is not beside this checkout (shared/data/finsights)")
    gold = load_gold(SUITE)
    assert (len(gold), gold.format) == (31, "finrag")
    assert Counter(one.tags["kind"] for one in gold.cases) == {"span": 26, "list": 3, "boolean": 2}
    assert [one.expected.boolean for one in gold.cases if one.tags["kind"] == "boolean"] == [True, True]
    assert not any(one.unanswerable for one in gold.cases)
    lines = (FINSIGHTS / "sentences_from_bundles.jsonl").read_text(encoding="utf-8").split("\n")
    rows = (json.loads(line) for line in lines if line)
    known = frozenset(str(value) for row in rows for value in row.values() if isinstance(value, str) and "_10-K_" in value)
    checked = check_evidence(gold, known, "report")
    assert sum(len(one.expected.evidence) for one in gold.cases) == 46
    assert sum(len(one.evidence_missing) for one in checked.cases) == 16
