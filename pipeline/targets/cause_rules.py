"""The rules by which a failed task tells its cause: the most telling first, in plain words with what to do next."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from .settings import EcsSettings
    from .task_facts import TaskFacts

KILLED, NOT_EXECUTABLE, NOT_FOUND, SEGMENT_FAULT = 137, 126, 127, 139
ASKED_TO_STOP = frozenset({0, 143, None})


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A cause that holds for a task when `holds` does."""

    kind: str
    holds: Callable[[TaskFacts], bool]
    summary: Callable[[TaskFacts], str]
    next: Callable[[TaskFacts, EcsSettings], str]


def _said(pattern: str) -> Callable[[TaskFacts], bool]:
    return lambda task: re.search(pattern, task.said, re.IGNORECASE) is not None


def _words(pattern: str) -> Callable[[TaskFacts], bool]:
    return lambda task: re.search(pattern, task.words, re.IGNORECASE) is not None


def _fell(pattern: str) -> Callable[[TaskFacts], bool]:
    """The words are there and the container ended by itself, not because it was asked to."""
    found = _words(pattern)
    return lambda task: found(task) and task.exit_code not in ASKED_TO_STOP


def _killed_for_memory(task: TaskFacts) -> bool:
    told = re.search(r"out ?of ?memory", task.said, re.IGNORECASE) is not None
    return told or (task.exit_code == KILLED and task.stop_code in {"EssentialContainerExited", ""})


def _exited(task: TaskFacts) -> bool:
    return task.exit_code is not None and task.stop_code in {"EssentialContainerExited", ""}


def _always(text: str) -> Callable[[TaskFacts], str]:
    return lambda _: text


def _then(text: str) -> Callable[[TaskFacts, EcsSettings], str]:
    return lambda _, settings: text.format(name=settings.name, port=settings.port, health=settings.health)


def _exit_words(task: TaskFacts) -> str:
    meaning = {
        0: ", as if its work were done",
        NOT_EXECUTABLE: ", the command cannot be executed",
        NOT_FOUND: ", the command is not in the image",
        SEGMENT_FAULT: ", a segmentation fault",
    }.get(task.exit_code or 0, "")
    return f"the container ended by itself: exit code {task.exit_code}{meaning}"


def _exit_next(task: TaskFacts, settings: EcsSettings) -> str:
    missing = re.search(r"(?:ModuleNotFoundError|ImportError): .*?'([\w.]+)'", task.words)
    if missing:
        return f"the image lacks the module {missing[1]!r}: add it to the requirements and run `goldgate test`."
    if task.exit_code in {NOT_EXECUTABLE, NOT_FOUND}:
        return "correct CMD or ENTRYPOINT in the Dockerfile and run `goldgate test`."
    return f"read the log lines above; `goldgate test` starts the same image on this machine ({settings.name})."


def _memory_next(_: TaskFacts, settings: EcsSettings) -> str:
    return f"raise services.{settings.name}.deploy.memory to at least {settings.memory * 2} MiB, or load less at start."


def _health_reason(task: TaskFacts) -> str:
    code = re.search(r"codes?: \[?([\d, ]+)", task.said)
    slow = re.search(r"timed? ?out", task.said, re.IGNORECASE)
    return f" (it answered {code[1].strip()})" if code else " (no answer in time)" if slow else ""


def _pull_reason(task: TaskFacts) -> str:
    said = task.said.lower()
    if re.search(r"not found|manifest unknown|does not exist", said):
        return "the registry does not have it"
    if re.search(r"denied|no basic auth|not authorized|403", said):
        return "the registry refused access"
    if re.search(r"time ?d? ?out|i/o timeout|dial tcp|no route|deadline", said):
        return "the registry was not reachable from the task's subnet"
    return _first_sentence(task)


def _pull_next(task: TaskFacts, settings: EcsSettings) -> str:
    reason = _pull_reason(task)
    if "does not have" in reason:
        return "push the image again with `goldgate push`; a lifecycle rule of the repository may have removed it."
    if "refused" in reason:
        return f"give services.{settings.name}.deploy.execution_role the right to pull from ECR."
    return f"check the subnets' way out (NAT or endpoints for ECR and S3) in services.{settings.name}.deploy.network."


def _first_sentence(task: TaskFacts) -> str:
    text = " ".join((task.reason or task.stopped_reason).split())
    return text if len(text) <= 160 else text[:157] + "..."


RULES: tuple[Rule, ...] = (
    Rule(
        kind="memory",
        holds=_killed_for_memory,
        summary=lambda task: f"the container was killed for memory: exit code {task.exit_code or KILLED}",
        next=_memory_next,
    ),
    Rule(
        kind="architecture",
        holds=_words(r"exec format error|does not contain descriptor matching platform|no match(ing manifest)? for platform"),
        summary=_always("the image is built for another processor architecture"),
        next=_then("build for the platform of the task definition: services.{name}.build.platform."),
    ),
    Rule(
        kind="secret",
        holds=_said(r"unable to (pull|retrieve) secrets?|secretsmanager|fetching secret|ssm.*parameter|invalid ?parameters?:"),
        summary=_always("a secret that the task needs could not be read"),
        next=_then("check the ARNs in services.{name}.deploy.secrets, and that the execution role may read them."),
    ),
    Rule(
        kind="logs",
        holds=_said(r"log group does not exist|awslogs|failed to (create|initialize) (cloudwatch )?log|logs:CreateLog"),
        summary=_always("the log driver could not reach its log group"),
        next=_then("check services.{name}.deploy.log_group, and that the execution role may write to it."),
    ),
    Rule(
        kind="pull",
        holds=_said(r"cannot ?pull|pull image|image manifest|manifest unknown|repository .* not found|no basic auth"),
        summary=lambda task: f"the image could not be pulled: {_pull_reason(task)}",
        next=_pull_next,
    ),
    Rule(
        kind="port",
        holds=_words(r"address already in use|EADDRINUSE|port is already allocated|errno 98\b"),
        summary=_always("the port is in use already"),
        next=_then("let the service listen once, on the port in PORT (here {port}), and no sidecar on the same one."),
    ),
    Rule(
        kind="read_only",
        holds=_fell(r"read-only file ?system|errno 30\b|EROFS"),
        summary=_always("the service writes to its root filesystem, which is read-only"),
        next=_then("write under /tmp (the `scratch` volume) or not at all; `goldgate test` shows it on this machine."),
    ),
    Rule(
        kind="permission",
        holds=_fell(r"AccessDenied|is not authorized to perform|UnauthorizedOperation"),
        summary=_always("AWS denied the service something that it needs at start"),
        next=_then("give the role services.{name}.deploy.task_role the permission that the log names."),
    ),
    Rule(
        kind="credentials",
        holds=_fell(r"unable to locate credentials|NoCredentialsError"),
        summary=_always("the service found no AWS credentials"),
        next=_then("set services.{name}.deploy.task_role."),
    ),
    Rule(
        kind="health",
        holds=_said(r"failed container health ?checks?|container health ?check"),
        summary=_always("the container never became healthy"),
        next=_then("{health} must answer 200 on the port in PORT within services.{name}.start.timeout_seconds."),
    ),
    Rule(
        kind="load_balancer_health",
        holds=_said(r"failed (ELB|.*load balancer.*) health ?checks?|health checks failed|unhealthy in .*target.?group"),
        summary=lambda task: "the load balancer found the tasks unhealthy" + _health_reason(task),
        next=_then("{health} must answer 200 on port {port}; if it does, compare the target group's health check."),
    ),
    Rule(
        kind="start",
        holds=_said(r"CannotStartContainer|CannotCreateContainer|failed to create (task|shim)|OCI runtime"),
        summary=lambda task: f"the container could not be started: {_first_sentence(task)}",
        next=_then("correct what the message names; `goldgate test` starts the same image on this machine."),
    ),
    Rule(
        kind="capacity",
        holds=_said(r"capacity is unavailable|no container instance|insufficient|limit on the number of vCPUs|RESOURCE:"),
        summary=_always("AWS had no capacity for the tasks"),
        next=_then("run again later, in more subnets (services.{name}.deploy.network), or with smaller tasks."),
    ),
    Rule(
        kind="network",
        holds=_said(r"ResourceInitializationError|network interface|ENI\b|subnet"),
        summary=lambda task: f"the task could not be set up: {_first_sentence(task)}",
        next=_then("check the subnets' way out (NAT or endpoints for ECR, S3, Logs) and the execution role."),
    ),
    Rule(
        kind="infrastructure",
        holds=lambda task: task.stop_code in {"SpotInterruption", "TerminationNotice", "InfrastructureHealth"},
        summary=_always("AWS took the machine away"),
        next=_then("run again; the fault is not the image's."),
    ),
    Rule(kind="exit", holds=_exited, summary=_exit_words, next=_exit_next),
    Rule(
        kind="unhealthy",
        holds=lambda task: task.health == "UNHEALTHY",
        summary=_always("the container is running but not healthy"),
        next=_then("{health} must answer 200 on the port in PORT within services.{name}.start.timeout_seconds."),
    ),
)

EVENT_RULES = (
    (
        r"capacity is unavailable|no container instance met|unable to place a task.*(capacity|resource)|limit on the number",
        "capacity",
        "AWS had no capacity for the tasks",
        "run again later, in more subnets (services.{name}.deploy.network), or with smaller tasks.",
    ),
    (
        r"unable to assume (the )?role|is unable to assume",
        "role",
        "ECS may not assume a role of the task",
        "let ecs-tasks.amazonaws.com assume services.{name}.deploy.execution_role and .task_role.",
    ),
    (
        r"failed to (register|deregister) targets|target group .* does not have an associated load balancer",
        "load_balancer",
        "ECS could not register the tasks with the target group",
        "check services.{name}.deploy.load_balancer, and that its target group belongs to a load balancer.",
    ),
    (
        r"subnet|security group|network interface",
        "network",
        "the network of the tasks could not be set up",
        "check services.{name}.deploy.network: subnets and security groups of one VPC.",
    ),
)
