from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl

from goldgate.eval.report.cases import CaseTable
from goldgate.eval.report.model import ReportInput
from goldgate.eval.report.sections.judges import crossed, view

from .drawn import markup, view_of

if TYPE_CHECKING:
    from ..evaluated import Run

REPORT = ReportInput(service="s", environment="e", run_id="r", commit="c")
RAW = {"value": 0.5, "ci_low": 0.4, "ci_high": 0.6, "n": 10}


def judge(**record: Any) -> Any:
    found = view(replace(REPORT, evaluation={"judges": {"helpful": record}}), CaseTable())
    assert found is not None
    return found["judges"][0]


def test_a_judged_run_shows_raw_human_and_corrected_means(judged: Run) -> None:
    found = view_of(judged, "judges")
    assert found is not None
    [one] = found["judges"]
    record = judged.evaluation["judges"]["helpful"]
    assert [row.name for row in one.estimates] == ["judge alone", "people alone", "judge, corrected by people"]
    assert [row.value for row in one.estimates] == [f"{record[key]['value']:.3f}" for key in ("raw", "human", "corrected")]
    assert [row.n for row in one.estimates] == ["60", "20", "20 + 40"]
    assert one.facts[3] == ("Cost", "$0.60", "")
    assert markup(judged, "judges").count('<svg class="bar') == 3


def test_scores_of_judge_and_people_are_crossed(judged: Run) -> None:
    found = crossed(judged.table.frame, "helpful")
    assert found is not None
    frame = judged.table.frame.drop_nulls("note:human.helpful")
    assert found["levels"] == ["0", "0.25", "0.5", "0.75", "1"]
    assert sum(int(count) for _, cells in found["rows"] for count, _ in cells) == 20
    same = (frame["judge.helpful"] == frame["note:human.helpful"]).sum()
    assert sum(int(count) for _, cells in found["rows"] for count, look in cells if "hit" in look) == same


def test_what_has_no_few_levels_is_not_crossed() -> None:
    many = [place / 20 for place in range(20)]
    assert crossed(pl.DataFrame({"judge.x": many, "note:human.x": many}), "x") is None
    assert crossed(pl.DataFrame({"judge.x": [1.0]}), "x") is None
    assert (
        crossed(pl.DataFrame({"judge.x": [1.0], "note:human.x": [None]}, schema_overrides={"note:human.x": pl.Float64}), "x")
        is None
    )


def test_without_labels_the_judge_stands_alone() -> None:
    found = judge(n=10, labelled=0, missing=2, raw=RAW, agreement=None, human=None, corrected=None, model="m", kind="rating")
    assert [row.name for row in found.estimates] == ["judge alone"]
    assert found.agreement == []
    assert found.facts[1] == ("Judged", "10 cases", "2 without a score")


def test_what_speaks_against_a_judge_is_said() -> None:
    found = judge(
        raw=RAW,
        labels={"stale": 1, "unknown": 3},
        unread=2,
        faults=["refused"],
        stopped="budget: $1.00 is spent",
        position_bias={"rate": 0.25, "first": 0.9, "pairs": 40},
    )
    assert found.doubts == [
        "budget: $1.00 is spent",
        "1 rating of an older answer does not count.",
        "3 ratings of no case of this gold set.",
        "2 replies of the judge could not be read.",
        "refused",
    ]
    assert found.facts[-1] == ("Choice turned by the order", "25.0 %", "of 40 pairs shown both ways")


def test_agreement_says_why_it_has_no_interval() -> None:
    perfect = {"value": 1.0, "ci_low": None, "ci_high": None, "note": "perfect agreement carries no interval"}
    found = judge(raw=RAW, agreement={"n": 5, "kappa": perfect, "pearson": {"value": None}})
    assert found.agreement == [("kappa", "1.000", "perfect agreement carries no interval")]


def test_no_judge_no_section() -> None:
    assert view(REPORT, CaseTable()) is None
    assert view(replace(REPORT, evaluation={"judges": {}}), CaseTable()) is None
