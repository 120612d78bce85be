from __future__ import annotations

from typing import Any

import pytest

from goldgate.eval.report.model import HistoryPoint
from goldgate.eval.report.trends import gated, series

RECALL = {"metric": "retrieval.recall@10", "slice": None, "value": 0.9, "low": 0.86, "high": 0.93, "verdict": "pass"}
FLOOR = RECALL | {"rule": "min", "limit": 0.8, "baseline": None}
DROP = RECALL | {"rule": "max_drop", "limit": 0.02, "baseline": 0.91}
HARD = DROP | {"slice": {"difficulty": "hard"}, "value": 0.7}
P95 = {"metric": "latency.p95_ms", "slice": None, "value": 400.0, "low": None, "high": None, "verdict": "pass"}


def point(at: int, *gates: dict[str, Any]) -> HistoryPoint:
    return HistoryPoint(at=f"2026-11-{at:02d}T00:00:00Z", run_id=str(at), commit="c", verdict="pass", gates=gates)


def test_a_relative_gate_keeps_the_interval_of_its_value_not_of_its_difference() -> None:
    gate = {"metric": "retrieval.recall@10", "rule": "max_drop 0.02", "value": 0.9, "diff": -0.01, "verdict": "pass"}
    metrics = {"retrieval.recall@10": {"ci_low": 0.86, "ci_high": 0.93}}
    (found,) = gated({"gates": [gate | {"ci_low": -0.03, "ci_high": 0.01, "baseline": 0.91}], "metrics": metrics})
    assert (found["rule"], found["limit"], found["baseline"]) == ("max_drop", 0.02, 0.91)
    assert (found["low"], found["high"]) == (0.86, 0.93)


@pytest.mark.parametrize(
    ("slice_", "where"),
    [
        ({"difficulty": "hard"}, {"slices": [{"tag": "difficulty", "value": "hard"}]}),
        ({"kind": "span", "difficulty": "hard"}, {"pairs": [{"tag": "difficulty,kind", "value": "hard,span"}]}),
    ],
)
def test_the_interval_of_a_slice_is_that_of_its_slice(slice_: dict[str, str], where: dict[str, Any]) -> None:
    gate = {"metric": "m", "rule": "max_drop 0.02", "slice": slice_, "value": 0.7, "diff": 0.0, "verdict": "pass"}
    found = {"metric": "m", "ci_low": 0.6, "ci_high": 0.8}
    told = {key: [part | found for part in parts] for key, parts in where.items()}
    (kept,) = gated({"gates": [gate], **told})
    assert (kept["slice"], kept["low"], kept["high"]) == (slice_, 0.6, 0.8)


def test_a_gate_that_had_nothing_to_compare_with_is_unchecked() -> None:
    (kept,) = gated({"gates": [{"metric": "m", "rule": "max_drop 0.02", "value": 0.7, "verdict": "pass"}]})
    assert (kept["verdict"], kept["low"]) == ("unchecked", None)


def test_each_metric_and_slice_of_the_last_point_is_a_series() -> None:
    found = series([point(1, FLOOR, P95 | {"rule": "max", "limit": 500.0}), point(2, DROP, HARD, FLOOR), point(3, HARD, DROP)])
    assert [(one.metric, one.slice, [spot.place for spot in one.spots]) for one in found] == [
        ("retrieval.recall@10", {"difficulty": "hard"}, [1, 2]),
        ("retrieval.recall@10", None, [0, 1, 2]),
    ]


def test_one_value_is_no_series_and_no_points_are_none() -> None:
    assert series([point(1, P95 | {"rule": "max", "limit": 500.0}), point(2, FLOOR)]) == []
    assert series([]) == []


@pytest.mark.parametrize(
    ("gates", "bound"),
    [
        ((FLOOR,), 0.8),
        ((DROP,), 0.89),
        ((DROP, FLOOR), 0.89),
        ((DROP | {"baseline": None},), None),
        ((RECALL | {"rule": "max_rise", "limit": 0.05, "baseline": 0.1},), 0.15),
        ((P95 | {"rule": "max", "limit": 500.0}, P95 | {"rule": "max_rise", "limit": 50.0, "baseline": 390.0}), 440.0),
    ],
)
def test_the_bound_is_the_one_that_binds(gates: tuple[dict[str, Any], ...], bound: float | None) -> None:
    (one,) = series([point(1, *gates), point(2, *gates)])
    assert one.spots[0].bound == (None if bound is None else pytest.approx(bound))


def test_the_worst_of_a_metrics_gates_is_its_verdict() -> None:
    gates = (FLOOR, DROP | {"verdict": "fail"})
    (one,) = series([point(1, *gates), point(2, FLOOR | {"verdict": "unchecked"}, FLOOR | {"verdict": "inconclusive"})])
    assert [spot.verdict for spot in one.spots] == ["fail", "inconclusive"]
