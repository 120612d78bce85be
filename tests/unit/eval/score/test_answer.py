from __future__ import annotations

import json
from typing import Any

import pytest

from goldgate.eval.results import Response
from goldgate.eval.score.scoring import score

from ..makers import SHARED, case, gold_of, table


def scored(metric: str, said: str | None, tags: dict[str, str] | None = None, **expected: Any) -> float | None:
    gold = gold_of(case("a", tags=tags, **expected))
    frame = score(table(gold, a=Response(id="a", answer=said)), gold, [metric])
    value: float | None = frame[metric][0]
    return value


@pytest.mark.parametrize(
    ("metric", "answer", "value"),
    [
        ("answer.exact_match", "the Cat sat.", 1.0),
        ("answer.exact_match", "a cat", 0.0),
        ("answer.exact_match", "dog!", 1.0),
        ("answer.contains", "Yes, the cat sat there", 1.0),
        ("answer.contains", "the cat satisfied", 0.0),
        ("answer.token_f1", "cat ran", 0.5),
        ("answer.rouge_l", "the cat sat", 1.0),
        ("answer.exact_match", None, 0.0),
    ],
)
def test_text_metrics_take_the_best_of_the_expected_texts(metric: str, answer: str | None, value: float) -> None:
    assert scored(metric, answer, answer="The cat sat", answers=("dog",)) == pytest.approx(value)


@pytest.mark.parametrize(
    "metric", ["exact_match", "token_f1", "contains", "rouge_l", "numeric_match", "boolean_match", "list_f1"]
)
def test_a_metric_whose_field_is_not_expected_does_not_apply(metric: str) -> None:
    assert scored(f"answer.{metric}", "x", evidence={"s": 1}) is None


def test_an_unclear_yes_or_no_is_wrong() -> None:
    assert scored("answer.boolean_match", "Perhaps", boolean=False) == 0.0
    assert scored("answer.boolean_match", "No", boolean=False) == 1.0


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        ("Apple, Visa and Tesla", 1.0),
        ("Tesla; Apple Inc; Visa", 1.0),
        ("Apple", 0.5),
        ("Apple, Visa, Tesla, Exxon, Meta, Netflix", 2 * 3 / 9),
        ("Apple, Apple, Apple", 2 / 6),
        ("none", 0.0),
    ],
)
def test_list_f1(answer: str, value: float) -> None:
    assert scored("answer.list_f1", answer, items=("Apple", "Visa", "Tesla")) == pytest.approx(value)


def test_a_refusal_counts_only_where_nothing_can_be_answered() -> None:
    unanswerable = {"kind": "unanswerable"}
    assert scored("answer.refusal", "I cannot answer that.", unanswerable) == 1.0
    assert scored("answer.refusal", "It was $5.", unanswerable) == 0.0
    assert scored("answer.refusal", "I cannot answer that.") == 1.0
    assert scored("answer.refusal", "I cannot answer that.", answer="x") is None
    assert scored("answer.token_f1", "I cannot answer that.", answer="x") == 0.0
    assert scored("answer.token_f1", "It was $5.", unanswerable, answer="not in the filings") is None


def test_an_infrastructure_error_is_never_a_wrong_answer() -> None:
    gold = gold_of(case("a", answer="x"), case("b", answer="x"))
    frame = score(table(gold, a=Response(id="a", error="HTTP 500"), b="x"), gold, ["answer.exact_match"])
    assert frame["answer.exact_match"].to_list() == [None, 1.0]


def test_every_answer_of_xquad_is_found_in_itself() -> None:
    path = SHARED / "xquad_en" / "xquad.en.json"
    if not path.exists():
        pytest.skip("XQuAD is not beside this checkout (shared/data/xquad_en)")
    questions = [
        (question["id"], question["answers"][0]["text"], paragraph["context"])
        for article in json.loads(path.read_text())["data"]
        for paragraph in article["paragraphs"]
        for question in paragraph["qas"]
    ]
    gold = gold_of(*(case(name, answer=text) for name, text, _ in questions))
    exact = score(table(gold, **{name: f"The {text}." for name, text, _ in questions}), gold)
    inside = score(table(gold, **{name: context for name, _, context in questions}), gold, ["answer.contains"])
    assert len(questions) == 1190
    for metric in ("answer.exact_match", "answer.token_f1", "answer.contains"):
        assert exact[metric].mean() == 1.0
    assert inside["answer.contains"].mean() > 0.97  # type: ignore[operator]
