from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from goldgate.eval.report.cases import CaseTable
from goldgate.eval.report.page import render
from goldgate.eval.report.sections.changes import view
from tests.unit.eval.report.sample import sample

if TYPE_CHECKING:
    from pathlib import Path

    from goldgate.eval.report.model import ReportInput


def with_other_gold(folder: Path, *, counted: bool = True) -> ReportInput:
    """The sample with one case less in what is live."""
    report = sample(folder, cases=24)
    assert report.evaluation is not None
    assert report.baseline_cases is not None
    pl.read_parquet(report.baseline_cases).tail(23).write_parquet(report.baseline_cases)
    baseline = {**report.evaluation["baseline"], "only_here": int(counted), "common": 23}
    return replace(report, evaluation={**report.evaluation, "baseline": baseline})


def test_cases_of_the_gold_set_that_differ_are_listed(tmp_path: Path) -> None:
    report = with_other_gold(tmp_path)
    found = view(report, CaseTable())
    assert found is not None
    assert [(case.kind, case.id) for case in found["gold"].cases] == [("added", "fr-0001")]
    assert "Gold set: 1 added, 0 removed, 0 changed" in render(report)


def test_tables_are_not_compared_where_the_evaluation_counted_no_difference(tmp_path: Path) -> None:
    found = view(with_other_gold(tmp_path, counted=False), CaseTable())
    assert found is not None
    assert found["gold"] is None


def test_nothing_live_has_nothing_changed(tmp_path: Path) -> None:
    report = replace(sample(tmp_path, cases=24, live=False), changes=())
    assert view(report, CaseTable()) is None


def test_the_first_screen_names_what_changed_and_leads_to_it(tmp_path: Path) -> None:
    page = render(sample(tmp_path, cases=24))
    first = page[: page.index('<section id="gates">')]
    assert '<a href="#changes">What changed</a>' in first
    assert "retrieval.fusion, retrieval.k" in first
    assert '<time datetime="2026-11-17T09:12:40Z">17 Nov</time>' in first
