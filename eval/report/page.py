"""The page: one self-contained HTML file that needs no network."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

from . import columns, figures, html, opening
from .cases import load
from .sections import (
    asking,
    calibration,
    cases,
    changes,
    contract,
    distributions,
    gates,
    history,
    judges,
    latency,
    metrics,
    release,
    retrieval,
    slices,
    spending,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .cases import CaseTable
    from .model import ReportInput

STYLES = ("base", "opening", "gates", "cases", "slices", "plots", "release")
SCRIPTS = ("unpack", "diff", "case", "list", "main")
_LINK_SIGNS = {"ok": "✓", "failed": "✕", "warning": "!", "info": "", "not reached": ""}


class Section(NamedTuple):
    """A part of the page below its first screen; `name` is its template and its address on the page."""

    name: str
    label: str
    view: Callable[[ReportInput, CaseTable], dict[str, Any] | None]


SECTIONS = (
    Section("gates", "Gates", gates.view),
    Section("cases", "Cases", cases.view),
    Section("slices", "Slices", slices.view),
    Section("metrics", "Metrics", metrics.view),
    Section("distributions", "Distributions", distributions.view),
    Section("retrieval", "Retrieval", retrieval.view),
    Section("calibration", "Calibration", calibration.view),
    Section("latency", "Latency", latency.view),
    Section("spending", "Cost", spending.view),
    Section("judges", "Judges", judges.view),
    Section("asking", "Asking", asking.view),
    Section("history", "History", history.view),
    Section("release", "Release", release.view),
    Section("changes", "Changes", changes.view),
    Section("contract", "Contract", contract.view),
)


def render(report: ReportInput) -> str:
    """The whole page as text. Raises `UsageError` when a cases file cannot be read."""
    table = load(report.cases, report.baseline_cases, report.evaluation)
    style, script = html.style(*STYLES), html.script(*SCRIPTS)
    return (
        html.environment()
        .get_template("page.html")
        .render(
            report=report,
            opening=opening.opening(report),
            chain=opening.chain(report),
            facts=opening.facts(report, table),
            gold=(report.evaluation or {}).get("gold_set") or {},
            link_signs=_LINK_SIGNS,
            dash=figures.NONE,
            sections=sections(report, table),
            style=style,
            script=script,
            policy=html.policy(style, script),
            blocks=columns.blocks(table) if len(table) else {},
        )
    )


def sections(report: ReportInput, table: CaseTable) -> list[tuple[Section, dict[str, Any]]]:
    """The sections that have something to show, each with its view; a release that failed comes first."""
    order = sorted(SECTIONS, key=lambda part: part.name != "release") if opening.release_failed(report) else SECTIONS
    views = [(part, part.view(report, table)) for part in order]
    return [(part, view) for part, view in views if view is not None]


def write(report: ReportInput, path: Path) -> Path:
    """Render and write the page in one step (temporary name, then renamed); returns `path`."""
    page = render(report).encode("utf-8", "replace")
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        unfinished.write_bytes(page)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path
