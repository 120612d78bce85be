"""Where ECS lists no service deployments: the state of ours read from `deployments[]` of the service, or from its counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .plan import Started


def rollout(service: dict[str, Any], started: Started) -> tuple[str, str, str]:
    """The status in the words of service deployments, ECS's reason, and a line of progress.

    Ours is the one of our task definition. COMPLETED of any other says nothing about ours: after the circuit breaker
    rolled back, the service is stable on the old version.
    """
    deployments = service.get("deployments", [])
    ours = next((one for one in deployments if one["taskDefinition"] == started.task_definition), None)
    primary: dict[str, Any] = next((one for one in deployments if one["status"] == "PRIMARY"), {})
    if ours is not None and ours["status"] == "PRIMARY":
        state, reason = ours.get("rolloutState", "IN_PROGRESS"), ours.get("rolloutStateReason", "")
        return _status_of_ours(state, started), reason, _line(ours, deployments)
    reason = (ours or {}).get("rolloutStateReason", "") or primary.get("rolloutStateReason", "")
    if started.previous is None or primary.get("taskDefinition") != started.previous.task_definition:
        return "STOPPED", reason or "another deployment took its place", "another deployment took its place"
    if primary.get("rolloutState") == "COMPLETED":
        return "ROLLBACK_SUCCESSFUL", reason, "rolled back"
    status = "ROLLBACK_FAILED" if primary.get("rolloutState") == "FAILED" else "ROLLBACK_IN_PROGRESS"
    return status, reason, f"rolling back, {_line(primary, deployments)}"


def counts(service: dict[str, Any], started: Started) -> tuple[str, str, str]:
    """The same for a change that starts no deployment: it has ended when as many tasks run as are wanted."""
    if service["taskDefinition"] != started.task_definition:
        return "STOPPED", "another deployment took its place", "another deployment took its place"
    running, desired, pending = service["runningCount"], service["desiredCount"], service["pendingCount"]
    status = "SUCCESSFUL" if running == desired and not pending else "IN_PROGRESS"
    return status, "", f"{running} of {desired} tasks run"


def seen(service: dict[str, Any], started: Started) -> dict[str, Any]:
    """What a record keeps of it, as `waiting.seen` does: the tasks of our deployment and of the others; where only their number
    changes, those of the service."""
    if not started.by_rollouts:
        return {"new": _tasks([service])}
    deployments = service.get("deployments", [])
    ours = [one for one in deployments if one["taskDefinition"] == started.task_definition]
    others = [one for one in deployments if one not in ours]
    told = {"old": _tasks(others) if others else None, "new": {**_tasks(ours), "failed": _sum(ours, "failedTasks")}}
    return {name: value for name, value in told.items() if value is not None}


def _tasks(deployments: list[dict[str, Any]]) -> dict[str, int]:
    return {name: _sum(deployments, f"{name}Count") for name in ("running", "pending", "desired")}


def _sum(deployments: list[dict[str, Any]], key: str) -> int:
    return sum(int(one.get(key, 0)) for one in deployments)


def _status_of_ours(state: str, started: Started) -> str:
    if state == "COMPLETED":
        return "SUCCESSFUL"
    if state == "FAILED":
        return "ROLLBACK_REQUESTED" if started.previous else "STOPPED"
    return "IN_PROGRESS"


def _line(ours: dict[str, Any], deployments: list[dict[str, Any]]) -> str:
    others = sum(one.get("runningCount", 0) for one in deployments if one is not ours)
    failed = f", {ours['failedTasks']} failed" if ours.get("failedTasks") else ""
    return f"{ours.get('runningCount', 0)} of {ours.get('desiredCount', 0)} new tasks run, {others} old{failed}"
