from __future__ import annotations

import json
from typing import Any

import pytest

from goldgate.eval.results import Response
from goldgate.eval.score.scoring import score
from goldgate.eval.score.tatqa import Given, as_text, given_answer, is_number, normal, to_number
from goldgate.eval.score.tatqa import score as score_pair

from ..makers import SHARED, case, gold_of, table

METRICS = ["tatqa.em", "tatqa.f1", "tatqa.scale"]


def expected_of(question: dict[str, Any]) -> dict[str, Any]:
    if question["answer_type"] in {"arithmetic", "count"}:
        return {"numeric": float(question["answer"]), "unit": question["scale"]}
    return {"items": tuple(question["answer"]), "unit": question["scale"]}


def test_the_sample_prediction_scores_what_the_official_scorer_says() -> None:
    folder = SHARED / "tatqa"
    if not folder.exists():
        pytest.skip("TAT-QA is not beside this checkout (shared/data/tatqa)")
    documents = json.loads((folder / "dataset_raw" / "tatqa_dataset_dev.json").read_text())
    said = json.loads((folder / "sample_prediction.json").read_text())
    questions = [question for document in documents for question in document["questions"]]
    gold = gold_of(*(case(question["uid"], **expected_of(question)) for question in questions))
    scored = score(table(gold, **{name: json.dumps(pair) for name, pair in said.items()}), gold, METRICS)
    assert len(questions) == 1668
    assert [round(100 * float(scored[name].to_numpy().mean()), 2) for name in METRICS] == [45.92, 58.88, 90.95]


@pytest.mark.parametrize(
    ("text", "number", "value"),
    [
        ("$1,496.5", True, 1496.5),
        ("(134)", True, -134),
        ("12%", True, 0.12),
        ("1.2 million", True, 1.2e6),
        ("3 plants", False, 3),
        ("nan", False, None),
        ("2019 and 2018", False, 2019),
        ("", False, None),
    ],
)
def test_numbers_are_read_as_the_official_scorer_reads_them(text: str, number: bool, value: float | None) -> None:
    assert is_number(text) is number
    assert to_number(text) == value


def test_answers_become_one_text_in_order() -> None:
    assert as_text(["b", "a"], "million") == "a million b million"
    assert as_text([12.345], "percent") == "0.1235"
    assert as_text(["12.3%"], "percent") == "0.1230"
    assert normal("The Net-Sales, of 1,200") == "netsales of 1200"


@pytest.mark.parametrize(
    ("given", "numeric", "exact"),
    [
        (Given(23.42, "percent"), True, 1),
        (Given(0.2342, ""), True, 1),
        (Given("23.42%", ""), True, 1),
        (Given(23.42, ""), True, 0),
        (Given(0, ""), True, 0),
        (Given([], "percent"), True, 0),
    ],
)
def test_percent_against_fraction(given: Given, numeric: bool, exact: float) -> None:
    assert score_pair(given, Given([23.42], "percent"), numeric=numeric).exact == exact


@pytest.mark.parametrize(
    ("answer", "label", "given"),
    [
        ('[["2019"], ""]', None, Given(["2019"], "")),
        ('[5.0, "million"]', None, Given(5.0, "million")),
        ('["a", "b"]', None, Given(["a", "b"], "")),
        ('["a", "b"]', "percent", Given(["a", "b"], "percent")),
        ("net sales", "million", Given("net sales", "million")),
        (None, None, Given(None, "")),
    ],
)
def test_a_response_is_a_pair_or_carries_its_scale_as_label(answer: str | None, label: str | None, given: Given) -> None:
    assert given_answer(answer, label) == given


def test_they_are_computed_on_request_only_and_where_something_is_expected() -> None:
    gold = gold_of(case("a", answer="x"), case("b", evidence={"s": 1}))
    frame = table(gold, a=Response(id="a", answer="x", label=""), b="x")
    assert "tatqa.em" not in score(frame, gold).columns
    assert score(frame, gold, METRICS).select(METRICS).rows() == [(1.0, 1.0, 1.0), (None, None, None)]
