"""The page: one self-contained HTML file that needs no network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ..table import write_whole
from . import figures, html, opening
from .cases import load
from .pack.cases import FOLDER, Packed, pack
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
    from .pack.block import Block

STYLES = ("base", "opening", "gates", "cases", "slices", "plots", "history", "release")
SCRIPTS = (
    *("blocks", "columns", "texts", "search", "query", "tell", "table", "engine"),
    *("words", "diff", "case", "client", "address", "list", "filters", "download", "keys", "view", "masthead", "main"),
)
LIMIT = 40_000_000
"""Characters of packed cases above which the texts of unchanged passing cases go beside the page."""

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
    """The whole page as text, whatever its size. Raises `UsageError` when a cases file cannot be read."""
    return _page(report, limit=None)[0]


def write(report: ReportInput, path: Path, *, limit: int | None = LIMIT) -> Path:
    """Render and write the page in one step (temporary name, then renamed); returns `path`.

    Above `limit` characters of packed cases the texts that only unchanged passing cases use become files in the folder
    `texts` beside the page. Raises `UsageError` when a cases file cannot be read, `OutsideError` when there is no room.
    """
    page, beside = _page(report, limit)
    _write_beside(path.parent / FOLDER, beside)
    write_whole(path, page.encode("utf-8", "replace"))
    return path


def beside(path: Path) -> list[Path]:
    """The files that belong to a page and lie beside it."""
    return sorted((path.parent / FOLDER).glob("t*.js"))


def _page(report: ReportInput, limit: int | None) -> tuple[str, list[Block]]:
    table = load(report.cases, report.baseline_cases, report.evaluation, report.repeats)
    packed = pack(table, limit) if len(table) else Packed(inside=[])
    style, script = html.style(*STYLES), html.script(*SCRIPTS)
    text = (
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
            policy=html.policy(style, script, beside=bool(packed.beside)),
            blocks=packed.inside,
        )
    )
    return text, packed.beside


def _write_beside(folder: Path, blocks: list[Block]) -> None:
    """The block files of this page, and none of an earlier one."""
    names = {f"{block.name}.js" for block in blocks}
    for stale in folder.glob("t*.js"):
        if stale.name not in names:
            stale.unlink(missing_ok=True)
    for block in blocks:
        call = f'goldgateBlock("{block.name}",{block.size},"{block.text}");\n'
        write_whole(folder / f"{block.name}.js", call.encode("ascii"))


def sections(report: ReportInput, table: CaseTable) -> list[tuple[Section, dict[str, Any]]]:
    """The sections that have something to show, each with its view; a release that failed comes first."""
    order = sorted(SECTIONS, key=lambda part: part.name != "release") if opening.release_failed(report) else SECTIONS
    views = [(part, part.view(report, table)) for part in order]
    return [(part, view) for part, view in views if view is not None]
