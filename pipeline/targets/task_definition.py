"""A task definition, from what is registered and what the configuration sets; everything else stays as it is."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..errors import UsageError
from .plan import Change

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .settings import EcsSettings

READ_ONLY_FIELDS = (
    "taskDefinitionArn",
    "revision",
    "status",
    "compatibilities",
    "requiresAttributes",
    "registeredAt",
    "registeredBy",
    "deregisteredAt",
    "deleteRequestedAt",
)
SCRATCH = {"name": "scratch"}
SCRATCH_MOUNT = {"sourceVolume": "scratch", "containerPath": "/tmp", "readOnly": False}  # noqa: S108
PROBE = "import os,urllib.request as u;u.urlopen('http://127.0.0.1:'+os.environ.get('PORT','{port}')+'{path}',timeout=2)"


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the account's resources live: parts of their ARNs."""

    partition: str
    region: str
    account: str

    def role(self, name_or_arn: str) -> str:
        """The ARN of a role that the configuration names."""
        return name_or_arn if name_or_arn.startswith("arn:") else f"arn:{self.partition}:iam::{self.account}:role/{name_or_arn}"


def place_of(arn: str) -> Place:
    """The place that an ARN (`arn:aws:ecs:us-east-1:123456789012:cluster/x`) speaks of."""
    parts = arn.split(":", 5)
    return Place(partition=parts[1], region=parts[3], account=parts[4])


def registrable(described: Mapping[str, Any]) -> dict[str, Any]:
    """A described task definition without what ECS alone writes; every other field stays, empty and unknown ones too."""
    return copy.deepcopy({key: value for key, value in described.items() if key not in READ_ONLY_FIELDS})


def wanted(present: Mapping[str, Any] | None, settings: EcsSettings, place: Place) -> dict[str, Any]:
    """The task definition that the configuration asks for, resting on the `present` one (None: there is none).

    Raises:
        UsageError: the present one has no container of ours, or a name is both environment and secret.
    """
    definition = registrable(present) if present else _skeleton(settings)
    container = our_container(definition, settings)
    _set(definition, "cpu", str(settings.cpu))
    _set(definition, "memory", str(settings.memory))
    if settings.execution_role:
        _set(definition, "executionRoleArn", place.role(settings.execution_role))
    if settings.task_role:
        _set(definition, "taskRoleArn", place.role(settings.task_role))
    _set_container(container, settings, place)
    if not container.get("readonlyRootFilesystem"):
        container["readonlyRootFilesystem"] = True
    _give_scratch(definition, container)
    return definition


def our_container(definition: Mapping[str, Any], settings: EcsSettings) -> dict[str, Any]:
    """The container that carries the service: named as it, else the only one, else the first essential one.

    Raises:
        UsageError: there is none.
    """
    containers: list[dict[str, Any]] = list(definition.get("containerDefinitions", []))
    for name in (settings.name, settings.service):
        for container in containers:
            if container.get("name") == name:
                return container
    essential = containers if len(containers) == 1 else [c for c in containers if c.get("essential", True)]
    if not essential:
        msg = f"the task definition has no container named {settings.name!r} and no essential one."
        raise UsageError(msg, where=settings.address, next_step=f"Name the service's container {settings.name!r}.")
    return essential[0]


def changes_between(before: Mapping[str, Any] | None, after: Mapping[str, Any], settings: EcsSettings) -> list[Change]:
    """What `after` changes, in the order in which people ask: image, size, environment, the rest."""
    old = before or {}
    old_container = our_container(old, settings) if before else {}
    new_container = our_container(after, settings)
    found = _differences(old_container, new_container, ("image",))
    found += _differences(old, after, ("cpu", "memory"))
    found += _named("environment", "value", old_container, new_container)
    found += _named("secrets", "valueFrom", old_container, new_container)
    done = {"image", "cpu", "memory", "environment", "secrets", "containerDefinitions"}
    if before:
        found += _differences(old, after, sorted(after.keys() - done))
        found += _differences(old_container, new_container, sorted(new_container.keys() - (done - {"cpu", "memory"})))
    return found


def _skeleton(settings: EcsSettings) -> dict[str, Any]:
    container = {
        "name": settings.name,
        "essential": True,
        "portMappings": [{"containerPort": settings.port, "protocol": "tcp"}],
        "environment": [],
    }
    return {
        "family": settings.service,
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "runtimePlatform": {"cpuArchitecture": settings.architecture, "operatingSystemFamily": "LINUX"},
        "containerDefinitions": [container],
    }


def _set_container(container: dict[str, Any], settings: EcsSettings, place: Place) -> None:
    container["image"] = settings.image
    ports = container.setdefault("portMappings", [])
    if all(mapping.get("containerPort") != settings.port for mapping in ports):
        ports.append({"containerPort": settings.port, "protocol": "tcp"})
    _merge(container, "environment", "value", {"PORT": str(settings.port), **settings.environment})
    _merge(container, "secrets", "valueFrom", settings.secrets)
    _refuse_doubles(container, settings)
    container["healthCheck"] = {**(container.get("healthCheck") or {}), **_health_check(settings)}
    _set(container, "stopTimeout", settings.stop_seconds)
    if settings.log_group and not container.get("logConfiguration"):
        container["logConfiguration"] = _log_configuration(settings, place)


def _health_check(settings: EcsSettings) -> dict[str, Any]:
    probe = PROBE.format(port=settings.port, path=settings.health)
    return {
        "command": ["CMD", "python3", "-c", probe],
        "interval": 5,
        "timeout": 4,
        "retries": 3,
        "startPeriod": settings.start_seconds,
    }


def _log_configuration(settings: EcsSettings, place: Place) -> dict[str, Any]:
    options = {
        "awslogs-group": settings.log_group,
        "awslogs-region": place.region,
        "awslogs-stream-prefix": settings.name,
    }
    return {"logDriver": "awslogs", "options": options}


def _give_scratch(definition: dict[str, Any], container: dict[str, Any]) -> None:
    """A read-only container still needs one writable folder."""
    mounts = container.setdefault("mountPoints", [])
    if any(mount.get("containerPath") == SCRATCH_MOUNT["containerPath"] for mount in mounts):
        return
    mounts.append(dict(SCRATCH_MOUNT))
    volumes = definition.setdefault("volumes", [])
    if all(volume.get("name") != SCRATCH["name"] for volume in volumes):
        volumes.append(dict(SCRATCH))


def _set(holder: dict[str, Any], key: str, value: Any) -> None:
    if str(holder.get(key)) != str(value):
        holder[key] = value


def _merge(container: dict[str, Any], field: str, part: str, asked: Mapping[str, str]) -> None:
    """Put the named values into a list of `{name, <part>}`; the others keep their place and value."""
    if not asked:
        return
    entries = container.setdefault(field, [])
    present = {entry.get("name"): entry for entry in entries}
    for name, value in asked.items():
        if name in present:
            present[name][part] = value
        else:
            entries.append({"name": name, part: value})


def _refuse_doubles(container: Mapping[str, Any], settings: EcsSettings) -> None:
    plain = {entry.get("name") for entry in container.get("environment", [])}
    for name in [entry.get("name") for entry in container.get("secrets", [])]:
        if name in plain:
            msg = f"{name} is both in the container's environment and among its secrets; ECS refuses that."
            step = f"Name it once: in services.{settings.name}.deploy.environment or .secrets, or in the task definition."
            raise UsageError(msg, where=settings.address, next_step=step)


def _differences(before: Mapping[str, Any], after: Mapping[str, Any], fields: Any) -> list[Change]:
    return [
        Change(field=field, before=before.get(field), after=after.get(field))
        for field in fields
        if before.get(field) != after.get(field)
    ]


def _named(field: str, part: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    old = {entry["name"]: entry.get(part) for entry in before.get(field) or []}
    new = {entry["name"]: entry.get(part) for entry in after.get(field) or []}
    label = "environment" if field == "environment" else "secret"
    return [
        Change(field=f"{label} {name}", before=old.get(name), after=value)
        for name, value in new.items()
        if old.get(name) != value
    ]
