"""The report of an evaluation that no pipeline ran: from its folder, or from what was just found."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import UsageError
from ..jsontext import loads
from ..table import write_whole
from .model import Links, ReportInput

if TYPE_CHECKING:
    from collections.abc import Mapping

RECORD, CASES, LIVE_CASES, REPEATS = "evaluation.json", "cases.parquet", "baseline.parquet", "repeats.parquet"
PAGE, SUMMARY = Path("report/index.html"), Path("report/summary.md")
MEGABYTE = 1_000_000


def write_report(report: ReportInput, path: Path, *, page_megabytes: int | None = None) -> Path:
    """Write the page, and the summary in Markdown beside it; returns the page's path.

    Above `page_megabytes` (None: the usual limit) the texts of cases that pass unchanged go to files beside the page.
    """
    from .markdown import summary
    from .page import LIMIT, write

    write(report, path, limit=LIMIT if page_megabytes is None else page_megabytes * MEGABYTE)
    write_whole(path.with_name(SUMMARY.name), summary(report).encode("utf-8", "replace"))
    return path


def of_folder(
    source: Path, page: Path, *, name: str | None = None, baseline: Path | None = None, version: str = ""
) -> ReportInput:
    """What the page `page` shows of an evaluation's folder, or of its cases.parquet with the evaluation.json beside it.

    What is compared with is `baseline` (a run or a cases.parquet), else the rows that were asked beside the candidate, else
    the run that the evaluation names, where it is still there; without any of them the page shows no earlier answers.

    Raises:
        UsageError: there is no evaluation, it is that of a shard, or the tables are not there.
    """
    from ..verdict.tables import table_file

    folder = source.parent if source.is_file() else source
    evaluation = _record(folder / RECORD)
    cases = table_file(source)
    if not cases.is_file():
        msg = "there is no such table of cases."
        raise UsageError(msg, where=str(cases), next_step=f"--from names the --out folder of an evaluation, or its {CASES}.")
    return made_of(evaluation, page, cases=cases, baseline=baseline, name=name, version=version)


def made_of(
    evaluation: Mapping[str, Any],
    page: Path,
    *,
    cases: Path,
    baseline: Path | None = None,
    name: str | None = None,
    version: str = "",
) -> ReportInput:
    """What a page shows of evaluation.json and its tables; `name` stands for the service, else the gold set's file name.

    `baseline` is found as `of_folder` says; `version` is that of the program.
    """
    gold, folder = str((evaluation.get("gold_set") or {}).get("path") or ""), cases.parent
    repeats = folder / REPEATS
    return ReportInput(
        service=name or Path(gold).name or "evaluation",
        environment="",
        run_id="",
        commit="",
        created_at=str((evaluation.get("timing") or {}).get("started_at") or ""),
        evaluation=dict(evaluation),
        cases=cases,
        baseline_cases=baseline or _baseline(folder, evaluation),
        repeats=repeats if repeats.is_file() else None,
        links=Links(json=_link(folder / RECORD, page)),
        reproduce=f"goldgate report --from {folder}",
        version=version,
    )


def _record(path: Path) -> dict[str, Any]:
    next_step = f"--from names the --out folder of an evaluation, or its {CASES}."
    try:
        told = loads(path.read_bytes())
    except OSError as error:
        msg = "there is no evaluation."
        raise UsageError(msg, where=str(path), next_step=next_step) from error
    except ValueError as error:
        msg = f"cannot be read as JSON: {error}."
        raise UsageError(msg, where=str(path), next_step=next_step) from error
    if not isinstance(told, dict) or not {"verdict", "metrics"} <= told.keys():
        msg = "is no evaluation."
        raise UsageError(msg, where=str(path), next_step=next_step)
    if "shard" in told:
        msg = "is that of a shard, which has no report of its own."
        raise UsageError(msg, where=str(path), next_step="`goldgate merge` joins the shards, and writes one.")
    return told


def _baseline(folder: Path, evaluation: Mapping[str, Any]) -> Path | None:
    from ..verdict.tables import table_file

    told = evaluation.get("baseline") or {}
    if told.get("beside"):
        return folder / LIVE_CASES if (folder / LIVE_CASES).is_file() else None
    if not told.get("label"):
        return None
    try:
        found = table_file(Path(told["label"]))
    except (UsageError, OSError):
        return None
    return found if found.is_file() else None


def _link(target: Path, page: Path) -> str | None:
    """The way from the page to a file that is there."""
    return Path(os.path.relpath(target, page.parent)).as_posix() if target.is_file() else None
