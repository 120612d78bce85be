"""Releases on the real engine: good ones pass without a failed request, bad ones are rolled back."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests.fakes.ecs_stack import Prober, Stack, ask
from tests.integration.emulator.conftest import docker

if TYPE_CHECKING:
    from tests.fakes.emulator_process import EmulatorProcess

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def stack(emulator: EmulatorProcess, digests: dict[str, str]) -> Stack:
    """A service that serves v1."""
    made = Stack(emulator, "rolling")
    first = made.wait(made.create(made.register(image(emulator, digests["v1"]))))
    assert first["status"] == "SUCCESSFUL"
    return made


def image(emulator: EmulatorProcess, digest: str) -> str:
    return f"127.0.0.1:{emulator.port}/tiny@{digest}"


def test_a_good_release_rolls_without_a_failed_request(
    stack: Stack, emulator: EmulatorProcess, digests: dict[str, str]
) -> None:
    started = time.monotonic()
    with Prober(stack.port) as prober, Prober(stack.port, "/slow") as slow:
        found = stack.wait(stack.update(taskDefinition=stack.register(image(emulator, digests["v2"]))))
        seconds = time.monotonic() - started
        time.sleep(0.5)
    assert found["status"] == "SUCCESSFUL"
    assert set(prober.answers) == {"200 v1", "200 v2"}
    assert set(slow.answers) <= {"200 v1", "200 v2"}
    assert ask(stack.port) == "200 v2"
    assert {task["containers"][0]["imageDigest"] for task in stack.tasks()} == {digests["v2"]}
    assert seconds < 12, stack.service()["events"]
    back = stack.wait(stack.update(taskDefinition=stack.register(image(emulator, digests["v1"]))))
    assert back["status"] == "SUCCESSFUL"


@pytest.mark.parametrize(
    ("mode", "code", "reason", "exit_code"),
    [
        ("unhealthy", "ServiceSchedulerInitiated", "Task failed ELB health checks", 0),
        ("exit", "EssentialContainerExited", "Essential container in task exited", 3),
        ("missing", "TaskFailedToStart", "CannotPullContainerError", None),
    ],
)
def test_a_bad_image_is_rolled_back_while_the_old_one_serves(
    stack: Stack, emulator: EmulatorProcess, digests: dict[str, str], mode: str, code: str, reason: str, exit_code: int | None
) -> None:
    before = stack.service()["taskDefinition"]
    bad = stack.register(image(emulator, digests.get(mode, f"sha256:{'0' * 64}")))
    with Prober(stack.port) as prober:
        found = stack.wait(stack.update(taskDefinition=bad))
    assert set(prober.answers) == {"200 v1"}
    assert found["status"] == "ROLLBACK_SUCCESSFUL"
    assert found["deploymentCircuitBreaker"]["status"] == "TRIGGERED"
    assert found["deploymentCircuitBreaker"]["failureCount"] >= found["deploymentCircuitBreaker"]["threshold"] == 3
    assert stack.service()["taskDefinition"] == before
    task = next(one for one in stack.stopped(bad, code) if one["stoppedReason"].startswith(reason))
    assert task["containers"][0].get("exitCode") == exit_code
    if mode == "exit":
        assert "RuntimeError: no such table" in stack.log_of(task)


def test_a_container_killed_for_memory_says_so(stack: Stack, emulator: EmulatorProcess, digests: dict[str, str]) -> None:
    definition = stack.register(image(emulator, digests["oom"]), memory=64)
    network = {"awsvpcConfiguration": {"subnets": ["subnet-1"]}}
    made = stack.ecs.run_task(cluster=stack.name, taskDefinition=definition, networkConfiguration=network)
    arn = made["tasks"][0]["taskArn"]
    stack.ecs.get_waiter("tasks_stopped").wait(cluster=stack.name, tasks=[arn], WaiterConfig={"Delay": 1, "MaxAttempts": 20})
    container = stack.ecs.describe_tasks(cluster=stack.name, tasks=[arn])["tasks"][0]["containers"][0]
    assert (container["exitCode"], container["reason"]) == (137, "OutOfMemoryError: container killed due to memory usage")


def test_a_container_that_dies_is_replaced(stack: Stack) -> None:
    victim = stack.tasks()[0]
    docker("kill", victim["containers"][0]["runtimeId"])
    limit = time.monotonic() + 15
    while (
        len(found := {task["taskArn"] for task in stack.tasks() if task["lastStatus"] == "RUNNING"} - {victim["taskArn"]}) < 2
    ):
        assert time.monotonic() < limit, found
        time.sleep(0.2)
    ended = stack.ecs.describe_tasks(cluster=stack.name, tasks=[victim["taskArn"]])["tasks"][0]
    assert (ended["stopCode"], ended["containers"][0]["exitCode"]) == ("EssentialContainerExited", 137)
    assert stack.service()["deployments"][0]["rolloutState"] == "COMPLETED"


def test_target_health_is_true(stack: Stack) -> None:
    bound = {task["containers"][0]["networkBindings"][0]["hostPort"] for task in stack.tasks()}
    limit = time.monotonic() + 10
    while (healthy := ports_in(stack, "healthy")) != bound:
        assert time.monotonic() < limit, (healthy, bound)
        time.sleep(0.2)


def ports_in(stack: Stack, state: str) -> set[int]:
    found = stack.elbv2.describe_target_health(TargetGroupArn=stack.group)["TargetHealthDescriptions"]
    return {item["Target"]["Port"] for item in found if item["TargetHealth"]["State"] == state}
