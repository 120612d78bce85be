from __future__ import annotations

import pytest

from goldgate.eval.results import GateResult, Verdict
from goldgate.eval.verdict.wording import allowance, distance, figure, headline, movement, named, span


@pytest.mark.parametrize(
    ("metric", "value", "shown", "apart"),
    [
        ("answer.token_f1", 0.7812, "0.781", "78.1 points"),
        ("latency.p95_ms", 1398.4, "1,398 ms", "1,398 ms"),
        ("latency.p50_ms", 1.26, "1.3 ms", "1.3 ms"),
        ("cost.usd_per_case", 0.0029, "$0.0029", "$0.0029"),
        ("cost.usd_per_case", 12.5, "$12.50", "$12.50"),
        ("tokens.input", 1204.4, "1,204 tokens", "1,204 tokens"),
        ("errors.rate", 0.01, "0.010", "1.0 points"),
    ],
)
def test_figures(metric: str, value: float, shown: str, apart: str) -> None:
    assert (figure(metric, value), distance(metric, -value)) == (shown, apart)


def test_spans_carry_signs() -> None:
    assert span("answer.token_f1", -0.09, 0.032) == " (-9.0 to +3.2)"
    assert span("latency.p95_ms", -20, 41) == " (-20 ms to +41 ms)"
    assert span("answer.token_f1", None, 0.1) == ""


def test_movements_and_allowances() -> None:
    assert movement("answer.token_f1", -0.061, -0.09, -0.032) == "fell by 6.1 points (-9.0 to -3.2)"
    assert movement("latency.p95_ms", 41, None, None) == "rose by 41 ms"
    assert movement("answer.token_f1", 0.0, -0.01, 0.01) == "did not move on average (-1.0 to +1.0)"
    limits = (("answer.token_f1", 0.03), ("answer.token_f1", 0.01), ("latency.p95_ms", 50), ("answer.token_f1", 0))
    assert [allowance(*limit) for limit in limits] == [
        "3.0 are allowed",
        "1.0 is allowed",
        "50 ms are allowed",
        "none is allowed",
    ]


def test_names() -> None:
    assert named("retrieval.recall@10", {"difficulty": "hard"}) == "recall@10 on difficulty=hard"
    assert named("latency.p95_ms", None) == "latency.p95_ms"
    assert named("errors.rate", None) == "errors.rate"


def gate(verdict: Verdict, reason: str = "is so") -> GateResult:
    return GateResult(metric="answer.token_f1", slice=None, rule="min 0.5", limit=0.5, verdict=verdict, reason=reason)


@pytest.mark.parametrize(
    ("verdict", "gates", "text"),
    [
        ("pass", [], "No gate is set; 9 cases were scored."),
        ("pass", [gate("pass")], "The one gate holds on 9 cases."),
        ("pass", [gate("pass")] * 3, "All 3 gates hold on 9 cases."),
        ("fail", [gate("inconclusive"), gate("fail", "fell")], "token_f1 fell."),
        ("fail", [gate("fail", "fell")] * 2, "token_f1 fell. 1 more gate fails."),
        ("fail", [gate("fail", "fell")] * 3, "token_f1 fell. 2 more gates fail."),
        ("inconclusive", [gate("pass"), gate("inconclusive", "is open")], "token_f1 is open."),
    ],
)
def test_the_headline_is_one_plain_sentence(verdict: Verdict, gates: list[GateResult], text: str) -> None:
    assert headline(verdict, gates, 9) == text
