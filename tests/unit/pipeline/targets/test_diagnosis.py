from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from goldgate.pipeline.targets.diagnosis import Evidence, diagnose, gather
from goldgate.pipeline.targets.task_definition import place_of, wanted
from goldgate.pipeline.targets.waiting import Outcome
from tests.fakes.clock import START
from tests.fakes.ecs import PREFIX

from .samples import World, started

OUTCOME = Outcome(state="rolled_back", status="ROLLBACK_SUCCESSFUL", reason="circuit breaker", seconds=48.0, late=False)
KILLED = {
    "stopCode": "EssentialContainerExited",
    "stoppedReason": "Essential container in task exited",
    "container": {"exitCode": 137, "reason": "OutOfMemoryError: Container killed due to memory usage"},
}


def failed_world(*stopped: dict[str, Any]) -> tuple[World, Any]:
    """A world in which the tasks of a new definition stopped."""
    world = World()
    definition = world.ecs.add_definition(wanted(None, world.settings, place_of(PREFIX)))["taskDefinitionArn"]
    world.ecs.add_definition({"family": "finrag", "containerDefinitions": []})
    world.ecs.services["finrag"] = {"serviceName": "finrag", "taskDefinition": definition, "events": []}
    for number, template in enumerate(stopped):
        world.ecs.add_task(f"{PREFIX}:task/finrag/t{number}", definition, **template)
    return world, started(task_definition=definition)


def log(world: World, task: str, *lines: str) -> None:
    """Put lines where the task's container would have written them."""
    world.logs.groups["/ecs/finrag"][f"finrag/finrag/{task}"] = list(lines)


def test_tasks_and_their_log_tails_are_gathered() -> None:
    world, begun = failed_world(KILLED, KILLED)
    log(world, "t0", *[f"line {n}" for n in range(40)])
    evidence = gather(begun, world.context)
    assert [task.task for task in evidence.tasks] == ["t0", "t1"]
    assert evidence.tasks[0].exit_code == 137
    assert len(evidence.tasks[0].log) == 25
    assert evidence.tasks[0].log[-1] == "2025-11-20 14:00:00 line 39"
    assert evidence.gaps == ()


def test_tasks_of_other_definitions_are_left_out() -> None:
    world, begun = failed_world(KILLED)
    world.ecs.add_task(f"{PREFIX}:task/finrag/old", f"{PREFIX}:task-definition/finrag:99", container={"exitCode": 143})
    assert [task.task for task in gather(begun, world.context).tasks] == ["t0"]


def test_the_diagnosis_reads_as_the_terminal_shows_it() -> None:
    world, begun = failed_world(KILLED, KILLED)
    log(world, "t0", "loading embeddings: 1,840 MB")
    cause = diagnose(OUTCOME, gather(begun, world.context), world.settings)
    assert cause["kind"] == "memory"
    assert cause["summary"] == "the container was killed for memory: exit code 137 in 2 of 2 tasks"
    assert cause["next"] == "raise services.finrag.deploy.memory to at least 4096 MiB, or load less at start."
    assert cause["log"] == ["2025-11-20 14:00:00 loading embeddings: 1,840 MB"]
    assert cause["task_lines"][0] == "t0: exit code 137, OutOfMemoryError: Container killed due to memory usage"
    assert cause["task_lines"][-1] == "memory limit 2,048 MiB (services.finrag.deploy.memory)"
    assert (cause["status"], cause["reason"], cause["late"]) == ("ROLLBACK_SUCCESSFUL", "circuit breaker", False)
    json.dumps(cause)


def test_secrets_in_the_log_are_masked() -> None:
    world, begun = failed_world({**KILLED, "container": {"exitCode": 1, "reason": "password=hunter2"}})
    log(world, "t0", "connecting with AKIAIOSFODNN7EXAMPLE", "Authorization: Bearer abcdefghijkl")
    world.ecs.services["finrag"]["events"] = [
        {"id": "1", "createdAt": datetime.fromtimestamp(START, tz=UTC), "message": "token=abcdef"}
    ]
    text = json.dumps(diagnose(OUTCOME, gather(begun, world.context), world.settings))
    for secret in ("hunter2", "AKIAIOSFODNN7EXAMPLE", "abcdefghijkl", "token=abcdef"):
        assert secret not in text


def test_what_cannot_be_read_is_a_gap_and_not_an_end() -> None:
    world, begun = failed_world(KILLED)
    world.logs.denied = True
    evidence = gather(begun, world.context)
    assert evidence.tasks[0].exit_code == 137
    assert len(evidence.gaps) == 1
    assert "logs:GetLogEvents" in evidence.gaps[0]


def test_nothing_can_be_read_and_the_failure_is_told_even_so() -> None:
    world, begun = failed_world(KILLED)
    world.ecs.errors = {"ListTasks": ["AccessDeniedException"], "DescribeServices": ["AccessDeniedException"]}
    cause = diagnose(OUTCOME, gather(begun, world.context), world.settings)
    assert cause["summary"] == "ECS ended the deployment: circuit breaker"
    assert len(cause["gaps"]) == 2


def test_the_log_line_of_the_failed_container_decides() -> None:
    world, begun = failed_world({"stopCode": "EssentialContainerExited", "container": {"exitCode": 1}})
    log(world, "t0", "OSError: [Errno 98] Address already in use")
    assert diagnose(OUTCOME, gather(begun, world.context), world.settings)["kind"] == "port"


def test_a_sidecar_that_failed_is_named() -> None:
    world, begun = failed_world(
        {
            "stopCode": "EssentialContainerExited",
            "containers": [{"name": "finrag", "exitCode": 143}, {"name": "agent", "exitCode": 3}],
        }
    )
    evidence = gather(begun, world.context)
    assert (evidence.tasks[0].container, evidence.tasks[0].exit_code) == ("agent", 3)


def test_events_before_the_deployment_are_not_its_own() -> None:
    world, begun = failed_world()
    world.ecs.services["finrag"]["events"] = [
        {"id": "2", "createdAt": datetime.fromtimestamp(START + 5, tz=UTC), "message": "new"},
        {"id": "1", "createdAt": datetime.fromtimestamp(START - 60, tz=UTC), "message": "old"},
    ]
    begun = started(task_definition=begun.task_definition, started_at=START)
    assert gather(begun, world.context).events == ("new",)


def alone(events: tuple[str, ...] = (), **changes: Any) -> str:
    """The summary of a failure without a failed task."""
    outcome = Outcome(**{"state": "failed", "status": "STOPPED", "reason": "", "seconds": 1.0, "late": False, **changes})
    return str(diagnose(outcome, Evidence(tasks=(), events=events), World().settings)["summary"])


def test_without_a_failed_task_the_rest_is_asked() -> None:
    assert alone(alarms=("slow",)) == "the alarm slow fired during the deployment"
    assert alone(events=("unable to place a task: Capacity is unavailable",)) == "AWS had no capacity for the tasks"
    assert alone(late=True) == "the deployment was not finished after 20 minutes"
    assert alone(reason="stopped by a user") == "the deployment was stopped: stopped by a user"
    assert alone(status="ROLLBACK_FAILED") == "ECS ended the deployment: ECS gave no reason"
