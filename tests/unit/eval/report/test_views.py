"""A case in words, as plain HTML shows it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from goldgate.eval.report.cases import CaseTable, Row
from goldgate.eval.report.views import MOST_LABELS, row_view

if TYPE_CHECKING:
    from goldgate.eval.report.views import RowView

TABLE = CaseTable(metrics=("answer.token_f1", "regression.mae"), main=frozenset({"answer.token_f1"}))
ROW = Row(
    id="a-1",
    question="What?",
    expected="12",
    outcome="broken",
    judged_by="answer.token_f1",
    score=0.0,
    live_score=1.0,
    worse=True,
    better=False,
    tags={"kind": "number", "company": "Acme"},
    evidence=(),
    this={"answer": "13", "latency_ms": 312.46, "cost_usd": 0.5, "line": 1200, "attempts": 2},
    live={"answer": "12", "latency_ms": 12.04, "cost_usd": 0.5},
)


def told(**this: Any) -> RowView:
    return row_view(replace(ROW, this=ROW.this | this), TABLE)


def test_facts_name_what_changed_and_leave_out_what_is_not_known() -> None:
    facts = "12.0 ms → 312 ms · $0.50 · 2 attempts · line 1,200 of the gold set · kind: number · company: Acme"
    assert told().facts == facts
    assert told(latency_ms=None, cost_usd=None, line=None, attempts=1).facts == "kind: number · company: Acme"


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (0.0, "0"),
        (1.0, "1"),
        (0.84251, "0.843"),
        (1.125, "1.13"),
        (12.0, "12"),
        (1234.5, "1,234"),
        (100.0, "100"),
        (-0.25, "-0.25"),
    ],
)
def test_a_score_has_three_digits(amount: float, said: str) -> None:
    (score,) = told(**{"answer.token_f1": amount}).scores
    assert score == ("token_f1", f"none → {said}", True)


def test_a_question_of_several_lines_is_shown_whole() -> None:
    assert row_view(replace(ROW, question="One\ntwo"), TABLE).long_question == "One\ntwo"
    assert told().long_question == ""


def test_classes_stand_by_their_probability_and_the_rest_is_counted() -> None:
    shares = [{"label": f"class {place}", "probability": place / 100} for place in range(14)]
    view = told(scores=shares)
    assert view.probabilities[0] == ("class 13", "0.13")
    assert len(view.probabilities) == MOST_LABELS
    assert view.more_labels == 2


def test_repeats_are_held_to_the_answer_that_is_shown() -> None:
    again = (
        {"answer": "13", "score": 0.0, "latency_ms": 312.46},
        {"answer": "12", "score": 1.0, "latency_ms": 90.0},
        {"answer": None, "error": "no answer within 30 s", "score": 0.5},
    )
    first, second, third = row_view(replace(ROW, repeats=again), TABLE).repeats
    assert (first.said, first.figures, first.pieces) == ("1st, same answer", "0 · 312 ms", ())
    assert (second.said, second.figures) == ("2nd, differs", "1 · 90.0 ms")
    assert [kind for kind, _ in second.pieces] == ["+"]
    assert (third.said, third.error, third.figures) == ("3rd, no answer", "no answer within 30 s", "")
    assert row_view(replace(ROW, repeats=again[:1]), TABLE).repeats == ()


def test_notes_of_judges_are_named() -> None:
    assert told(**{"note:judge.tone": "Curt.", "note:judge.facts": None}).notes == (("judge.tone", "Curt."),)


def test_what_the_live_image_failed_at_is_said() -> None:
    assert row_view(replace(ROW, live={"answer": None, "error": "502"}), TABLE).live_error == "502"
