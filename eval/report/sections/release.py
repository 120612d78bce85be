"""The release: its timeline, what was seen meanwhile, and its cause where it failed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import figures, opening
from ..plots import timeline

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..cases import CaseTable
    from ..model import ReportInput

_WENT_BACK = ("rolled back", "rolling back", "rollback")
_STAGES = ("pending", "running", "desired", "failed")


def view(report: ReportInput, _table: CaseTable) -> dict[str, Any] | None:
    """Facts, evidence, lanes over time and the list of what happened; None where no release was tried."""
    given = report.release
    if not given:
        return None
    events = _events(given)
    placed = [event for event in events if event["after_seconds"] is not None]
    seen = [one for one in given.get("observations") or [] if figures.number(one.get("after_seconds")) is not None]
    last = max([*(event["after_seconds"] for event in placed), *(one["after_seconds"] for one in seen)], default=0.0)
    return {
        "facts": _facts(given),
        "evidence": _failure_lines(given),
        "failed": opening.release_failed(report),
        "events": events,
        "checks": given.get("checks") or [],
        "alarms": given.get("alarms") or [],
        "tasks": timeline.tasks(seen, last),
        "traffic": timeline.traffic(seen, last),
        "marks": timeline.marks(placed, last) if len(placed) > 1 and last else "",
        "seen": [_seen(one) for one in seen],
        "with_traffic": any(one.get("traffic") is not None for one in seen),
    }


def _facts(given: Mapping[str, Any]) -> dict[str, Any]:
    facts = {key: given.get(key) for key in ("cause", "next", "revision", "previous", "url", "digest", "seconds", "started_at")}
    return facts | {"status": str(given.get("status") or "").replace("_", " ")}


def _events(given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Steps, alarms and checks in order of time, numbered; `state` is that of a verdict where they carry one."""
    steps = [
        _event(step, str(step.get("text") or ""), _step_state(str(step.get("text") or ""))) for step in given.get("steps") or []
    ]
    alarms = [
        _event(alarm, f"alarm {alarm.get('name')} {alarm.get('state') or 'fired'}", "fail")
        for alarm in given.get("alarms") or []
    ]
    checks = [
        _event(check, f"{check.get('name')}: {check.get('detail')}", "pass" if check.get("ok") else "fail")
        for check in given.get("checks") or []
    ]
    every = sorted([*steps, *alarms, *checks], key=lambda event: _last_if_unknown(event["after_seconds"]))
    return [{**event, "number": number} for number, event in enumerate(every, 1)]


def _event(source: Mapping[str, Any], text: str, state: str) -> dict[str, Any]:
    return {"after_seconds": figures.number(source.get("after_seconds")), "at": source.get("at"), "text": text, "state": state}


def _step_state(text: str) -> str:
    if text.startswith("deployed"):
        return "pass"
    return "fail" if text.startswith(("failed", "not finished", *_WENT_BACK)) else "plain"


def _last_if_unknown(after: float | None) -> float:
    return float("inf") if after is None else after


def _seen(one: Mapping[str, Any]) -> dict[str, Any]:
    """One row of the table behind the lanes."""
    sides = {side: {name: (one.get(side) or {}).get(name) for name in _STAGES} for side in ("old", "new")}
    stage = str(one.get("stage") or one.get("status") or "").lower().replace("_", " ")
    return {"after": one["after_seconds"], "stage": stage, "traffic": one.get("traffic"), **sides}


def _failure_lines(given: Mapping[str, Any]) -> Sequence[str]:
    """What the tasks said and the end of their log, under the cause."""
    listed = given.get("tasks")
    tasks = [task if isinstance(task, dict) else {"": task} for task in (listed if isinstance(listed, list | tuple) else ())]
    told = ["task  " + ", ".join(f"{key} {value}".strip() for key, value in task.items() if value) for task in tasks]
    return [*told, *(f"log   {line}" for line in given.get("log") or [])]
