from __future__ import annotations

import pytest

from goldgate.pipeline.config.metrics import KNOWN, is_fraction, is_metric, nearest_metric


@pytest.mark.parametrize("name", [*KNOWN, "retrieval.recall@10", "retrieval.map@1000", "judge.helpfulness", "custom.a.b-c"])
def test_known_names(name: str) -> None:
    assert is_metric(name)


@pytest.mark.parametrize(
    "name",
    [
        "recall@10",
        "retrieval.recall@0",
        "retrieval.recall@",
        "answer.token_f1@10",
        "answer",
        "custom.",
        "judge",
        "latency.p95",
        "regression.pinball",
        "regression.pinball@1.5",
        "Retrieval.recall",
    ],
)
def test_unknown_names(name: str) -> None:
    assert not is_metric(name)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("retrieval.recal@10", "retrieval.recall@10"),
        ("recall@10", "retrieval.recall@10"),
        ("retrieval.recall@0", "retrieval.recall@1"),
        ("answer.numericmatch", "answer.numeric_match"),
        ("f1_macro", "classification.f1_macro"),
        ("cost.usd", "cost.usd_per_case"),
        ("zzz", None),
    ],
)
def test_the_nearest_name(typed: str, meant: str | None) -> None:
    assert nearest_metric(typed) == meant


def test_fractions() -> None:
    assert all(is_fraction(name) for name in ("retrieval.ndcg@5", "answer.chrf", "errors.rate", "regression.interval_coverage"))
    assert not any(
        is_fraction(name) for name in ("latency.p95_ms", "regression.r2", "cost.usd_per_case", "judge.x", "custom.x")
    )
