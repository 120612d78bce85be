"""Whole records with few words: each maker takes the fields that a test cares about."""

from __future__ import annotations

from typing import Any

from goldgate.pipeline.ledger import Release
from goldgate.pipeline.records import (
    ContractRecord,
    EvaluationRecord,
    ImageRecord,
    PushRecord,
    ReleaseRecord,
    VerificationRecord,
)

IMAGE = f"sha256:{'1' * 64}"
OTHER_IMAGE = f"sha256:{'2' * 64}"
DIGEST = f"sha256:{'b' * 64}"
COMMIT = "9f31c2e" + "0" * 33
COMMON: dict[str, Any] = {"service": "finrag", "image_id": IMAGE, "started_at": "2026-11-20T14:02:12Z", "seconds": 2.1}


def image_record(**fields: Any) -> ImageRecord:
    told: dict[str, Any] = {
        **COMMON,
        "commit": COMMIT,
        "dirty": False,
        "tag": f"finrag:{COMMIT[:12]}",
        "size_bytes": 212_600_000,
        "layers": ["sha256:aa", "sha256:bb"],
        "built_layers": 1,
        "cached_layers": 3,
    }
    return ImageRecord(**{**told, **fields})


def contract_record(**fields: Any) -> ContractRecord:
    check = {"name": "becomes healthy", "ok": True, "seconds": 0.1, "detail": "after 0.1 s of 60"}
    return ContractRecord(**{**COMMON, "passed": True, "checks": [check], **fields})


def gate(**fields: Any) -> dict[str, Any]:
    told: dict[str, Any] = {
        "metric": "retrieval.recall@10",
        "slice": None,
        "rule": "min 0.8",
        "limit": 0.8,
        "verdict": "pass",
        "reason": "is 0.910",
        "value": 0.91,
        "baseline": None,
        "diff": None,
        "ci_low": None,
        "ci_high": None,
        "p_adjusted": None,
    }
    return {**told, **fields}


def evaluation_record(**fields: Any) -> EvaluationRecord:
    told: dict[str, Any] = {
        **COMMON,
        "verdict": "pass",
        "gold_set": {"path": "gold.jsonl", "sha256": "ab" * 32, "cases": 240},
        "subject": {"kind": "container", "address": "/query", "digest": IMAGE},
        "metrics": {"retrieval.recall@10": {"value": 0.91, "ci_low": 0.87, "ci_high": 0.94, "n": 240, "missing": 0}},
        "slices": [],
        "gates": [gate()],
        "baseline": None,
        "latency": {"p50": 120.0, "p95": 398.0, "p99": 610.0, "mean": 150.0},
        "cost": {"usd": 0.7, "input_tokens": 1000, "output_tokens": 200},
        "timing": {"started_at": "2026-11-20T14:02:12Z", "seconds": 112.0, "requests_per_second": 38.2},
        "fingerprint": "f" * 64,
        "headline": "The one gate holds on 240 cases.",
    }
    return EvaluationRecord(**{**told, **fields})


def push_record(**fields: Any) -> PushRecord:
    told: dict[str, Any] = {
        **COMMON,
        "repository": "finrag",
        "reference": f"127.0.0.1:4566/finrag@{DIGEST}",
        "digest": DIGEST,
        "tag": "9f31c2e00000-111111111111",
        "already_there": False,
        "pushed_bytes": 4096,
    }
    return PushRecord(**{**told, **fields})


def release_record(**fields: Any) -> ReleaseRecord:
    told: dict[str, Any] = {
        **COMMON,
        "environment": "local",
        "target": "ecs",
        "status": "released",
        "digest": DIGEST,
        "steps": [{"at": "2026-11-20T14:04:00Z", "text": "registered finrag:41"}],
        "task_definition": "arn:aws:ecs:us-east-1:123456789012:task-definition/finrag:41",
    }
    return ReleaseRecord(**{**told, **fields})


def verification_record(**fields: Any) -> VerificationRecord:
    running = [{"task": "t1", "digest": DIGEST, "health": "HEALTHY"}]
    return VerificationRecord(
        **{**COMMON, "environment": "local", "ok": True, "digest": DIGEST, "running": running, "probes": 5, **fields}
    )


def release(**fields: Any) -> Release:
    """An entry of the ledger."""
    told: dict[str, Any] = {
        "service": "finrag",
        "environment": "local",
        "run_id": "20261119-090000-6b02aaa",
        "commit": "6b02aaa" + "0" * 33,
        "image_id": IMAGE,
        "digest": DIGEST,
        "reference": f"127.0.0.1:4566/finrag@{DIGEST}",
        "evaluation": "records/x.json",
        "cases": None,
        "gold_sha": "ab" * 32,
        "verdict": "pass",
        "released_at": "2026-11-19T09:01:00Z",
        "task_definition": "finrag:40",
    }
    return Release(**{**told, **fields})
