"""Why a deployment failed, gathered at once: stopped tasks age out after an hour."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ..errors import GoldgateError
from .causes import Cause, cause_of_events, causes_of
from .mask import masked
from .observed import describe_service
from .task_facts import TaskFacts

if TYPE_CHECKING:
    from .context import Context
    from .plan import Started
    from .settings import EcsSettings
    from .waiting import Outcome

MOST_TASKS = 100
TAIL = 25
TOLD_TASKS = 10


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What was seen of a failed deployment: its tasks with their logs, the service's events, what could not be read."""

    tasks: tuple[TaskFacts, ...]
    events: tuple[str, ...]
    gaps: tuple[str, ...] = ()


def gather(started: Started, context: Context) -> Evidence:
    """Tasks of the new task definition, stopped ones first, their log tails, and the service's events since the start.

    Never raises for AWS's sake: what could not be read stands in `gaps`, so that a failure is told even so.
    """
    gaps: list[str] = []
    described = _try(gaps, lambda: _tasks(started, context)) or []
    container = _try(gaps, lambda: _container(started, context)) or {}
    facts = tuple(_facts(task, started, container, context, gaps) for task in described[:TOLD_TASKS])
    facts += tuple(_plain_facts(task, started) for task in described[TOLD_TASKS:])
    events = _try(gaps, lambda: _events(started, context)) or []
    return Evidence(tasks=facts, events=tuple(masked(event) for event in events), gaps=tuple(dict.fromkeys(gaps)))


def diagnose(outcome: Outcome, evidence: Evidence, settings: EcsSettings) -> dict[str, Any]:
    """The cause as a release record holds it: `summary`, `next`, `kind`, `log`, `tasks` (facts), `task_lines` (for people),
    `others` (less likely causes), `events`, `gaps` (what could not be read), and ECS's own `status` and `reason`.
    """
    failed = [task for task in evidence.tasks if task.last_status == "STOPPED" or task.health == "UNHEALTHY"]
    causes = causes_of(failed, settings)
    if not causes:
        causes = [_without_tasks(outcome, evidence, settings)]
    first = causes[0]
    sample = max(evidence.tasks, key=lambda task: (task in failed, len(task.log)), default=None)
    log = list(sample.log) if sample else []
    return {
        "kind": first.kind,
        "summary": first.summary,
        "next": first.next,
        "others": [{"kind": cause.kind, "summary": cause.summary, "next": cause.next} for cause in causes[1:]],
        "tasks": [_task_json(task) for task in evidence.tasks],
        "task_lines": _task_lines(evidence, settings, first.kind),
        "log": log,
        "events": list(evidence.events[:5]),
        "gaps": list(evidence.gaps),
        "status": outcome.status,
        "reason": masked(outcome.reason),
        "late": outcome.late,
    }


def _without_tasks(outcome: Outcome, evidence: Evidence, settings: EcsSettings) -> Cause:
    """The cause where no task failed: an alarm, no room, a deadline, or somebody's hand."""
    if outcome.alarms:
        names = ", ".join(outcome.alarms)
        step = "look at the alarm's metric over the time of the deployment."
        return Cause(kind="alarm", summary=f"the alarm {names} fired during the deployment", next=step, tasks=0)
    told = cause_of_events(evidence.events, settings)
    if told is not None:
        return told
    if outcome.late:
        step = f"raise services.{settings.name}.deploy.wait_minutes, or make the start faster; no task of it failed."
        summary = f"the deployment was not finished after {settings.wait_seconds / 60:g} minutes"
        return Cause(kind="late", summary=summary, next=step, tasks=0)
    if outcome.status == "STOPPED":
        summary = f"the deployment was stopped: {outcome.reason or 'by somebody else'}"
        return Cause(kind="stopped", summary=summary, next="ask who stopped it, then deploy again.", tasks=0)
    reason = masked(outcome.reason) or "ECS gave no reason"
    step = "look at the service's events in the ECS console."
    return Cause(kind="unknown", summary=f"ECS ended the deployment: {reason}", next=step, tasks=0)


def _tasks(started: Started, context: Context) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    where = f"ecs:{started.cluster}/{started.service}"
    for status in ("STOPPED", "RUNNING"):
        listed = context.call(
            "ecs:ListTasks",
            where,
            context.ecs.list_tasks,
            cluster=started.cluster,
            serviceName=started.service,
            desiredStatus=status,
            maxResults=MOST_TASKS,
        )
        if arns := listed.get("taskArns", []):
            answer = context.call("ecs:DescribeTasks", where, context.ecs.describe_tasks, cluster=started.cluster, tasks=arns)
            found += [task for task in answer["tasks"] if task["taskDefinitionArn"] == started.task_definition]
    return found


def _container(started: Started, context: Context) -> dict[str, Any]:
    answer = context.call(
        "ecs:DescribeTaskDefinition",
        started.task_definition,
        context.ecs.describe_task_definition,
        taskDefinition=started.task_definition,
    )
    containers = answer["taskDefinition"]["containerDefinitions"]
    return next((dict(one) for one in containers if one["name"] == started.container), {})


def _facts(task: dict[str, Any], started: Started, container: dict[str, Any], context: Context, gaps: list[str]) -> TaskFacts:
    facts = _plain_facts(task, started)
    tail = _try(gaps, lambda: _log_tail(facts, container, context)) or ()
    return dataclasses.replace(facts, log=tail)


def _plain_facts(task: dict[str, Any], started: Started) -> TaskFacts:
    container = _telling_container(task.get("containers", []), started.container)
    return TaskFacts(
        task=task["taskArn"].rpartition("/")[2],
        container=container.get("name", started.container),
        stop_code=task.get("stopCode", ""),
        stopped_reason=masked(task.get("stoppedReason", "")),
        exit_code=container.get("exitCode"),
        reason=masked(container.get("reason", "")),
        health=container.get("healthStatus") or task.get("healthStatus", "UNKNOWN"),
        last_status=task.get("lastStatus", ""),
    )


def _telling_container(containers: list[dict[str, Any]], name: str) -> dict[str, Any]:
    """Ours, or the sidecar that failed while ours did not."""
    ours = next((one for one in containers if one["name"] == name), {})
    if ours.get("exitCode") in (None, 0, 143) and not ours.get("reason"):
        failed = [one for one in containers if one.get("exitCode") not in (None, 0, 143) or one.get("reason")]
        return failed[0] if failed else ours
    return ours


def _log_tail(facts: TaskFacts, container: dict[str, Any], context: Context) -> tuple[str, ...]:
    configuration = container.get("logConfiguration", {})
    options = configuration.get("options", {})
    if configuration.get("logDriver") != "awslogs" or "awslogs-stream-prefix" not in options:
        return ()
    stream = f"{options['awslogs-stream-prefix']}/{facts.container}/{facts.task}"
    answer = context.call(
        "logs:GetLogEvents",
        f"{options['awslogs-group']}:{stream}",
        context.logs.get_log_events,
        unless=frozenset({"ResourceNotFoundException"}),
        logGroupName=options["awslogs-group"],
        logStreamName=stream,
        limit=TAIL,
        startFromHead=False,
    )
    return tuple(_log_line(event) for event in (answer or {}).get("events", [])[-TAIL:])


def _log_line(event: dict[str, Any]) -> str:
    at = datetime.fromtimestamp(event["timestamp"] / 1000, tz=UTC)
    return f"{at:%Y-%m-%d %H:%M:%S} {masked(event['message'].rstrip())}"


def _events(started: Started, context: Context) -> list[str]:
    service = describe_service(started.cluster, started.service, context) or {}
    return [event["message"] for event in service.get("events", []) if event["createdAt"].timestamp() >= started.started_at - 1]


def _task_json(task: TaskFacts) -> dict[str, Any]:
    return {key: value for key, value in dataclasses.asdict(task).items() if key != "log" and value not in ("", None)}


def _task_lines(evidence: Evidence, settings: EcsSettings, kind: str) -> list[str]:
    """One line a task for people, and the limit that it hit."""
    lines = [f"{task.task}: {_state(task)}" for task in evidence.tasks[:TOLD_TASKS]]
    if kind == "memory":
        lines.append(f"memory limit {settings.memory:,} MiB (services.{settings.name}.deploy.memory)")
    return lines


def _state(task: TaskFacts) -> str:
    ended = f"exit code {task.exit_code}" if task.exit_code is not None else task.last_status.lower()
    health = "unhealthy" if task.health == "UNHEALTHY" else ""
    return ", ".join(part for part in (ended, health, task.reason or task.stopped_reason) if part)


def _try(gaps: list[str], read: Any) -> Any:
    try:
        return read()
    except GoldgateError as error:
        gaps.append(str(error))
        return None
