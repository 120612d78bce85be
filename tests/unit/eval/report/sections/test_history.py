from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from goldgate.eval.report.cases import CaseTable
from goldgate.eval.report.page import render
from goldgate.eval.report.sections.history import view
from tests.unit.eval.report.sample import sample

if TYPE_CHECKING:
    from pathlib import Path

    from goldgate.eval.report.model import ReportInput


@pytest.fixture
def report(tmp_path: Path) -> ReportInput:
    return sample(tmp_path, cases=60)


def shown(report: ReportInput) -> dict[str, Any]:
    found = view(report, CaseTable())
    assert found is not None
    return found


def test_three_metrics_stand_open_and_the_run_at_hand_is_the_last_point(report: ReportInput) -> None:
    found = shown(report)
    assert [(strip["metric"], strip["slice"]) for strip in found["strips"]] == [
        ("retrieval.recall@10", "difficulty: hard"),
        ("retrieval.recall@10", "all cases"),
        ("answer.numeric_match", "all cases"),
    ]
    assert [strip["metric"] for strip in found["more"]] == ["latency.p95_ms"]
    assert (found["points"][-1]["kind"], found["points"][-1]["point"].run_id) == ("this", report.run_id)
    assert len(found["points"]) == len(report.history) + 1


def test_the_table_is_newest_first_with_a_cell_for_each_metric(report: ReportInput) -> None:
    found = shown(report)
    assert [row["said"] for row in found["rows"][:3]] == ["this run", "not released", "released"]
    assert {len(row["cells"]) for row in found["rows"]} == {len(found["head"])}
    blocked = found["rows"][1]["cells"][0]
    assert (blocked["value"], blocked["bound"], blocked["verdict"]) == ("0.840", "0.820", "fail")


def test_this_run_in_the_history_is_not_shown_twice(report: ReportInput) -> None:
    again = replace(report.history[-1], run_id=report.run_id)
    assert len(shown(replace(report, history=(*report.history, again)))["points"]) == len(report.history) + 1


def test_without_an_earlier_evaluation_there_is_no_history(report: ReportInput) -> None:
    assert view(replace(report, history=()), CaseTable()) is None
    assert view(replace(report, evaluation=None), CaseTable()) is None


def test_the_page_says_where_the_history_comes_from_and_links_each_report(report: ReportInput) -> None:
    page = render(report)
    section = page[page.index('<section id="history">') : page.index('<section id="changes">')]
    assert report.history_note in section
    assert section.count('href="../3/index.html"') == 2
    assert section.count('class="now') == 0
    assert section.count("<time datetime=") == len(report.history) + 1
