"""What stands around the evaluation of the invented run: chain, contract, changes, history."""

from __future__ import annotations

from typing import Any

from goldgate.eval.report.model import ChainLink, Change, ChangeBlock, DigestCheck, HistoryPoint


def chain() -> tuple[ChainLink, ...]:
    """The links of a run that the evaluation stopped."""
    return (
        ChainLink(label="commit", value="9f31c2e", state="ok"),
        ChainLink(label="image", value="sha256:7ac1" + "0d" * 30, state="ok", detail="212.6 MB", seconds=2.1),
        ChainLink(label="contract", value="14 of 14", state="ok", seconds=6.4),
        ChainLink(label="evaluation", value="blocked", state="failed", seconds=114.8),
        ChainLink(label="running", value="sha256:6b02" + "9e" * 30, state="info", detail="The old image keeps serving"),
    )


def contract() -> dict[str, Any]:
    """Checks that all hold."""
    names = ("healthy in time", "loader, cold", "loader, warm", "smoke events", "4xx on bad input", "not root", "read-only")
    return {"checks": [{"name": name, "ok": True, "seconds": 0.4 + at, "detail": ""} for at, name in enumerate(names)]}


def digests() -> tuple[DigestCheck, ...]:
    """Two links that hold, three that were not reached."""
    image = "sha256:7ac1" + "0d" * 30
    same = "the same image ID"
    return (
        DigestCheck(stage="contract", names=("built", "tested"), state="ok", left=image, right=image, told=same),
        DigestCheck(stage="evaluation", names=("tested", "evaluated"), state="ok", left=image, right=image, told=same),
        DigestCheck(stage="push", names=("evaluated", "pushed"), state="not reached", left=image),
        DigestCheck(stage="release", names=("pushed", "released"), state="not reached"),
        DigestCheck(stage="running", names=("released", "running"), state="not reached"),
    )


def changed() -> tuple[Change, ...]:
    """What the first screen says of the changes."""
    return (
        Change(name="commits", words="3 commits"),
        Change(name="ml_config.yaml", words="retrieval.fusion, retrieval.k"),
        Change(name="gold set", words="unchanged, 240 cases", changed=False),
        Change(name="image", words="212.4 → 212.6 MB, 1 of 8 layers new"),
        Change(name="base", words="python:3.11-slim-bookworm, same digest", changed=False),
        Change(name="packages", words="unchanged", changed=False),
        Change(name="data", words="same version", changed=False),
    )


def changes() -> tuple[ChangeBlock, ...]:
    """A changed setting and facts on image and data."""
    diff = ("  retrieval:", "-   fusion: weighted, alpha: 0.6", "+   fusion: reciprocal_rank, k: 60", "    top_k: 10")
    facts = (
        "image: 212.4 → 212.6 MB, app layer only",
        "base: python:3.11-slim-bookworm, same digest",
        "packages: none changed",
        "gold set: 51c0… unchanged, 240 cases",
        "data: sentences.parquet, same version",
    )
    config = ChangeBlock(title="ml_config.yaml", kind="diff", lines=diff)
    return (config, ChangeBlock(title="Image and data", kind="facts", lines=facts))


def history() -> tuple[HistoryPoint, ...]:
    """Twelve evaluations, two of them blocked."""
    values = (0.83, 0.85, 0.86, 0.83, 0.87, 0.88, 0.88, 0.9, 0.91, 0.905, 0.92, 0.9)
    blocked = (3, 11)
    return tuple(
        HistoryPoint(
            at=f"2026-{10 + (at > 8)}-{1 + 3 * at if at < 9 else 4 * (at - 8):02d}T10:00:00Z",
            run_id=f"2026-{at}",
            commit=f"{at:07x}",
            verdict="fail" if at in blocked else "pass",
            kind="run" if at in blocked else "rollback" if at == 6 else "release",
            gates=gates_then(value, values[at - 1] if at else None, failed=at in blocked),
            url=f"../{at}/index.html",
        )
        for at, value in enumerate(values)
    )


def gates_then(value: float, live: float | None, *, failed: bool) -> tuple[dict[str, Any], ...]:
    """What an earlier evaluation left of its gates: recall on all and on hard questions, numbers, and the slowest answers."""
    verdict = "fail" if failed else "pass"
    recall = {"metric": "retrieval.recall@10", "value": value, "low": value - 0.03, "high": value + 0.03}
    hard = {"value": value - 0.06, "low": value - 0.13, "high": value + 0.01, "slice": {"difficulty": "hard"}}
    drop = {"rule": "max_drop", "limit": 0.04, "baseline": live, "slice": None}
    floor = {"rule": "min", "limit": 0.8, "baseline": None, "slice": None, "verdict": "pass"}
    p95 = {"metric": "latency.p95_ms", "value": 420 - 100 * (value - 0.8), "low": 380.0, "high": 450.0}
    number = {"metric": "answer.numeric_match", "value": value - 0.02, "low": value - 0.08, "high": value + 0.04}
    return (
        recall | drop | {"verdict": "pass"},
        recall | drop | hard | {"verdict": verdict, "baseline": None if live is None else live - 0.06},
        number | drop | {"verdict": "pass"},
        recall | floor,
        p95 | floor | {"rule": "max", "limit": 500.0},
    )
