"""The release as the report takes it: its steps, what was seen meanwhile, and what the verification found."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..records import ReleaseRecord, VerificationRecord

HEALTHY = "HEALTHY"


def release_facts(release: ReleaseRecord, verification: VerificationRecord | None = None) -> dict[str, Any]:
    """The mapping that `ReportInput.release` describes."""
    cause = release.cause or {}
    return {
        "status": release.status,
        "kind": release.kind,
        "started_at": release.started_at,
        "seconds": release.seconds,
        "steps": release.steps,
        "observations": release.observations,
        "alarms": _alarms(release),
        "checks": _checks(release, verification) if verification else [],
        "cause": cause.get("summary"),
        "next": cause.get("next"),
        "log": cause.get("log", []),
        "tasks": cause.get("task_lines", []),
        "revision": _revision(release.task_definition),
        "previous": _revision((release.previous or {}).get("task_definition")),
        "url": release.url,
        "digest": release.digest,
    }


def _alarms(release: ReleaseRecord) -> list[dict[str, Any]]:
    """Every alarm when it was first seen to have fired."""
    first: dict[str, float] = {}
    for seen in release.observations:
        for name in seen.get("alarms") or []:
            first.setdefault(str(name), float(seen["after_seconds"]))
    return [{"after_seconds": after, "name": name, "state": "fired"} for name, after in first.items()]


def _checks(release: ReleaseRecord, verification: VerificationRecord) -> list[dict[str, Any]]:
    """What the verification looked at, at the second after the release's beginning at which it ended.

    Records tell their beginning to the second, so that it can seem to lie before the release's end, which it follows.
    """
    gap = _seconds_between(release.started_at, verification.started_at)
    after = None if gap is None else round(max(gap, release.seconds) + verification.seconds, 1)
    tasks, probes = verification.running, verification.probes
    right = sum(task.get("digest") == verification.digest for task in tasks)
    found = [
        {
            "name": "tasks run the evaluated digest",
            "ok": bool(tasks) and right == len(tasks),
            "detail": f"{right} of {len(tasks)}",
        }
    ]
    known = [task for task in tasks if task.get("health") not in (None, "UNKNOWN")]
    if known:
        healthy = sum(task["health"] == HEALTHY for task in known)
        found.append({"name": "tasks are healthy", "ok": healthy == len(tasks), "detail": f"{healthy} of {len(tasks)}"})
    if probes:
        answered = probes - verification.failed_probes
        found.append({"name": "probes answered", "ok": answered == probes, "detail": f"{answered} of {probes}"})
    return [{"after_seconds": after, **check} for check in found]


def _revision(arn: Any) -> str:
    return str(arn or "").rpartition("/")[2]


def _seconds_between(first: str, second: str) -> float | None:
    try:
        return (datetime.fromisoformat(second) - datetime.fromisoformat(first)).total_seconds()
    except ValueError:
        return None
