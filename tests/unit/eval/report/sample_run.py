"""What stands around the evaluation of the invented run: chain, contract, changes, history."""

from __future__ import annotations

from typing import Any

from goldgate.eval.report.model import ChainLink, ChangeBlock, HistoryPoint


def chain() -> tuple[ChainLink, ...]:
    """The links of a run that the evaluation stopped."""
    return (
        ChainLink(label="commit", value="9f31c2e", state="ok"),
        ChainLink(label="image", value="sha256:7ac1" + "0d" * 30, state="ok", detail="212.6 MB"),
        ChainLink(label="contract", value="14 of 14", state="ok"),
        ChainLink(label="evaluation", value="blocked", state="failed"),
        ChainLink(label="running", value="sha256:6b02" + "9e" * 30, state="info", detail="The old image keeps serving"),
    )


def contract() -> dict[str, Any]:
    """Checks that all hold."""
    names = ("healthy in time", "loader, cold", "loader, warm", "smoke events", "4xx on bad input", "not root", "read-only")
    return {"checks": [{"name": name, "ok": True, "seconds": 0.4 + at, "detail": ""} for at, name in enumerate(names)]}


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
    return tuple(
        HistoryPoint(
            at=f"2026-{10 + (at > 8)}-{1 + 3 * at if at < 9 else 4 * (at - 8):02d}T10:00:00Z",
            run_id=f"2026-{at}",
            commit=f"{at:07x}",
            verdict="fail" if at in (3, 11) else "pass",
            metrics={"retrieval.recall@10": {"value": value, "ci_low": value - 0.03, "ci_high": value + 0.03}},
            url=f"../{at}/index.html",
        )
        for at, value in enumerate(values)
    )
