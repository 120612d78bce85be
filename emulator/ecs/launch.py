"""From a task definition to containers: environment, limits, ports and checks, as Fargate would set them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .engine import Spec

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from .docker_engine import Place
    from .model import Container, Task

MEGABYTE = 1024 * 1024
STOP_SECONDS = 30.0
# Checks come at most this far apart while a container starts, and at most that far once it is healthy.
CHECK_SECONDS, HEALTHY_CHECK_SECONDS = 1.0, 5.0
_ECR = re.compile(r"^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com/")
DUMMY_KEY = "ASIAGOLDGATELOCAL000"


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What every container of this emulator is told."""

    emulator: str
    port: int
    place: Place
    start_cap: float


@dataclass(frozen=True, kw_only=True)
class HealthCheck:
    """A container's check; seconds. One that has never passed fails the container only after `allowance`."""

    command: tuple[str, ...]
    interval: float
    timeout: float
    retries: int
    allowance: float


def image_reference(image: str, port: int) -> str:
    """The image's address here: ECR's host is the emulator."""
    return _ECR.sub(f"127.0.0.1:{port}/", image)


def environment(
    definition: Mapping[str, Any],
    *,
    task: Task,
    ports: Sequence[tuple[int, int]],
    secrets: Mapping[str, str],
    around: Surroundings,
) -> dict[str, str]:
    """The container's environment: ours, the definition's, the secrets, the overrides, and the ports last."""
    bind = around.place.bind
    given = {
        "AWS_REGION": task.region,
        "AWS_DEFAULT_REGION": task.region,
        "AWS_ACCESS_KEY_ID": DUMMY_KEY,
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_SESSION_TOKEN": f"local-{task.id}",
        "AWS_EXECUTION_ENV": "AWS_ECS_FARGATE",
    }
    written = {item["name"]: item.get("value", "") for item in definition.get("environment") or []}
    override = _override(task, definition["name"])
    overridden = {item["name"]: item.get("value", "") for item in override.get("environment") or []}
    forced = {"HOST": bind, "AWS_ENDPOINT_URL": f"http://{around.place.emulator_host()}:{around.port}"}
    if ports:
        inside, outside = ports[0]
        forced["PORT"] = str(outside if around.place.host_network else inside)
    return {**given, **written, **secrets, **overridden, **forced}


def _override(task: Task, name: str) -> dict[str, Any]:
    entries = task.overrides.get("containerOverrides", [])
    return next((item for item in entries if item.get("name") == name), {})


def spec(
    definition: Mapping[str, Any],
    *,
    task: Task,
    container: Container,
    image: str,
    variables: Mapping[str, str],
    around: Surroundings,
    label: str,
) -> Spec:
    """The container to be made for one container definition of a task."""
    override = _override(task, container.name)
    linux = definition.get("linuxParameters") or {}
    memory = override.get("memory") or definition.get("memory") or task.memory
    cpu = override.get("cpu") or definition.get("cpu") or task.cpu
    read_only = bool(definition.get("readonlyRootFilesystem"))
    return Spec(
        name=f"goldgate-{task.family}-{task.id[:12]}-{container.name}"[:120],
        image=image,
        environment=variables,
        labels={label: around.emulator, "goldgate.task": task.id, "goldgate.container": container.name},
        command=override.get("command") or definition.get("command") or None,
        entrypoint=definition.get("entryPoint") or None,
        user=definition.get("user"),
        workdir=definition.get("workingDirectory"),
        memory=int(memory) * MEGABYTE if memory else None,
        cpu_shares=max(2, int(cpu)) if cpu else None,
        read_only=read_only,
        tmpfs=_writable(definition, linux, read_only=read_only),
        ports=container.ports,
        init=bool(linux.get("initProcessEnabled")),
        dropped=linux.get("capabilities", {}).get("drop", []),
        ulimits=[_ulimit(item) for item in definition.get("ulimits") or []],
    )


def _ulimit(item: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": item["name"], "soft": item["softLimit"], "hard": item["hardLimit"]}


def _writable(definition: Mapping[str, Any], linux: Mapping[str, Any], *, read_only: bool) -> list[str]:
    paths = [item["containerPath"] for item in linux.get("tmpfs", [])]
    paths += [item["containerPath"] for item in definition.get("mountPoints") or [] if not item.get("readOnly")]
    if read_only:
        paths.append("/tmp")  # noqa: S108 - inside the container
    return sorted(set(paths))


def ports(definition: Mapping[str, Any], free_port: Callable[[], int]) -> list[tuple[int, int]]:
    """A free loopback port for each port that the container definition maps."""
    return [(int(item["containerPort"]), free_port()) for item in definition.get("portMappings") or []]


def health_check(definition: Mapping[str, Any], image: Mapping[str, object] | None, start_cap: float) -> HealthCheck | None:
    """The definition's check, else the image's own (times in nanoseconds there); None where neither has one."""
    wanted = definition.get("healthCheck")
    scale = 1.0
    if wanted is None and image:
        fields = ("Interval", "Timeout", "Retries", "StartPeriod")
        wanted = {"command": image.get("Test"), **{f[0].lower() + f[1:]: image.get(f) for f in fields}}
        scale = 1e-9
    command = _shell((wanted or {}).get("command") or [])
    if wanted is None or command is None:
        return None
    interval = float(wanted.get("interval") or 30 / scale) * scale
    retries = int(wanted.get("retries") or 3)
    return HealthCheck(
        command=command,
        interval=interval,
        timeout=float(wanted.get("timeout") or 5 / scale) * scale,
        retries=retries,
        allowance=min(float(wanted.get("startPeriod") or 0) * scale + interval * retries, start_cap),
    )


def _shell(command: Sequence[str]) -> tuple[str, ...] | None:
    if not command or command[0] == "NONE":
        return None
    if command[0] == "CMD-SHELL":
        return ("/bin/sh", "-c", *command[1:])
    return tuple(command[1:] if command[0] == "CMD" else command)


def stop_seconds(definition: Mapping[str, Any]) -> float:
    """How long a container has between SIGTERM and SIGKILL."""
    return float(definition.get("stopTimeout") or STOP_SECONDS)
