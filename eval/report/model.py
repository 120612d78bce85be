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
    """One stage of commit -> image -> contract -> evaluation -> push -> release -> running; `seconds` is what it took."""

    label: str
    value: str
    state: LinkState = "not reached"
    detail: str = ""
    seconds: float | None = None


@dataclass(frozen=True, kw_only=True)
class DigestCheck:
    """One link of built = tested = evaluated = pushed = released = running, held against the records.

    `stage` is the chain's label of the later side, `names` are the two sides, `left` and `right` their digests (empty where
    a side was not reached), `told` says in a sentence what was compared or what differs.
    """

    stage: str
    names: tuple[str, str]
    state: LinkState
    left: str = ""
    right: str = ""
    told: str = ""


@dataclass(frozen=True, kw_only=True)
class Change:
    """One line of what changed since live, for the first screen: `gold set`, `4 cases added`. `changed` is false for
    what stayed the same."""

    name: str
    words: str
    changed: bool = True


@dataclass(frozen=True, kw_only=True)
class ChangeBlock:
    """Something that differs from what is live: lines of a diff (`+`, `-`, blank) or facts (`name: value`)."""

    title: str
    kind: ChangeKind
    lines: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class HistoryPoint:
    """One evaluation of the same service and environment.

    `gates` are `{metric, slice, rule, limit, value, low, high, baseline, verdict}` with the interval of the value (see
    `trends.gated`); `kind` is release, rollback, or run for what never went out; `url` opens that run's report.
    """

    at: str
    run_id: str
    commit: str
    verdict: str
    kind: Literal["release", "rollback", "run"] = "release"
    gates: tuple[Mapping[str, Any], ...] = ()
    url: str | None = None


@dataclass(frozen=True, kw_only=True)
class LiveImage:
    """What served when the run began: its manifest's digest, its commit, when it was released, and that run's report."""

    digest: str
    commit: str = ""
    released_at: str = ""
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

    `evaluation` is evaluation.json, `contract` is `{checks: [{name, ok, seconds, detail}]}`. `release` is `{status, steps:
    [{at, after_seconds, text}], started_at, seconds, cause, next, log, tasks, revision, url, digest, observations, alarms,
    checks}`: `observations` are `{after_seconds, old, new, traffic}` with `{running, pending, desired, failed}` tasks of
    either side and the percentage of the traffic that the new one has, `alarms` are `{after_seconds, name, state}`, `checks`
    `{after_seconds, name, ok, detail}`. Absent keys are tolerated. `cases` and `baseline_cases` are paths of cases.parquet,
    `repeats` that of repeats.parquet. `headline` replaces the sentence after the verdict. `created_at` is ISO 8601 in UTC,
    `seconds` what the whole run took.
    `history` is oldest first; `history_note` says where it comes from.
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
    repeats: Path | None = None
    seconds: float | None = None
    live: LiveImage | None = None
    chain: tuple[ChainLink, ...] = ()
    digests: tuple[DigestCheck, ...] = ()
    contract: dict[str, Any] | None = None
    release: dict[str, Any] | None = None
    changed: tuple[Change, ...] = ()
    changes: tuple[ChangeBlock, ...] = ()
    history: tuple[HistoryPoint, ...] = ()
    history_note: str = ""
    headline: str | None = None
    links: Links = field(default_factory=Links)
    reproduce: str = ""
    version: str = ""
