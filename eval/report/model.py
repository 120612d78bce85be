"""What a report is made of: plain values, handed in by whoever ran the chain."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LinkState = Literal["ok", "failed", "not reached", "info", "warning"]
ChangeKind = Literal["diff", "facts"]


@dataclass(frozen=True, kw_only=True)
class ChainLink:
    """One stage of commit -> image -> contract -> evaluation -> push -> release -> running."""

    label: str
    value: str
    state: LinkState = "not reached"
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class ChangeBlock:
    """Something that differs from what is live: lines of a diff (`+`, `-`, blank) or facts (`name: value`)."""

    title: str
    kind: ChangeKind
    lines: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class HistoryPoint:
    """One earlier evaluation of the same service and environment, oldest first.

    `metrics` maps a metric's name to `{value, ci_low, ci_high}`; `url` opens that run's report.
    """

    at: str
    run_id: str
    commit: str
    verdict: str
    metrics: Mapping[str, Mapping[str, float | None]] = field(default_factory=dict)
    url: str | None = None


@dataclass(frozen=True, kw_only=True)
class Links:
    """Where the page leads: the index of runs and the run's JSON; `report` is the page's own address (for Markdown)."""

    all_runs: str | None = None
    json: str | None = None
    report: str | None = None


@dataclass(frozen=True, kw_only=True)
class ReportInput:
    """All that one report shows. Everything that a run did not reach is None or empty and is shown as not reached.

    `evaluation` is evaluation.json, `contract` is `{checks: [{name, ok, seconds, detail}]}`, `release` is
    `{status, steps: [{at, text}], cause, next, revision, url, digest}`; absent keys are tolerated. `cases` and
    `baseline_cases` are paths of cases.parquet. `headline` replaces the sentence after the verdict. `created_at` is
    ISO 8601 in UTC.
    """

    service: str
    environment: str
    run_id: str
    commit: str
    commit_subject: str = ""
    created_at: str = ""
    evaluation: dict[str, Any] | None = None
    cases: Path | None = None
    baseline_cases: Path | None = None
    chain: tuple[ChainLink, ...] = ()
    contract: dict[str, Any] | None = None
    release: dict[str, Any] | None = None
    changes: tuple[ChangeBlock, ...] = ()
    history: tuple[HistoryPoint, ...] = ()
    headline: str | None = None
    links: Links = field(default_factory=Links)
    reproduce: str = ""
    version: str = ""
