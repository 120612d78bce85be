from __future__ import annotations

from typing import Any

import pytest

from goldgate.pipeline.targets.causes import cause_of_events, causes_of
from goldgate.pipeline.targets.task_facts import TaskFacts

from .samples import SETTINGS


def task(**fields: Any) -> TaskFacts:
    """A stopped task; what is not given says nothing."""
    nothing = {
        "task": "t1",
        "container": "finrag",
        "stop_code": "EssentialContainerExited",
        "stopped_reason": "Essential container in task exited",
        "exit_code": None,
        "reason": "",
        "health": "UNKNOWN",
        "last_status": "STOPPED",
    }
    return TaskFacts(**{**nothing, **fields})


PULL = {"stop_code": "TaskFailedToStart", "exit_code": None}
SCHEDULER = {"stop_code": "ServiceSchedulerInitiated"}
CASES: list[tuple[str, dict[str, Any], str, str]] = [
    ("memory", {"exit_code": 137}, "killed for memory: exit code 137", "deploy.memory to at least 4096"),
    ("memory", {"exit_code": 137, "reason": "OutOfMemoryError: Container killed due to memory usage"}, "memory", "4096"),
    ("exit", {"exit_code": 3}, "exit code 3", "goldgate test"),
    ("exit", {"exit_code": 0}, "as if its work were done", "log"),
    ("exit", {"exit_code": 127}, "not in the image", "CMD or ENTRYPOINT"),
    ("exit", {"exit_code": 1, "log": ("ModuleNotFoundError: No module named 'polars'",)}, "exit code 1", "'polars'"),
    (
        "health",
        {**SCHEDULER, "stopped_reason": "Task failed container health checks", "exit_code": 137},
        "never became healthy",
        "/healthz must answer 200",
    ),
    (
        "load_balancer_health",
        {
            **SCHEDULER,
            "exit_code": 143,
            "stopped_reason": "Task failed ELB health checks in (target-group arn:x): codes: [503]",
        },
        "it answered 503",
        "target group",
    ),
    (
        "load_balancer_health",
        {
            **SCHEDULER,
            "exit_code": 0,
            "stopped_reason": "Task failed ELB health checks in (target-group arn:x): Request timed out",
        },
        "no answer in time",
        "target group's health check",
    ),
    (
        "pull",
        {
            **PULL,
            "stopped_reason": "CannotPullContainerError: pull image manifest has been retried: manifest unknown: not found",
        },
        "the registry does not have it",
        "goldgate push",
    ),
    (
        "pull",
        {
            **PULL,
            "stopped_reason": "CannotPullContainerError: AccessDeniedException: User is not authorized: ecr:BatchGetImage",
        },
        "refused access",
        "execution_role",
    ),
    (
        "pull",
        {**PULL, "stopped_reason": "CannotPullContainerError: dial tcp 10.0.0.1:443: i/o timeout"},
        "not reachable",
        "NAT or endpoints",
    ),
    (
        "secret",
        {
            **PULL,
            "stopped_reason": "ResourceInitializationError: unable to pull secrets or registry auth: fetching secret from asm",
        },
        "secret",
        "deploy.secrets",
    ),
    (
        "logs",
        {
            **PULL,
            "stopped_reason": "ResourceInitializationError: logger args: The specified log group does not exist",
        },
        "log group",
        "deploy.log_group",
    ),
    ("architecture", {"exit_code": 1, "log": ("exec /usr/bin/python: exec format error",)}, "architecture", "build.platform"),
    (
        "architecture",
        {
            **PULL,
            "reason": "CannotPullContainerError: image Manifest does not contain descriptor matching platform 'linux/amd64'",
        },
        "architecture",
        "build.platform",
    ),
    ("port", {"exit_code": 1, "log": ("OSError: [Errno 98] Address already in use",)}, "port is in use", "PORT (here 8080)"),
    ("read_only", {"exit_code": 1, "log": ("OSError: [Errno 30] Read-only file system: '/app/x'",)}, "read-only", "/tmp"),
    (
        "permission",
        {"exit_code": 1, "log": ("ClientError: An error occurred (AccessDenied) when calling GetObject",)},
        "denied",
        "task_role",
    ),
    (
        "credentials",
        {"exit_code": 1, "log": ("botocore NoCredentialsError: Unable to locate credentials",)},
        "no AWS",
        "task_role",
    ),
    ("capacity", {**PULL, "stopped_reason": "Capacity is unavailable at this time."}, "no capacity", "more subnets"),
    ("start", {**PULL, "reason": "CannotStartContainerError: exec: no such file"}, "could not be started", "goldgate test"),
    (
        "network",
        {**PULL, "stopped_reason": "ResourceInitializationError: failed to configure ENI: no route"},
        "could not be set up",
        "subnets",
    ),
    (
        "infrastructure",
        {"stop_code": "SpotInterruption", "stopped_reason": "Your Spot Task was interrupted"},
        "machine",
        "again",
    ),
    (
        "unhealthy",
        {"stop_code": "", "stopped_reason": "", "health": "UNHEALTHY", "last_status": "RUNNING"},
        "not healthy",
        "200",
    ),
]


@pytest.mark.parametrize(("kind", "fields", "summary", "step"), CASES)
def test_a_failed_task_tells_its_cause(kind: str, fields: dict[str, Any], summary: str, step: str) -> None:
    causes = causes_of([task(**fields)], SETTINGS)
    assert [cause.kind for cause in causes] == [kind]
    assert summary in causes[0].summary
    assert step in causes[0].next
    assert causes[0].summary.endswith("in 1 of 1 task")


def test_a_denied_call_in_the_log_of_a_task_that_was_asked_to_stop_is_not_the_cause() -> None:
    fields = {**SCHEDULER, "stopped_reason": "Task failed container health checks", "exit_code": 143}
    assert causes_of([task(**fields, log=("AccessDenied",))], SETTINGS)[0].kind == "health"


def test_the_cause_of_most_tasks_comes_first_and_the_count_is_told() -> None:
    tasks = [task(exit_code=3), task(exit_code=137), task(exit_code=137)]
    causes = causes_of(tasks, SETTINGS)
    assert [cause.kind for cause in causes] == ["memory", "exit"]
    assert causes[0].summary == "the container was killed for memory: exit code 137 in 2 of 3 tasks"


def test_among_equals_the_more_telling_cause_comes_first() -> None:
    tasks = [task(exit_code=3), task(exit_code=137)]
    assert [cause.kind for cause in causes_of(tasks, SETTINGS)] == ["memory", "exit"]


def test_no_tasks_no_causes() -> None:
    assert causes_of([], SETTINGS) == []


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        ("(service finrag) was unable to place a task because no container instance met all of its requirements.", "capacity"),
        ("(service finrag) was unable to place a task. Reason: Capacity is unavailable at this time.", "capacity"),
        (
            "(service finrag) failed to launch a task with (error ECS was unable to assume the role arn:aws:iam::1:role/x)",
            "role",
        ),
        ("(service finrag) failed to register targets in (target-group arn:x)", "load_balancer"),
        ("(service finrag) failed to create a network interface in subnet-a", "network"),
        ("(service finrag) has reached a steady state.", None),
    ],
)
def test_events_tell_where_no_task_was_placed(event: str, kind: str | None) -> None:
    cause = cause_of_events(["(service finrag) has started 1 tasks.", event], SETTINGS)
    assert (cause.kind if cause else None) == kind
