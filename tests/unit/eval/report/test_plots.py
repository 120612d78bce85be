from __future__ import annotations

import re
from typing import Any

import pytest

from goldgate.eval.report.gates import Gate, read
from goldgate.eval.report.model import HistoryPoint
from goldgate.eval.report.plots import (
    Scale,
    describe,
    ecdf,
    forest_row,
    history,
    interval_bar,
    own_scale,
    percentiles,
    shared_scale,
)

RULE = {"metric": "retrieval.recall@10", "rule": "max_drop 0.03", "verdict": "fail"}
DROP = RULE | {"diff": -0.06, "ci_low": -0.09, "ci_high": -0.03}


def gate(**changes: Any) -> Gate:
    return read({"gates": [DROP | changes]})[0]


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [(-0.1, 0.05, [-0.1, -0.05, 0.0, 0.05]), (0.0, 560.0, [0.0, 200.0, 400.0]), (0.0, 0.0, [0.0])],
)
def test_ticks_are_round(low: float, high: float, ticks: list[float]) -> None:
    assert Scale(low=low, high=high).ticks(4) == ticks


def test_values_off_the_scale_stay_on_its_edge() -> None:
    scale = Scale(low=0.0, high=2.0)
    assert [scale.percent(value) for value in (-1, 0.5, 9)] == ["0.00%", "25.00%", "100.00%"]


def test_the_shared_scale_holds_zero_margins_and_intervals() -> None:
    scale = shared_scale([gate(), gate(ci_high=0.04, rule="max_drop 0.2")])
    assert scale.low < -0.2
    assert scale.high > 0.04
    assert shared_scale([]).low < 0 < shared_scale([]).high


@pytest.mark.parametrize(
    ("changes", "zone"),
    [
        ({}, "left"),
        ({"rule": "min 0.8", "value": 0.9, "diff": None}, "left"),
        ({"rule": "max 500", "metric": "latency.p95_ms", "value": 398.0, "diff": None}, "right"),
        ({"rule": "max_rise 50", "metric": "latency.p95_ms", "diff": 20.0}, "right"),
    ],
)
def test_the_side_past_the_bound_is_shaded(changes: dict[str, Any], zone: str) -> None:
    found = gate(**{"ci_low": None, "ci_high": None} | changes)
    match = re.search(r'class="zone" x="([\d.]+)%" width="([\d.]+)%"', forest_row(found, own_scale(found), label_bound=True))
    assert match is not None
    start, width = float(match[1]), float(match[2])
    assert (start == 0.0) == (zone == "left")
    assert (start + width == pytest.approx(100)) == (zone == "right")
    assert 0 < width < 100


def test_a_plot_speaks_to_those_who_do_not_see_it() -> None:
    assert describe(gate()) == ("recall@10, all cases: difference -6.0 points, 95 % interval -9.0 to -3.0, allowed 3.0: Fail")
    assert "<title>recall@10, all cases" in forest_row(gate(), own_scale(gate()), label_bound=False)


def test_without_an_estimate_there_is_nothing_to_draw() -> None:
    assert forest_row(gate(diff=None), Scale(low=0, high=1), label_bound=False) == ""
    assert interval_bar(None, None, None) == ""
    assert interval_bar(398.0, None, None) == ""


def test_hostile_names_are_text() -> None:
    drawn = forest_row(gate(slice={"kind": "<script>"}), own_scale(gate()), label_bound=False)
    assert "<script>" not in drawn
    assert "&lt;script&gt;" in drawn


def test_the_curve_ends_at_all_cases_and_stays_small() -> None:
    drawn = ecdf([float(value) for value in range(1, 100_001)], [5.0], 500.0)
    assert len(drawn) < 12_000
    assert "p95 limit 500 ms" in drawn
    assert ecdf([], [], None) == ""
    assert "V14.0" in ecdf([3.0], [], None)  # one case: the curve reaches the top line


def test_percentiles_are_nearest_rank() -> None:
    assert percentiles([float(value) for value in range(1, 101)]) == [50.0, 90.0, 95.0, 99.0, 100.0]
    assert percentiles([]) == [None] * 5


def test_history_needs_two_points_and_crosses_the_blocked() -> None:
    metrics = {"a.b": {"value": 0.5}}
    points = [
        HistoryPoint(at=f"2026-11-{day:02d}T00:00:00Z", run_id=str(day), commit="c", verdict=verdict, metrics=metrics)
        for day, verdict in ((1, "pass"), (2, "fail"))
    ]
    assert history(points[:1], "a.b", None) == ""
    assert history(points, "other", None) == ""
    drawn = history(points, "a.b", 0.4)
    assert drawn.count('class="blocked"') == drawn.count('class="run"') == 1
    assert "1 Nov" in drawn
