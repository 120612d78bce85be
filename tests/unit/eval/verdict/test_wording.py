from __future__ import annotations

import pytest

from goldgate.eval.verdict.wording import allowance, distance, figure, movement, span


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
