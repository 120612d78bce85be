from __future__ import annotations

from typing import Any

import pytest

from goldgate.eval.report.gates import Gate, read


def gate(**changes: Any) -> Gate:
    raw = {"metric": "retrieval.recall@10", "rule": "max_drop 0.03", "verdict": "fail", "diff": -0.06} | changes
    return read({"gates": [raw]})[0]


@pytest.mark.parametrize(
    ("written", "rule", "bound"),
    [
        ("max_drop 0.02", "max_drop", 0.02),
        ("min 0.8", "min", 0.8),
        ("max 500", "max", 500.0),
        ("max_rise 50", "max_rise", 50.0),
        ({"max_drop": 0.02}, "max_drop", 0.02),
    ],
)
def test_a_rule_is_read_however_it_is_written(written: object, rule: str, bound: float) -> None:
    found = gate(rule=written)
    assert (found.rule, found.bound) == (rule, bound)


def test_a_limit_beside_the_rule_counts() -> None:
    assert gate(rule="max_drop", limit=0.05).bound == 0.05


def test_failed_gates_come_first_and_the_order_of_the_file_stays() -> None:
    verdicts = ("pass", "inconclusive", "fail", "pass")
    raw = [{"metric": f"m.{n}", "rule": "min 0.5", "verdict": verdict} for n, verdict in enumerate(verdicts)]
    assert [found.metric for found in read({"gates": raw})] == ["m.2", "m.1", "m.0", "m.3"]


@pytest.mark.parametrize(
    ("changes", "room"),
    [
        ({"rule": "max_drop 0.03", "diff": -0.06}, -0.03),
        ({"rule": "max_rise 50", "metric": "latency.p95_ms", "diff": 20.0}, 30.0),
        ({"rule": "min 0.8", "value": 0.75}, -0.05),
        ({"rule": "max 500", "metric": "latency.p95_ms", "value": 398.0}, 102.0),
        ({"rule": "min 0.8", "value": None}, None),
    ],
)
def test_room_to_the_bound(changes: dict[str, Any], room: float | None) -> None:
    assert gate(**changes).room == pytest.approx(room)


def test_a_drop_without_a_baseline_is_neither_held_nor_failed() -> None:
    found = gate(diff=None, verdict="pass", reason="no baseline")
    assert (found.unchecked, found.state, found.sign, found.word) == (True, "", "·", "Not checked")
    assert not gate(diff=-0.01, verdict="pass").unchecked


@pytest.mark.parametrize(("low", "high", "crosses"), [(-0.05, 0.01, True), (-0.02, 0.01, False), (-0.09, -0.031, False)])
def test_an_interval_crosses_its_bound_or_not(low: float, high: float, crosses: bool) -> None:
    assert gate(verdict="inconclusive", ci_low=low, ci_high=high).crosses is crosses


def test_the_level_of_the_interval_is_what_the_correction_left() -> None:
    assert gate(confidence=1 - 0.05 / 3).level == "98.3 %"
    assert gate().level == "95 %"


def test_broken_input_does_not_break_the_page() -> None:
    assert read(None) == []
    assert read({"gates": ["nonsense", {}]})[0].verdict == "inconclusive"
