from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from goldgate.eval.report import figures
from goldgate.eval.report.cases import CaseTable
from goldgate.eval.report.sections.metrics import against_live, groups_of
from goldgate.eval.report.sides import Columns
from goldgate.eval.verdict.values import summarise

from .drawn import markup, view_of

if TYPE_CHECKING:
    from ..evaluated import Run


def rows(run: Run) -> dict[str, Any]:
    return {f"{family}.{row.leaf}": row for family, group in groups_of(run.evaluation, run.table) for row in group}


@pytest.mark.parametrize(
    ("name", "metric"),
    [
        ("classified", "classification.f1_macro"),
        ("classified", "classification.auroc"),
        ("classified", "errors.rate"),
        ("regressed", "regression.rmse"),
        ("regressed", "latency.p95_ms"),
        ("retrieved", "retrieval.recall@5"),
    ],
)
def test_live_is_what_its_own_evaluation_says(name: str, metric: str, request: pytest.FixtureRequest) -> None:
    run: Run = request.getfixturevalue(name)
    assert run.table.live is not None
    assert rows(run)[metric].live == figures.value(metric, summarise(run.table.live, metric, 0.95).value)


def test_a_difference_is_that_of_the_gate(retrieved: Run) -> None:
    [gate] = retrieved.evaluation["gates"]
    row = rows(retrieved)[gate["metric"]]
    assert row.diff == f"{100 * gate['diff']:+.1f}"
    assert row.diff_spread == f"{100 * gate['ci_low']:+.1f} to {100 * gate['ci_high']:+.1f}"


def test_numbers_of_all_cases_have_a_difference_with_an_interval(classified: Run) -> None:
    row = rows(classified)["classification.f1_macro"]
    low, high = map(float, row.diff_spread.split(" to "))
    assert low < float(row.diff) < high


def test_without_live_there_is_a_value_alone(judged: Run) -> None:
    found = view_of(judged, "metrics")
    assert found is not None
    assert not found["compared"]
    assert "Diff" not in markup(judged, "metrics")


def test_what_live_does_not_have_is_left_out(classified: Run) -> None:
    columns = Columns(classified.table)
    assert against_live(columns, "house.cites_a_filing") == ("", "", "")
    assert against_live(columns, "nothing") == ("", "", "")


def test_metrics_are_grouped_by_family_and_missing_ones_are_said() -> None:
    metrics = {"answer.token_f1": {"value": 0.5, "n": 9, "missing": 2}, "answer.contains": 0.25, "odd": {"value": None}}
    found = dict(groups_of({"metrics": metrics}, CaseTable()))
    assert [row.leaf for row in found["answer"]] == ["token_f1", "contains"]
    assert (found["answer"][0].missing_said, found["answer"][1].value) == ("! 2", "0.250")
    assert (found["odd"][0].leaf, found["odd"][0].value) == ("odd", "\u2013")
    assert groups_of(None, CaseTable()) == []
