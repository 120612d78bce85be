from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest

from goldgate.eval.errors import UsageError
from goldgate.eval.results import Response
from goldgate.eval.verdict.gate import Gate
from goldgate.eval.verdict.sequential import Decision, Monitor, turning_share

from ..makers import case, gold_of, table

if TYPE_CHECKING:
    from collections.abc import Sequence

EXACT, F1 = "answer.exact_match", "answer.token_f1"
COUNT = 600


def run(right: Any, *, errors: int = 0, **columns: Any) -> pl.DataFrame:
    """A scored table of 600 cases, in the order in which they were asked."""
    gold = gold_of(*(case(f"c{place}", answer="x", tags={"kind": f"k{place % 2}"}) for place in range(COUNT)))
    given = {
        f"c{place}": Response(id=f"c{place}", answer="x", error="HTTP 500" if place < errors else None)
        for place in range(COUNT)
    }
    frame: pl.DataFrame = table(gold, **given).with_columns(pl.Series(EXACT, right, dtype=pl.Float64))
    return frame.with_columns(pl.Series(name, values) for name, values in columns.items())


def followed(gates: Sequence[Gate], rows: pl.DataFrame, live: pl.DataFrame | None, step: int = 20) -> Decision | None:
    """The first decision, with the rows handed over step by step."""
    monitor = Monitor(gates, live, rows)
    for start in range(0, COUNT, step):
        decision = monitor.update(rows[start : start + step])
        if decision is not None:
            return decision
    return None


def answers(seed: int, share: float) -> Any:
    return (np.random.default_rng(seed).random(COUNT) < share).astype(float)


def test_a_clear_fall_stops_early_and_fails() -> None:
    decision = followed([Gate(metric=EXACT, max_drop=0.03)], run(answers(1, 0.6)), run(np.ones(COUNT)))
    assert decision is not None
    (result,) = decision.results
    assert decision.verdict == result.verdict == "fail"
    assert decision.asked < 200
    assert result.ci_high is not None
    assert result.ci_high < -0.03
    assert (result.baseline, result.n, result.confidence) == (1.0, decision.asked, 0.975)
    assert result.reason.endswith(f"3.0 are allowed: sure after {decision.asked} cases")


def test_equal_answers_stop_early_and_pass() -> None:
    right = answers(1, 0.9)
    decision = followed([Gate(metric=EXACT, max_drop=0.05), Gate(metric=EXACT, min=0.6)], run(right), run(right))
    assert decision is not None
    assert decision.verdict == "pass"
    assert decision.asked < 400
    assert [result.rule for result in decision.results] == ["max_drop 0.05", "min 0.6"]
    assert (decision.results[0].ci_low or -1) > -0.05
    assert (decision.results[1].ci_low or 0) > 0.6


def test_a_rule_that_cannot_be_decided_early_keeps_a_pass_open_but_not_a_failure() -> None:
    right = answers(1, 0.9)
    open_rule = Gate(metric="latency.p95_ms", max_rise=50)
    assert followed([Gate(metric=EXACT, max_drop=0.05), open_rule], run(right), run(right)) is None
    decision = followed([Gate(metric=EXACT, min=0.95), open_rule], run(answers(1, 0.5)), run(right))
    assert decision is not None
    assert decision.verdict == "fail"
    assert decision.results[1].reason.startswith("was not decided: the asking stopped after")


@pytest.mark.parametrize("columns", [{"cluster": [f"d{place // 5}" for place in range(COUNT)]}, {"weight": [1.0, 2.0] * 300}])
def test_clusters_and_weights_are_left_to_the_end(columns: dict[str, Any]) -> None:
    rows = run(answers(1, 0.3), **columns)
    assert followed([Gate(metric=EXACT, max_drop=0.03)], rows, run(np.ones(COUNT))) is None


def test_nothing_is_decided_without_live_or_without_the_metric_there() -> None:
    rows = run(answers(1, 0.3))
    gates = [Gate(metric=EXACT, max_drop=0.03)]
    assert followed(gates, rows, None) is None
    assert followed(gates, rows, run(np.ones(COUNT)).drop(EXACT)) is None
    assert followed([Gate(metric=F1, min=0.5)], rows, None) is None


def test_live_may_be_asked_beside() -> None:
    rows, live = run(answers(1, 0.6)), run(np.ones(COUNT))
    gates = [Gate(metric=EXACT, max_drop=0.03)]
    stored, beside = Monitor(gates, live, rows), Monitor(gates, None, rows, beside=True)
    for start in range(0, COUNT, 20):
        decisions = stored.update(rows[start : start + 20]), beside.update(rows[start : start + 20], live[start : start + 20])
        assert decisions[0] == decisions[1]
        if decisions[0] is not None:
            return
    pytest.fail("a clear fall was not seen")


def test_a_slice_counts_its_own_cases() -> None:
    right = np.where(np.arange(COUNT) % 2, 1.0, answers(3, 0.2))
    gate = Gate(metric=EXACT, min=0.6, slice={"kind": "k0"})
    decision = followed([gate], run(right), None)
    assert decision is not None
    assert (decision.verdict, decision.results[0].n) == ("fail", decision.asked // 2)


def test_many_errors_keep_a_pass_open() -> None:
    right = [None] * 60 + [1.0] * 540
    assert followed([Gate(metric=EXACT, min=0.5)], run(right, errors=60)[:500], None) is None
    assert followed([Gate(metric=EXACT, min=0.5)], run([1.0] * COUNT), None) is not None


def test_one_error_decides_where_none_is_allowed() -> None:
    decision = followed([Gate(metric="errors.rate", max=0.0)], run(np.ones(COUNT), errors=1), None)
    assert decision is not None
    assert (decision.verdict, decision.asked) == ("fail", 20)


def test_a_fraction_that_leaves_its_bounds_is_left_to_the_end() -> None:
    assert (
        followed(
            [Gate(metric="custom.score", min=0.9)],
            run(np.ones(COUNT)).with_columns(pl.Series("custom.score", [1.5, 0.0] * 300)),
            None,
        )
        is None
    )


def test_two_sides_beyond_their_bounds_are_left_to_the_end_though_their_difference_is_not() -> None:
    rows = run(np.ones(COUNT)).with_columns(pl.Series("custom.score", [1.5, 1.2] * 300))
    live = run(np.ones(COUNT)).with_columns(pl.Series("custom.score", [1.9] * COUNT))
    assert followed([Gate(metric="custom.score", max_drop=0.05)], rows, live) is None


def latencies(seed: int, beyond: float) -> Any:
    """600 latencies of which a share takes 900 ms, the others up to 400."""
    generator = np.random.default_rng(seed)
    return np.where(generator.random(COUNT) < beyond, 900.0, generator.uniform(100, 400, COUNT))


@pytest.mark.parametrize(
    ("gate", "beyond", "verdict"),
    [
        (Gate(metric="latency.p95_ms", max=500), 0.005, "pass"),
        (Gate(metric="latency.p95_ms", max=500), 0.15, "fail"),
        (Gate(metric="latency.p50_ms", min=90), 0.0, "pass"),
        (Gate(metric="latency.p50_ms", min=500), 0.2, "fail"),
    ],
)
def test_a_quantile_is_decided_by_the_share_within_its_limit(gate: Gate, beyond: float, verdict: str) -> None:
    decision = followed([gate], run(np.ones(COUNT), latency_ms=latencies(1, beyond)), None)
    assert decision is not None
    assert decision.verdict == verdict
    assert decision.asked < 400
    assert "of the answers below it: sure after" in decision.results[0].reason


def test_a_quantile_near_its_limit_or_of_cases_without_a_value_is_left_to_the_end() -> None:
    gate = Gate(metric="latency.p95_ms", max=500)
    decision = followed([gate], run(np.ones(COUNT), latency_ms=latencies(1, 0.05)), None)
    assert decision is None or decision.asked > 0.9 * COUNT
    gaps = [None, *latencies(1, 0.3)[1:]]
    assert followed([gate], run(np.ones(COUNT), latency_ms=gaps), None) is None


@pytest.mark.parametrize("quantile", [0.0, 0.5, 0.95, 0.99, 1.0])
def test_a_quantile_lies_on_the_side_that_the_share_tells(quantile: float) -> None:
    """For every number of values and every number of them below a limit of 0."""
    for total in range(1, 130):
        turning = turning_share(quantile, total) * total
        for below in range(total + 1):
            values = np.repeat([-1.0, 1.0], [below, total - below])
            found = np.quantile(values, quantile)
            if below > turning:
                assert found == -1
            if below < turning:
                assert found == 1
        assert abs(turning - quantile * total) <= 1


def test_changed_cases_are_not_compared() -> None:
    live = run(np.ones(COUNT)).with_columns(input=pl.lit("another question"))
    assert followed([Gate(metric=EXACT, max_drop=0.03)], run(np.zeros(COUNT)), live) is None


def test_the_rest_of_the_error_is_left_for_the_end() -> None:
    rows = run(answers(1, 0.9))
    assert Monitor([], None, rows, confidence=0.95).final_confidence == pytest.approx(0.975)
    with pytest.raises(UsageError, match="no metric"):
        Monitor([Gate(metric="answer.nonsense", min=0.5)], None, rows)


def test_at_the_margin_it_rarely_stops() -> None:
    """True falls of exactly the margin in 20 runs; bench/sequential.py has 2,000."""
    stopped = 0
    for seed in range(20):
        generator = np.random.default_rng(seed)
        live = (generator.random(COUNT) < 0.9).astype(float)
        here = np.where(generator.random(COUNT) < 0.05 / 0.9, 0.0, live)
        stopped += followed([Gate(metric=EXACT, max_drop=0.05)], run(here), run(live), step=60) is not None
    assert stopped <= 3
