from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import EndpointConnectionError

from goldgate.pipeline.errors import OutsideError
from goldgate.pipeline.targets import ecs
from goldgate.pipeline.targets.plan import Started
from goldgate.pipeline.targets.waiting import seen, stop, wait
from tests.fakes.ecs import ROLLED_BACK, WELL, FakeEcs

from .test_ecs import live_world

if TYPE_CHECKING:
    from .samples import World


def begin(*script: str, **extras: Any) -> tuple[World, Started]:
    """A deployment of the new image that will show the statuses of `script`."""
    world = live_world()
    world.ecs.script = script
    world.ecs.deployment_extras = extras
    return world, ecs.apply(ecs.plan(world.settings, world.context), world.context)


@pytest.mark.parametrize(
    ("script", "state"),
    [
        (WELL, "successful"),
        (ROLLED_BACK, "rolled_back"),
        (("IN_PROGRESS", "ROLLBACK_IN_PROGRESS", "ROLLBACK_FAILED"), "failed"),
        (("IN_PROGRESS", "STOP_REQUESTED", "STOPPED"), "failed"),
        (("PENDING", "STATUS_OF_NEXT_YEAR", "SUCCESSFUL"), "successful"),
    ],
)
def test_only_successful_is_success(script: tuple[str, ...], state: str) -> None:
    world, started = begin(*script)
    outcome = wait(started, world.context, wait_seconds=1200)
    assert outcome.state == state
    assert outcome.status == script[-1]
    assert not outcome.late
    assert len(world.clock.slept) == len(script) - 1


@pytest.mark.parametrize("status", ["PENDING", "IN_PROGRESS", "STOP_REQUESTED", "ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS"])
def test_no_status_on_the_way_ends_the_waiting(status: str) -> None:
    world, started = begin(*[status] * 5, "SUCCESSFUL")
    assert wait(started, world.context, wait_seconds=1200).state == "successful"
    assert len(world.clock.slept) == 5


def test_a_stable_service_on_the_old_version_is_no_success() -> None:
    world, started = begin(*ROLLED_BACK)
    service = world.ecs.services["finrag"]
    service |= {"runningCount": 2, "desiredCount": 2, "pendingCount": 0}
    outcome = wait(started, world.context, wait_seconds=1200)
    assert outcome.state == "rolled_back"
    assert "DescribeServices" not in world.ecs.calls[world.ecs.calls.index("UpdateService") :]


def test_the_pace_is_ten_seconds_or_slower_on_aws() -> None:
    world, started = begin(*["IN_PROGRESS"] * 8, "SUCCESSFUL")
    wait(started, world.context, wait_seconds=1200)
    assert all(10 <= pause <= 12 for pause in world.clock.slept)


def test_a_late_deployment_is_stopped_and_rolled_back() -> None:
    world, started = begin("PENDING", "IN_PROGRESS")
    looked: list[str] = []
    outcome = wait(started, world.context, wait_seconds=60, on_late=lambda: looked.append(world.ecs.calls[-1]))
    assert (outcome.state, outcome.late) == ("rolled_back", True)
    assert world.ecs.stop_types == ["ROLLBACK"]
    assert looked == ["DescribeServiceDeployments"]
    assert world.ecs.services["finrag"]["taskDefinition"] == started.previous.task_definition  # type: ignore[union-attr]


def test_a_first_deployment_is_aborted_since_there_is_nothing_to_go_back_to() -> None:
    world, started = begin("IN_PROGRESS")
    world.ecs.stop_script = ("STOP_REQUESTED", "STOPPED")
    outcome = wait(dataclasses.replace(started, previous=None), world.context, wait_seconds=60)
    assert (outcome.state, outcome.status) == ("failed", "STOPPED")
    assert world.ecs.stop_types == ["ABORT"]


def test_a_first_deployment_that_cannot_be_aborted_is_soon_given_up() -> None:
    world, started = begin("IN_PROGRESS")
    world.ecs.errors = {"StopServiceDeployment": ["InvalidParameterException"]}
    outcome = wait(dataclasses.replace(started, previous=None), world.context, wait_seconds=600)
    assert (outcome.state, outcome.late) == ("failed", True)
    assert outcome.seconds < 700


def test_a_deployment_that_ends_while_it_is_being_stopped_counts_as_it_ended() -> None:
    world, started = begin("IN_PROGRESS")

    class JustInTime(FakeEcs):
        def stop_service_deployment(self, **request: Any) -> dict[str, Any]:
            self.deployments[request["serviceDeploymentArn"]]["status"] = "SUCCESSFUL"
            return super().stop_service_deployment(**request)

    world.ecs.__class__ = JustInTime
    outcome = wait(started, world.context, wait_seconds=60)
    assert (outcome.state, outcome.late) == ("successful", True)


def test_a_rollback_that_never_ends_is_a_failure() -> None:
    world, started = begin("IN_PROGRESS")
    world.ecs.stop_script = ("ROLLBACK_IN_PROGRESS",)
    outcome = wait(started, world.context, wait_seconds=60)
    assert (outcome.state, outcome.status, outcome.late) == ("failed", "ROLLBACK_IN_PROGRESS", True)
    assert 120 <= outcome.seconds < 160


def test_another_persons_deployment_is_left_alone() -> None:
    world, started = begin("IN_PROGRESS")
    outcome = wait(started, world.context, wait_seconds=60, stop_when_late=False)
    assert (outcome.state, outcome.late) == ("failed", True)
    assert world.ecs.stop_types == []


def test_throttling_faults_and_lost_connections_are_waited_out() -> None:
    world, started = begin(*WELL)
    world.ecs.errors = {"DescribeServiceDeployments": ["ThrottlingException", "ServerException", "ThrottlingException"]}
    assert wait(started, world.context, wait_seconds=1200).state == "successful"


def test_a_lost_connection_is_waited_out_and_then_said() -> None:
    world, started = begin(*WELL)

    class Away(FakeEcs):
        def describe_service_deployments(self, **request: Any) -> dict[str, Any]:
            raise EndpointConnectionError(endpoint_url="https://ecs.us-east-1.amazonaws.com")

    world.ecs.__class__ = Away
    with pytest.raises(OutsideError, match="The deployment goes on without us") as caught:
        wait(started, world.context, wait_seconds=1200)
    assert caught.value.where == started.deployment
    assert len(world.clock.slept) == 19


def test_expired_credentials_name_the_deployment_and_a_new_process_takes_it_up() -> None:
    world, started = begin(*WELL)
    world.ecs.errors = {"DescribeServiceDeployments": ["ExpiredTokenException"]}
    with pytest.raises(OutsideError) as caught:
        wait(started, world.context, wait_seconds=1200)
    assert caught.value.where == started.deployment
    assert "waits for this deployment again" in str(caught.value.next_step)
    assert world.clock.slept == []
    again = world.make_context()
    assert wait(started, again, wait_seconds=1200).state == "successful"


def test_a_deployment_that_is_not_shown_yet_is_waited_for() -> None:
    world, started = begin(*WELL)
    arn = str(started.deployment)
    hidden = world.ecs.deployments.pop(arn)
    sleep = world.clock.sleep

    def appear(seconds: float) -> None:
        world.ecs.deployments[arn] = hidden
        sleep(seconds)

    assert wait(started, world.make_context(sleep=appear), wait_seconds=60).state == "successful"
    assert world.told[-4] == "waiting for ECS to show the deployment"


def test_progress_is_told_when_it_changes_only() -> None:
    world, started = begin("PENDING", "IN_PROGRESS", "IN_PROGRESS", "IN_PROGRESS", "SUCCESSFUL")
    world.told.clear()
    wait(started, world.context, wait_seconds=1200)
    assert world.told == [
        "pending, 0 of 2 new tasks run, 0 old",
        "in progress, 0 of 2 new tasks run, 0 old",
        "successful, 2 of 2 new tasks run, 0 old",
    ]


def test_what_is_waited_for_is_told() -> None:
    expires = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
    world, started = begin(
        "IN_PROGRESS",
        "SUCCESSFUL",
        lifecycleStage="BAKE_TIME",
        deploymentCircuitBreaker={"status": "MONITORING", "failureCount": 1, "threshold": 3},
        lifecycleHookDetails=[{"hookId": "h", "targetType": "PAUSE", "status": "AWAITING_ACTION", "expiresAt": expires}],
    )
    wait(started, world.context, wait_seconds=1200)
    line = next(line for line in world.told if "in progress" in line)
    assert "bake time" in line
    assert "1 failed, the circuit breaker allows 3" in line
    assert "a pause waits for continue or rollback until 2026-11-20 15:00 UTC, then rollback" in line


def watched(world: World, started: Started) -> list[dict[str, Any]]:
    """What `on_change` is given until the deployment has ended."""
    changes: list[dict[str, Any]] = []
    wait(started, world.context, wait_seconds=1200, on_change=changes.append)
    return changes


def test_what_is_seen_is_handed_on_when_it_changes_only() -> None:
    changes = watched(*begin("PENDING", "IN_PROGRESS", "IN_PROGRESS", "SUCCESSFUL"))
    tasks = {"running": 0, "desired": 2, "failed": 0}
    assert changes == [
        {"status": "PENDING", "new": tasks},
        {"status": "IN_PROGRESS", "new": tasks},
        {"status": "SUCCESSFUL", "new": {**tasks, "running": 2}},
    ]


def test_traffic_stage_and_alarms_are_seen_where_ecs_tells_them() -> None:
    deployment = {
        "status": "IN_PROGRESS",
        "lifecycleStage": "BAKE_TIME",
        "targetServiceRevision": {
            "runningTaskCount": 1,
            "pendingTaskCount": 1,
            "requestedTaskCount": 4,
            "requestedProductionTrafficWeight": 10.0,
        },
        "sourceServiceRevisions": [{"runningTaskCount": 2, "requestedTaskCount": 2}, {"runningTaskCount": 1}],
        "deploymentCircuitBreaker": {"failureCount": 1},
        "alarms": {"triggeredAlarmNames": ["p95-high"]},
    }
    assert seen(deployment) == {
        "status": "IN_PROGRESS",
        "stage": "BAKE_TIME",
        "old": {"running": 3, "desired": 2},
        "new": {"running": 1, "pending": 1, "desired": 4, "failed": 1},
        "traffic": 10.0,
        "alarms": ["p95-high"],
    }
    assert seen({"status": "PENDING"}).keys() == {"status", "new"}


def test_the_alarms_that_fired_are_kept() -> None:
    alarms = {"status": "TRIGGERED", "triggeredAlarmNames": ["slow"]}
    world, started = begin(*ROLLED_BACK, alarms=alarms)
    assert wait(started, world.context, wait_seconds=1200).alarms == ("slow",)


def test_a_new_count_alone_ends_when_as_many_tasks_run() -> None:
    world = live_world(desired_count=3, image=live_world().settings.image)
    world.ecs.script = WELL
    ecs.apply(ecs.plan(world.settings, world.context), world.context)
    service = world.ecs.services["finrag"]
    service |= {"runningCount": 2, "desiredCount": 3}
    counting = Started(
        cluster="finrag",
        service="finrag",
        container="finrag",
        task_definition=service["taskDefinition"],
        deployment=None,
        by_rollouts=False,
        previous=None,
        started_at=0,
    )
    outcome = wait(counting, world.context, wait_seconds=30)
    assert (outcome.state, outcome.late) == ("failed", True)
    service["runningCount"] = 3
    assert watched(world, counting) == [{"new": {"running": 3, "pending": 0, "desired": 3}}]
    assert wait(counting, world.context, wait_seconds=30).state == "successful"


@pytest.mark.parametrize(
    ("rollouts", "state"),
    [
        ([("new", "IN_PROGRESS", 0), ("new", "IN_PROGRESS", 2), ("new", "COMPLETED", 0)], "successful"),
        ([("new", "IN_PROGRESS", 0), ("new", "FAILED", 3), ("old", "IN_PROGRESS", 0), ("old", "COMPLETED", 0)], "rolled_back"),
        ([("new", "IN_PROGRESS", 0), ("old", "FAILED", 0)], "failed"),
        ([("new", "IN_PROGRESS", 0), ("other", "COMPLETED", 0)], "failed"),
    ],
)
def test_without_service_deployments_only_our_own_rollout_decides(rollouts: list[tuple[str, str, int]], state: str) -> None:
    world = live_world()
    world.ecs.lists_deployments = False
    world.ecs.rollouts = rollouts
    started = ecs.apply(ecs.plan(world.settings, world.context), world.context)
    assert started.by_rollouts
    assert wait(started, world.context, wait_seconds=1200).state == state


def test_without_service_deployments_both_sides_of_the_rollout_are_seen() -> None:
    world = live_world()
    world.ecs.lists_deployments = False
    world.ecs.rollouts = [("new", "IN_PROGRESS", 0)] * 2 + [("new", "IN_PROGRESS", 1), ("new", "COMPLETED", 1)]
    changes = watched(world, ecs.apply(ecs.plan(world.settings, world.context), world.context))
    tasks = {"running": 2, "pending": 0, "desired": 2}
    assert changes == [{"old": tasks, "new": {**tasks, "failed": failed}} for failed in (0, 1)]


def test_without_service_deployments_a_late_one_is_put_back_by_hand() -> None:
    world = live_world()
    old = world.ecs.services["finrag"]["taskDefinition"]
    world.ecs.lists_deployments = False
    world.ecs.rollouts = [("new", "IN_PROGRESS", 0)]
    started = ecs.apply(ecs.plan(world.settings, world.context), world.context)
    stop(started, world.context)
    assert world.ecs.services["finrag"]["taskDefinition"] == old
