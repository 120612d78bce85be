from __future__ import annotations

import pytest

from goldgate.eval.score.registry import METRICS, OPERATIONAL, default_names, measure
from goldgate.pipeline.config.metrics import EXAMPLES, KNOWN, WITH_A_NUMBER, is_fraction, is_metric, nearest_metric


@pytest.mark.parametrize(
    "name",
    [*KNOWN, *EXAMPLES, "retrieval.recall@10", "repeats.pass^8", "retrieval.map@1000", "judge.helpfulness", "custom.a.b-c"],
)
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
        "repeats.pass",
        "repeats.pass^0",
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
        ("repeats.pas^1", "repeats.pass^1"),
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


def test_the_evaluator_computes_the_same_metrics() -> None:
    default_names()
    ours = {name for name, found in METRICS.items() if not found.user} | OPERATIONAL.keys()
    assert ours == {*KNOWN, *WITH_A_NUMBER}


@pytest.mark.parametrize("name", [*KNOWN, *EXAMPLES, "retrieval.recall@5"])
def test_the_evaluator_agrees_on_what_is_a_fraction(name: str) -> None:
    assert is_fraction(name) is (measure(name).unit == "fraction")
