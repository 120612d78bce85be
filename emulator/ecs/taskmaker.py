"""New tasks from task definitions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import arns
from .model import Container, Task

if TYPE_CHECKING:
    from .model import Deployment, Revision, Service


def containers(definition: Any) -> list[Container]:
    """The containers of a task of this definition, none of them started."""
    return [
        Container(
            name=item["name"],
            image=item["image"],
            essential=bool(item.get("essential", True)),
            cpu=int(item.get("cpu") or 0),
            memory=item.get("memory"),
        )
        for item in definition.container_definitions
    ]


def for_service(service: Service, deployment: Deployment, revision: Revision, definition: Any, *, now: float) -> Task:
    """A task of a service's deployment."""
    propagated = service.tags if service.fixed.get("propagateTags") == "SERVICE" else []
    return Task(
        id=arns.new_task_id(),
        region=service.region,
        cluster=service.cluster,
        definition=definition.arn,
        family=definition.family,
        created_at=now,
        containers=containers(definition),
        cpu=_text(definition.cpu),
        memory=_text(definition.memory),
        service=service.name,
        deployment=deployment.id,
        started_by=deployment.id,
        group=f"service:{service.name}",
        launch_type=revision.settings.get("launchType", "FARGATE"),
        tags=list(propagated),
        network=revision.settings.get("networkConfiguration", {}),
        target_groups=revision.settings.get("loadBalancers", []),
        grace_seconds=int(service.fixed.get("healthCheckGracePeriodSeconds") or 0),
    )


def standalone(definition: Any, wanted: dict[str, Any], *, cluster: str, region: str, now: float) -> Task:
    """A task of RunTask; `wanted` is its input."""
    overrides = wanted.get("overrides", {})
    return Task(
        id=arns.new_task_id(),
        region=region,
        cluster=cluster,
        definition=definition.arn,
        family=definition.family,
        created_at=now,
        containers=containers(definition),
        cpu=overrides.get("cpu") or _text(definition.cpu),
        memory=overrides.get("memory") or _text(definition.memory),
        started_by=wanted.get("startedBy"),
        group=wanted.get("group", f"family:{definition.family}"),
        launch_type=wanted.get("launchType", "FARGATE"),
        overrides=overrides,
        tags=wanted.get("tags", []),
        network=wanted.get("networkConfiguration", {}),
    )


def _text(value: Any) -> str | None:
    return str(value) if value else None
