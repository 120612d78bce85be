from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest

from goldgate.eval.report.cases import CaseTable
from goldgate.eval.report.model import ReportInput
from goldgate.eval.report.sections.latency import view

from .drawn import markup, view_of

if TYPE_CHECKING:
    from ..evaluated import Run

REPORT = ReportInput(service="s", environment="e", run_id="r", commit="c")
STARTED = np.datetime64("2026-11-20T14:00:00", "ms")


def table(n: int, **columns: Any) -> CaseTable:
    stamps = [f"{STARTED + 1000 * place}Z" for place in range(n)]
    given = {"id": [str(place) for place in range(n)], "asked_at": stamps, "latency_ms": [100.0] * n} | columns
    return CaseTable(frame=pl.DataFrame(given, strict=False))


def shown(cases: CaseTable, **evaluation: Any) -> dict[str, Any]:
    found = view(replace(REPORT, evaluation=evaluation), cases)
    assert found is not None
    return found


def test_percentiles_are_those_of_the_evaluation(classified: Run) -> None:
    found = view_of(classified, "latency")
    assert found is not None
    told = {row[0]: row[1] for row in found["table"]["rows"]}
    for name in ("p50", "p95", "p99"):
        value = classified.evaluation["metrics"][f"latency.{name}_ms"]["value"]
        assert told[name] == f"{value:,.0f} ms"
    assert told["n"] == "400"


def test_the_limit_is_drawn_where_a_gate_sets_one(answered: Run) -> None:
    assert "p95 limit 500 ms" in markup(answered, "latency")


def test_a_slow_start_is_said(classified: Run) -> None:
    assert "A slow start: the first 10 answers took 2,432 ms, the rest 285 ms (medians)." in markup(classified, "latency")
    assert "slow start" not in " ".join(shown(table(60))["figures"][1].said)


def test_errors_and_second_tries_are_marked_and_counted() -> None:
    errors = [None] * 57 + ["timed out"] * 3
    found = shown(table(60, error=errors, attempts=[1] * 30 + [2] * 30))["figures"][1]
    assert found.plot.count('class="cross"') == 1
    assert "✕ 3 errors." in found.said
    assert "○ 27 answers at a second try or later." in found.said


def test_many_answers_are_thinned_with_the_first_all_there() -> None:
    found = shown(table(5000))["figures"][1]
    dots = re.search(r'class="dots-this" d="([^"]*)"', found.plot)
    assert dots is not None
    assert 590 <= dots[1].count("M") <= 600
    assert "Dots are 600 of 5,000 answers" in found.said[0]
    assert len(found.rows) == 30
    assert "minutes since the first question" in found.plot


def test_running_figures_are_those_of_equal_parts() -> None:
    rising = shown(table(300, latency_ms=[float(place) for place in range(300)]))["figures"][1]
    assert [row[1] for row in rising.rows] == ["10"] * 30
    assert (rising.rows[1][0], rising.rows[1][2], rising.rows[1][3]) == ("10 s", "14.5 ms", "18.5 ms")


@pytest.mark.parametrize(
    ("latencies", "log"), [([100.0] * 59 + [1900.0], False), ([100.0] * 59 + [2100.0], True), ([0.0] * 59 + [2100.0], False)]
)
def test_a_logarithmic_axis_is_used_where_it_must_and_says_so(latencies: list[float], log: bool) -> None:
    for found in shown(table(60, latency_ms=latencies))["figures"]:
        assert ("log scale" in found.plot) is log


def test_a_slow_start_is_not_cut_off() -> None:
    course = shown(table(600, latency_ms=[1900.0] * 3 + [100.0] * 597))["figures"][1]
    assert "1,500" in course.plot


def test_whether_live_was_asked_beside_is_said(classified: Run) -> None:
    live = classified.table
    earlier = shown(live, baseline={"released_at": "2026-11-17T09:12:40Z"})["beside"]
    assert earlier.startswith("Live's times were measured when it was evaluated itself")
    assert "17 Nov 2026" in earlier
    assert "same moment and machine" in shown(live, baseline={"beside": True})["beside"]


def test_where_nobody_knows_the_time_the_curve_stands_alone() -> None:
    assert len(shown(table(60, asked_at=[None] * 60))["figures"]) == 1
    assert len(shown(table(60, asked_at=[f"{STARTED}Z"] * 60))["figures"]) == 1  # all at the same moment: no course


def test_no_latency_no_section() -> None:
    assert view(REPORT, table(3, latency_ms=[None] * 3)) is None
    assert view(REPORT, CaseTable()) is None


def test_one_answer_is_a_curve_without_a_course() -> None:
    assert [one.title for one in shown(table(1))["figures"]] == ["Answered within"]
