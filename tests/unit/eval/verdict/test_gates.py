from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest

from goldgate.eval.case import Case
from goldgate.eval.errors import UsageError
from goldgate.eval.results import GateResult, Response
from goldgate.eval.score.scoring import score
from goldgate.eval.verdict.common import common_cases
from goldgate.eval.verdict.correction import CORRECTIONS
from goldgate.eval.verdict.gates import Gate, judge, moved

from ..makers import case, gold_of, table

if TYPE_CHECKING:
    from collections.abc import Sequence

METRIC = "answer.exact_match"


def run(
    right: Sequence[float | None], *, metric: str = METRIC, tags: list[str] | None = None, errors: int = 0, **columns: Any
) -> pl.DataFrame:
    """A table whose metric column holds `right`; the last `errors` cases ended in an infrastructure error."""
    count = len(right)
    kinds = tags or ["easy"] * count
    gold = gold_of(*(case(f"c{place}", answer="x", tags={"difficulty": kinds[place]}) for place in range(count)))
    given = {
        f"c{place}": Response(id=f"c{place}", answer="x", error="HTTP 500" if place >= count - errors else None)
        for place in range(count)
    }
    frame: pl.DataFrame = table(gold, **given).with_columns(pl.Series(metric, right, dtype=pl.Float64))
    return frame.with_columns(pl.Series(name, values) for name, values in columns.items())


def only(frame: pl.DataFrame, live: pl.DataFrame | None, **gate: Any) -> GateResult:
    verdict, results = judge(frame, live, [Gate(**{"metric": METRIC, **gate})])
    assert len(results) == 1
    assert verdict == results[0].verdict
    return results[0]


@pytest.mark.parametrize(
    ("values", "limits", "verdict"),
    [
        ([0.5999] * 4, {"min": 0.6}, "fail"),
        ([1.0] * 3 + [0.0] * 2, {"min": 0.6}, "pass"),
        ([1.0] * 144 + [0.0] * 96, {"min": 0.6}, "pass"),
        ([1.0] * 599 + [0.0] * 401, {"min": 0.6}, "fail"),
        ([0.2] * 5, {"max": 0.2}, "pass"),
        ([0.2000001] * 5, {"max": 0.2}, "fail"),
        ([1.0], {"min": 1.0}, "pass"),
    ],
)
def test_absolute_limits_are_exact(values: list[float | None], limits: dict[str, float], verdict: str) -> None:
    assert only(run(values), None, **limits).verdict == verdict


def test_a_miss_that_rounding_would_hide_shows_its_digits() -> None:
    assert only(run([0.5999] * 4), None, min=0.6).reason == "is 0.5999 against min 0.6"


def test_an_absolute_gate_shows_its_interval_and_count() -> None:
    found = only(run([1.0] * 8 + [0.0] * 2), None, min=0.5)
    assert (found.value, found.n, found.rule, found.limit) == (0.8, 10, "min 0.5", 0.5)
    assert (found.ci_low, found.ci_high) == pytest.approx((0.4902, 0.9433), abs=1e-4)


def test_a_clear_fall_fails() -> None:
    found = only(run([1.0] * 140 + [0.0] * 60), run([1.0] * 190 + [0.0] * 10), max_drop=0.03)
    assert (found.verdict, found.baseline) == ("fail", 0.95)
    assert found.diff == pytest.approx(-0.25)
    assert found.ci_high is not None
    assert found.ci_high < -0.03
    assert found.p_adjusted is not None
    assert 0 < found.p_adjusted < 0.001
    assert found.reason == "fell by 25.0 points (-31.4 to -19.5); 3.0 are allowed"


def test_a_small_fall_on_few_cases_is_open_and_says_what_would_settle_it() -> None:
    found = only(run([1.0] * 37 + [0.0] * 3), run([1.0] * 38 + [0.0] * 2), max_drop=0.03)
    assert found.verdict == "inconclusive"
    assert found.cases_needed is not None
    assert found.cases_needed > 40
    assert f"not sure on 40 cases, about {found.cases_needed:,} would settle it" in found.reason


def test_enough_cases_settle_a_small_fall() -> None:
    found = only(run([1.0] * 3700 + [0.0] * 300), run([1.0] * 3720 + [0.0] * 280), max_drop=0.03)
    assert found.verdict == "pass"
    assert found.diff == pytest.approx(-0.005)


def test_a_rise_is_no_drop() -> None:
    assert only(run([1.0] * 200), run([1.0] * 150 + [0.0] * 50), max_drop=0.0).verdict == "pass"


def test_equal_answers_pass_with_the_honest_statement() -> None:
    found = only(run([1.0, 0.0, 1.0]), run([1.0, 0.0, 1.0]), max_drop=0.0)
    assert (found.verdict, found.diff, found.ci_low) == ("pass", 0.0, None)
    assert found.reason == "did not move: all 3 common cases score exactly as live"


def test_equal_scores_of_other_answers_pass_only_where_enough_cases_say_so() -> None:
    here = run([1.0] * 60).with_columns(answer=pl.lit("x, said otherwise"))
    few = only(here, run([1.0] * 60), max_drop=0.03)
    assert (few.verdict, few.diff, few.cases_needed) == ("inconclusive", 0.0, 126)
    assert few.reason == (
        "did not move: all 60 common cases score exactly as live, which can hide a fall of 6.0 points; 3.0 are allowed,"
        " about 126 cases that stay so would settle it"
    )
    many = run([1.0] * 126).with_columns(answer=pl.lit("x, said otherwise"))
    assert only(many, run([1.0] * 126), max_drop=0.03).verdict == "pass"
    assert only(run([1.0] * 60), run([1.0] * 60), max_drop=0.03).verdict == "pass"


def test_the_correction_is_a_choice() -> None:
    names = [f"answer.{name}" for name in ("exact_match", "contains", "token_f1")]
    frame = run([1.0] * 88 + [0.0] * 12).with_columns(pl.col(METRIC).alias(name) for name in names)
    live = run([1.0] * 92 + [0.0] * 8).with_columns(pl.col(METRIC).alias(name) for name in names)
    gates = [Gate(metric=name, max_drop=0.12) for name in names]
    levels = {name: judge(frame, live, gates, correction=name)[1][0].confidence for name in CORRECTIONS}
    assert levels == {"holm": 1 - 0.05 / 3, "bh": pytest.approx(0.95), "none": 0.95}
    with pytest.raises(UsageError, match="no correction"):
        judge(frame, live, gates, correction="tukey")  # type: ignore[arg-type]


def test_a_gate_tells_the_smallest_effect_that_it_could_see() -> None:
    here, there = run([1.0] * 180 + [0.0] * 20), run([0.0] * 20 + [1.0] * 180)
    found = only(here, there, max_drop=0.03)
    assert found.smallest_effect == pytest.approx((1.96 + 0.8416) * (40 / 200 / 200) ** 0.5, rel=1e-3)


def test_an_aggregate_is_gated_like_a_mean() -> None:

    generator = np.random.default_rng(0)
    expected = generator.normal(0, 3, 300)
    gold = gold_of(*(case(f"c{place}", value=float(value)) for place, value in enumerate(expected)))

    def answered(spread: float) -> pl.DataFrame:
        said = expected + generator.normal(0, spread, 300)
        responses = {f"c{place}": Response(id=f"c{place}", value=float(value)) for place, value in enumerate(said)}
        return score(table(gold, **responses), gold, ["regression.rmse"])

    live, same, worse = answered(1.0), answered(1.0), answered(1.5)
    for frame, verdict in ((same, "pass"), (worse, "fail")):
        result = only(frame, live, metric="regression.rmse", max_rise=0.25)
        assert (result.verdict, result.n) == (verdict, 300)
    assert only(worse, live, metric="regression.rmse", max=2.0).ci_low == pytest.approx(1.39, abs=0.1)


def test_without_a_baseline_drops_do_not_block_and_say_so() -> None:
    verdict, results = judge(run([1.0] * 5), None, [Gate(metric=METRIC, min=0.5, max_drop=0.01)])
    assert verdict == "pass"
    assert [found.reason for found in results] == [
        "is 1.000 against min 0.500",
        "no baseline: only absolute limits were checked",
    ]


def test_max_rise_holds_for_cost_and_latency() -> None:
    live = run([1.0] * 100, latency_ms=[100.0 + place for place in range(100)], cost_usd=[0.01] * 100)
    same = run([1.0] * 100, latency_ms=[101.0 + place for place in range(100)], cost_usd=[0.01] * 100)
    slow = run(
        [1.0] * 100, latency_ms=[300.0 + place for place in range(100)], cost_usd=[0.02 + place / 1e4 for place in range(100)]
    )
    gates = [Gate(metric="latency.p95_ms", max_rise=50), Gate(metric="cost.usd_per_case", max_rise=0.001)]
    assert judge(same, live, gates)[0] == "pass"
    assert [found.verdict for found in judge(slow, live, gates)[1]] == ["fail", "fail"]
    assert "rose by 200 ms" in judge(slow, live, gates)[1][0].reason


def test_holm_widens_the_intervals_of_a_family() -> None:
    names = [f"answer.{name}" for name in ("exact_match", "contains", "token_f1")]
    here = [1.0] * 88 + [0.0] * 12
    there = [1.0] * 93 + [0.0] * 7
    frame = run(here).with_columns(pl.col(METRIC).alias(name) for name in names)
    live = run(there).with_columns(pl.col(METRIC).alias(name) for name in names)
    alone = only(frame, live, max_drop=0.1)
    _, family = judge(frame, live, [Gate(metric=name, max_drop=0.1) for name in names])
    assert all(found.p_adjusted == pytest.approx(min(1, 3 * (alone.p_adjusted or 0))) for found in family)
    assert {found.confidence for found in family} == {1 - 0.05 / 3}
    assert (family[0].ci_low or 0) < (alone.ci_low or 0)


def test_a_slice_looks_at_its_own_cases() -> None:
    tags = ["hard"] * 50 + ["easy"] * 50
    frame = run([0.0] * 40 + [1.0] * 60, tags=tags)
    assert only(frame, None, min=0.5).verdict == "pass"
    found = only(frame, None, min=0.5, slice={"difficulty": "hard"})
    assert (found.verdict, found.n, found.slice) == ("fail", 50, {"difficulty": "hard"})


@pytest.mark.parametrize(
    ("frame", "gate", "reason"),
    [
        (run([1.0]), {"slice": {"difficulty": "odd"}, "min": 0.5}, "has no value: no case carries difficulty=odd"),
        (run([1.0]), {"slice": {"colour": "red"}, "min": 0.5}, "has no value: no case carries colour=red"),
        (run([1.0]), {"metric": "answer.boolean_match", "min": 0.5}, "has no value: no case has expected.boolean"),
        (run([1.0]), {"metric": "cost.usd_per_case", "max": 1}, "has no value: the service's answers give no cost_usd"),
        (run([None, None], errors=2), {"min": 0.5}, "has no value: 2 of 2 cases ended in an infrastructure error"),
    ],
)
@pytest.mark.parametrize("live", [None, run([1.0])])
def test_a_gate_without_values_is_open_and_says_why(
    frame: pl.DataFrame, gate: dict[str, Any], reason: str, live: pl.DataFrame | None
) -> None:
    for limits in (gate, {key: value for key, value in gate.items() if key not in {"min", "max"}} | {"max_drop": 0.1}):
        found = only(frame, live, **limits)
        assert (found.verdict, found.reason) == ("inconclusive", reason)


def test_many_errors_leave_a_pass_open_but_not_a_failure() -> None:
    found = only(run([1.0] * 9 + [None], errors=1), None, min=0.5)
    assert found.verdict == "inconclusive"
    assert found.reason == "is 1.000 against min 0.500, but 1 of 10 cases ended in an infrastructure error"
    assert only(run([1.0] * 99 + [None], errors=1), None, min=0.5).verdict == "pass"
    assert only(run([0.0] * 9 + [None], errors=1), None, min=0.5).verdict == "fail"
    assert only(run([1.0] * 9 + [None], errors=1), None, metric="errors.rate", max=0.0).verdict == "fail"


def test_lost_evidence_is_missing_and_no_miss() -> None:
    gold = gold_of(case("a", evidence={"s1": 1}), Case(id="b", input="q", evidence_missing=("s2",)))
    scored = score(table(gold, a=Response(id="a", answer="x", retrieved=("s1",)), b="x"), gold, ["retrieval.recall@10"])
    found = only(scored, None, metric="retrieval.recall@10", min=1.0)
    assert (found.verdict, found.n) == ("pass", 1)
    lost = only(scored.filter(scored["id"] == "b"), None, metric="retrieval.recall@10", min=1.0)
    assert lost.reason == "has no value: the corpus lacks the evidence of all 1 cases"


def test_only_common_unchanged_cases_are_compared() -> None:
    here, there = run([1.0, 0.0, 1.0, 1.0]), run([1.0, 1.0, 1.0])
    there = there.with_columns(
        expected=pl.when(there["id"] == "c1").then(pl.lit('{"answer": "old"}')).otherwise(there["expected"])
    )
    shared = common_cases(here, there)
    assert (shared.here["id"].to_list(), shared.only_here, shared.only_there, shared.changed) == (
        ["c0", "c2"],
        ["c3"],
        [],
        ["c1"],
    )
    assert only(here, there, max_drop=0.0).reason == "did not move: all 2 common cases score exactly as live"


def test_two_sets_without_a_common_case_leave_a_drop_open() -> None:
    there = run([1.0]).with_columns(id=pl.lit("other"))
    found = only(run([1.0]), there, max_drop=0.1)
    assert (found.verdict, found.reason) == ("inconclusive", "has no case in common with live that both have a value for")


def test_the_worst_rule_decides() -> None:
    frame = run([1.0] * 5)
    gates = [Gate(metric=METRIC, min=0.5), Gate(metric="answer.list_f1", min=0.5)]
    assert judge(frame, None, gates)[0] == "inconclusive"
    assert judge(frame, None, [*gates, Gate(metric=METRIC, max=0.5)])[0] == "fail"
    assert judge(frame, None, gates[:1])[0] == "pass"
    assert judge(frame, None, []) == ("pass", [])


def test_a_gate_on_an_unknown_metric_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match=r'no metric "answer\.exactmatch"; did you mean "answer\.exact_match"\?'):
        judge(run([1.0]), None, [Gate(metric="answer.exactmatch", min=0.5)])


@pytest.mark.parametrize("limits", [{}, {"max_drop": -0.1}, {"min": float("nan")}])
def test_a_gate_that_cannot_be_held_is_a_usage_error(limits: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=METRIC):
        Gate(metric=METRIC, **limits)


def test_cases_that_moved_come_worst_first() -> None:
    here = run([1.0, 0.2, 0.0, 0.9, None], metric="answer.token_f1").with_columns(pl.Series(METRIC, [1.0, 0.0, 0.0, 1.0, None]))
    there = run([1.0, 0.5, 1.0, 0.5, 1.0], metric="answer.token_f1").with_columns(pl.Series(METRIC, [1.0, 0.0, 1.0, 0.0, 1.0]))
    assert moved(common_cases(here, there), ["answer.token_f1", METRIC, "latency.p95_ms"]) == (["c2", "c1"], ["c3"])
