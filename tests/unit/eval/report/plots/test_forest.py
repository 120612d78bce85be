from __future__ import annotations

import re
from typing import Any

import pytest

from goldgate.eval.report.gates import Gate, read
from goldgate.eval.report.plots.forest import describe, forest_row, own_scale, shared_scale
from goldgate.eval.report.plots.scale import Scale

RULE = {"metric": "retrieval.recall@10", "rule": "max_drop 0.03", "verdict": "fail"}
DROP = RULE | {"diff": -0.06, "ci_low": -0.09, "ci_high": -0.03}


def gate(**changes: Any) -> Gate:
    return read({"gates": [DROP | changes]})[0]


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


def test_hostile_names_are_text() -> None:
    drawn = forest_row(gate(slice={"kind": "<script>"}), own_scale(gate()), label_bound=False)
    assert "<script>" not in drawn
    assert "&lt;script&gt;" in drawn
