"""The release: its timeline, and its cause where it failed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import opening

if TYPE_CHECKING:
    from ..cases import CaseTable
    from ..model import ReportInput


def view(report: ReportInput, _table: CaseTable) -> dict[str, Any] | None:
    """Facts, evidence and steps; None where no release was tried."""
    if not report.release:
        return None
    return {
        "facts": _facts(report.release),
        "evidence": _failure_lines(report.release),
        "failed": opening.release_failed(report),
    }


def _facts(given: dict[str, Any]) -> dict[str, Any]:
    facts = {key: given.get(key) for key in ("status", "cause", "next", "revision", "url", "digest")}
    facts["status"] = str(facts["status"] or "").replace("_", " ")
    return facts | {"steps": [{"at": step.get("at"), "text": step.get("text")} for step in given.get("steps") or []]}


def _failure_lines(given: dict[str, Any]) -> list[str]:
    """What the tasks said and the end of their log, under the cause."""
    listed = given.get("tasks")
    tasks = [task if isinstance(task, dict) else {"": task} for task in (listed if isinstance(listed, list | tuple) else ())]
    told = ["task  " + ", ".join(f"{key} {value}".strip() for key, value in task.items() if value) for task in tasks]
    return [*told, *(f"log   {line}" for line in given.get("log") or [])]
