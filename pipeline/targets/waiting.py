"""Waiting for a deployment's own end. Counts never decide: only the status of the very deployment that was started."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from ..aws_errors import BotoCoreError, ClientError, is_transient, translate
from ..errors import OutsideError
from . import rollouts
from .ecs import put_back

if TYPE_CHECKING:
    from collections.abc import Callable

    from .context import Context
    from .plan import Started

State = Literal["successful", "rolled_back", "failed"]
ENDS: dict[str, State] = {
    "SUCCESSFUL": "successful",
    "ROLLBACK_SUCCESSFUL": "rolled_back",
    "ROLLBACK_FAILED": "failed",
    "STOPPED": "failed",
}
NOT_RUNNING = frozenset({"ConflictException", "ServiceDeploymentNotFoundException"})
CANNOT_ABORT = frozenset({"InvalidParameterException", "UnsupportedFeatureException", "ClientException"})
ABORT_SECONDS = 60.0
TROUBLES = 20


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a deployment ended. `status` and `reason` are ECS's own; `late` says that the deadline passed."""

    state: State
    status: str
    reason: str
    seconds: float
    late: bool
    alarms: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Glance:
    """One look at a deployment: its status, ECS's reason, a line about its progress, the alarms that fired, and what of it
    belongs into a record (see `seen`)."""

    status: str
    reason: str
    progress: str
    alarms: tuple[str, ...] = ()
    seen: dict[str, Any] = dataclasses.field(default_factory=dict)


def wait(
    started: Started,
    context: Context,
    *,
    wait_seconds: float,
    on_late: Callable[[], None] | None = None,
    stop_when_late: bool = True,
    on_change: Callable[[dict[str, Any]], None] | None = None,
) -> Outcome:
    """Wait until the deployment has ended; past `wait_seconds` stop it, have ECS roll it back, and wait for that.

    Works in a new process from a `Started` read out of a record. `on_late` is called before the deployment is stopped,
    while its tasks can still be seen. Without `stop_when_late` a late one is left alone and told as failed and late.
    `on_change` gets what was seen (see `seen`) whenever that is something else than before.

    Raises:
        OutsideError: the credentials expired, or AWS stayed out of reach; the message names the deployment.
    """
    began, told, late = context.clock(), "", False
    seen: dict[str, Any] = {}
    deadline = began + wait_seconds
    while True:
        glance = _look(started, context)
        if glance.progress != told:
            context.tell(glance.progress)
            told = glance.progress
        if on_change is not None and glance.seen and glance.seen != seen:
            on_change(glance.seen)
            seen = glance.seen
        if glance.status in ENDS:
            return _ended(ENDS[glance.status], glance, context.clock() - began, late=late)
        if context.clock() >= deadline:
            if late or not stop_when_late or _only_counts(started):
                return _ended("failed", glance, context.clock() - began, late=True)
            if on_late is not None:
                on_late()
            context.tell(f"not finished after {wait_seconds / 60:g} min: stopping it and going back")
            stop(started, context)
            late, deadline = True, context.clock() + (wait_seconds if started.previous else ABORT_SECONDS)
        context.pause()


def stop(started: Started, context: Context) -> None:
    """Have ECS roll the deployment back (a first one: end it, where ECS can); one that has ended by now stays so."""
    if started.deployment is None:
        put_back(started, context)
        return
    first = started.previous is None
    context.call(
        "ecs:StopServiceDeployment",
        started.deployment,
        context.ecs.stop_service_deployment,
        unless=NOT_RUNNING | CANNOT_ABORT if first else NOT_RUNNING,
        serviceDeploymentArn=started.deployment,
        stopType="ABORT" if first else "ROLLBACK",
    )


def _only_counts(started: Started) -> bool:
    """True where there is nothing to roll back to: the same tasks, only another number of them."""
    return started.deployment is None and not started.by_rollouts


def _ended(state: State, glance: Glance, seconds: float, *, late: bool) -> Outcome:
    return Outcome(state=state, status=glance.status, reason=glance.reason, seconds=seconds, late=late, alarms=glance.alarms)


def _look(started: Started, context: Context) -> Glance:
    """One look, with patience: throttling, AWS faults and lost connections are waited out; expired keys are not."""
    for attempt in range(TROUBLES):
        try:
            return _glance(started, context)
        except (ClientError, BotoCoreError) as error:
            if not is_transient(error) or attempt == TROUBLES - 1:
                raise _unfinished(started, error, context) from error
        context.sleep(context.backoff(attempt))
    raise AssertionError


def _glance(started: Started, context: Context) -> Glance:
    if started.deployment is not None:
        return _glance_at_deployment(started.deployment, context)
    service = context.ecs.describe_services(cluster=started.cluster, services=[started.service])["services"][0]
    status, reason, progress = (rollouts.rollout if started.by_rollouts else rollouts.counts)(service, started)
    return Glance(status=status, reason=reason, progress=progress, seen=rollouts.seen(service, started))


def _glance_at_deployment(arn: str, context: Context) -> Glance:
    answer = context.ecs.describe_service_deployments(serviceDeploymentArns=[arn])
    found = next(iter(answer.get("serviceDeployments", [])), None)
    if found is None:
        return Glance(status="PENDING", reason="", progress="waiting for ECS to show the deployment")
    return Glance(
        status=found["status"],
        reason=found.get("statusReason", ""),
        progress=_progress(found),
        alarms=tuple(found.get("alarms", {}).get("triggeredAlarmNames", [])),
        seen=seen(found),
    )


def seen(deployment: dict[str, Any]) -> dict[str, Any]:
    """What a record keeps of a deployment: `{status, stage, old, new, traffic, alarms}`.

    `old` and `new` are `{running, pending, desired}` tasks, `new` with `failed` ones; `traffic` is the percentage of the
    production traffic that the new revision is given. What ECS does not tell is absent.
    """
    new, old = deployment.get("targetServiceRevision", {}), deployment.get("sourceServiceRevisions", [])
    breaker, alarms = deployment.get("deploymentCircuitBreaker", {}), deployment.get("alarms", {})
    told = {
        "status": deployment["status"],
        "stage": deployment.get("lifecycleStage"),
        "old": _tasks(old) if old else None,
        "new": {**_tasks([new]), "failed": breaker.get("failureCount", 0)},
        "traffic": new.get("requestedProductionTrafficWeight"),
        "alarms": alarms.get("triggeredAlarmNames"),
    }
    return {name: value for name, value in told.items() if value not in (None, [], {})}


def _tasks(revisions: list[dict[str, Any]]) -> dict[str, int]:
    counts = {"running": "runningTaskCount", "pending": "pendingTaskCount", "desired": "requestedTaskCount"}
    told = {name: [int(one[key]) for one in revisions if key in one] for name, key in counts.items()}
    return {name: sum(numbers) for name, numbers in told.items() if numbers}


def _progress(deployment: dict[str, Any]) -> str:
    """One line that changes only where something did."""
    new = deployment.get("targetServiceRevision", {})
    old = sum(item.get("runningTaskCount", 0) for item in deployment.get("sourceServiceRevisions", []))
    parts = [
        deployment["status"].lower().replace("_", " "),
        *([deployment["lifecycleStage"].lower().replace("_", " ")] if deployment.get("lifecycleStage") else []),
        f"{new.get('runningTaskCount', 0)} of {new.get('requestedTaskCount', 0)} new tasks run",
        f"{old} old",
    ]
    breaker = deployment.get("deploymentCircuitBreaker", {})
    if breaker.get("failureCount"):
        parts.append(f"{breaker['failureCount']} failed, the circuit breaker allows {breaker.get('threshold', '?')}")
    parts += [_hook(hook) for hook in deployment.get("lifecycleHookDetails", []) if hook.get("status") == "AWAITING_ACTION"]
    return ", ".join(parts)


def _hook(hook: dict[str, Any]) -> str:
    until = hook.get("expiresAt")
    when = f" until {until:%Y-%m-%d %H:%M} UTC, then {hook.get('timeoutAction', 'ROLLBACK').lower()}" if until else ""
    return f"a pause waits for continue or rollback{when}"


def _unfinished(started: Started, error: ClientError | BotoCoreError, context: Context) -> OutsideError:
    where = started.deployment or f"ecs:{started.cluster}/{started.service}"
    action = "ecs:DescribeServiceDeployments" if started.deployment else "ecs:DescribeServices"
    told = translate(error, action=action, resource=where, who=context.who)
    msg = f"{told.what} The deployment goes on without us."
    step = f"{told.next_step or ''} The same command waits for this deployment again.".strip()
    return OutsideError(msg, where=where, next_step=step)
