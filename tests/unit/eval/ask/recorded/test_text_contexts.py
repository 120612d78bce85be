"""Gold sets whose evidence is made of texts, and services that give texts without ids, speak of the same passages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from goldgate.eval.ask.callable_subject import CallableSubject
from goldgate.eval.evaluation import evaluate, score_responses
from goldgate.eval.gold.load import load_gold

if TYPE_CHECKING:
    from pathlib import Path

    from goldgate.eval.case import GoldSet
    from goldgate.eval.results import Evaluation

RECALL, MRR = "retrieval.recall@5", "retrieval.mrr"
PASSAGES = ["Revenue was $5 million.", "Costs fell by 3 %.", "Nobody left the board."]
SHOWN = {
    "What was the revenue?": [PASSAGES[0], PASSAGES[2]],
    "Who left?": ["Something else.", "  Nobody left\nthe board. "],
    "What fell?": ["Something else.", ""],
}


@pytest.fixture
def gold(tmp_path: Path) -> GoldSet:
    rows = [
        {"user_input": "What was the revenue?", "reference": "5", "reference_contexts": [PASSAGES[0]]},
        {"user_input": "Who left?", "reference": "nobody", "reference_contexts": [PASSAGES[2], PASSAGES[1]]},
        {"user_input": "What fell?", "reference": "costs", "reference_contexts": [PASSAGES[1]]},
    ]
    path = tmp_path / "ragas.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    found = load_gold(path)
    assert found.format == "ragas"
    return found


def texts(question: str) -> list[Any]:
    return SHOWN[question]


def objects(question: str) -> list[Any]:
    return [{"text": text, "score": 0.5} for text in SHOWN[question]]


def check(evaluation: Evaluation) -> None:
    table = evaluation.tables["cases"]
    assert table[RECALL].to_list() == [1.0, 0.5, 0.0]
    assert table[MRR].to_list() == [1.0, 0.5, 0.0]
    assert table["contexts"].list.len().to_list() == [2, 2, 2]


def nameless(question: str) -> list[Any]:
    return [{"id": None, "text": text} for text in SHOWN[question]]


@pytest.mark.parametrize("shape", [texts, objects, nameless])
@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
def test_recorded_texts_are_the_passages_that_a_ragas_file_expects(
    gold: GoldSet, shape: Any, suffix: str, tmp_path: Path
) -> None:
    rows = [{"id": one.id, "answer": "x", "contexts": shape(str(one.input))} for one in gold.cases]
    path = tmp_path / f"responses.{suffix}"
    if suffix == "jsonl":
        path.write_text("\n".join(map(json.dumps, rows)))
    else:
        pl.DataFrame(rows).write_parquet(path)
    check(score_responses(gold, path, metrics=[RECALL, MRR]))


@pytest.mark.parametrize("shape", [texts, objects])
def test_texts_of_a_function_are_too(gold: GoldSet, shape: Any) -> None:
    subject = CallableSubject(lambda question: {"answer": "x", "contexts": shape(question)}, inline=True)
    check(evaluate(gold=gold, subject=subject, metrics=[RECALL, MRR]))
