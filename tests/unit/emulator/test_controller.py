"""The life of a deployment with fake tasks and a fake clock."""

from __future__ import annotations

import pytest

from emulator.ecs import releases
from emulator.ecs.model import service_from_json, task_from_json, to_json
from tests.fakes.fake_tasks import World


def served() -> World:
    """A world in which v1 is up."""
    world = World()
    assert world.deploy("v1").status == "PENDING"
    world.run()
    assert world.healthy("v1") == 2
    return world


def test_the_first_deployment_succeeds_and_the_service_is_steady() -> None:
    world = served()
    release = world.service.release
    assert release is not None
    assert (release.status, release.breaker_status) == ("SUCCESSFUL", "MONITORING_COMPLETE")
    assert world.service.primary.rollout_state == "COMPLETED"
    assert world.service.events[0]["message"] == "(service s) has reached a steady state."


def test_a_rolling_deployment_keeps_the_healthy_count_within_its_bounds() -> None:
    world = served()
    release = world.deploy("v2")
    seen = [(world.healthy(), len(alive)) for alive in world.step(20)]
    assert min(healthy for healthy, _ in seen) >= 2
    assert max(alive for _, alive in seen) <= 4
    assert release.status == "SUCCESSFUL"
    assert (world.healthy("v2"), world.healthy("v1")) == (2, 0)
    assert [d.definition for d in world.service.deployments] == ["v2"]


def test_half_healthy_and_no_surplus_replaces_in_place() -> None:
    world = World(desired=4, limits=(50, 100))
    world.deploy("v1")
    world.run()
    world.deploy("v2")
    seen = [(world.healthy(), len(alive)) for alive in world.step(40)]
    assert min(healthy for healthy, _ in seen) >= 2
    assert max(alive for _, alive in seen) <= 4
    assert world.healthy("v2") == 4


@pytest.mark.parametrize("how", ["fails", "sick"])
def test_the_breaker_rolls_back_and_the_old_tasks_never_leave(how: str) -> None:
    world = served()
    getattr(world.tasks, how).add("bad")
    before = {task.id for task in world.store.tasks.values()}
    release = world.deploy("bad")
    for _ in world.step(60):
        assert world.healthy("v1") == 2
    assert release.status == "ROLLBACK_SUCCESSFUL"
    assert (release.breaker_status, release.threshold) == ("TRIGGERED", 3)
    assert release.failures >= 3
    assert release.rollback is not None
    assert release.rollback["serviceRevisionArn"] == world.service.last_good
    assert world.service.definition == "v1"
    assert before == {task.id for task in world.store.tasks.values() if task.running}
    assert all(task.definition != "bad" for task in world.store.tasks.values() if task.alive)


def test_the_failed_deployment_says_why_while_it_is_rolled_back() -> None:
    world = served()
    world.tasks.fails.add("bad")
    release = world.deploy("bad")
    for _ in world.step(20):
        if release.status == "ROLLBACK_SUCCESSFUL":
            break
    failed = world.service.deployments[1]
    assert (failed.status, failed.rollout_state) == ("ACTIVE", "FAILED")
    assert failed.rollout_reason == "ECS deployment circuit breaker: tasks failed to start."
    world.run(40)
    assert len(world.service.deployments) == 1
    assert release.reason == "Service deployment rolled back because the circuit breaker threshold was exceeded."


def test_a_rollback_names_the_deployment_that_it_returns_to() -> None:
    world = served()
    world.tasks.sick.add("bad")
    release = world.deploy("bad")
    for _ in world.step(30):
        if release.status == "ROLLBACK_IN_PROGRESS":
            break
    assert world.service.primary.rollout_reason.startswith(
        "ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/"
    )


def test_without_rollback_the_breaker_stops_and_starts_nothing_more() -> None:
    world = World(rollback=False)
    world.deploy("v1")
    world.run()
    world.tasks.fails.add("bad")
    release = world.deploy("bad")
    world.run()
    count = len(world.store.tasks)
    world.run()
    assert release.status == "STOPPED"
    assert world.service.primary.rollout_state == "FAILED"
    assert (len(world.store.tasks), world.healthy("v1")) == (count, 2)


def test_a_first_deployment_has_nothing_to_roll_back_to() -> None:
    world = World()
    world.tasks.fails.add("bad")
    release = world.deploy("bad")
    world.run()
    assert release.status == "ROLLBACK_FAILED"
    assert release.reason is not None
    assert release.reason.endswith("There is no service revision to roll back to.")


def test_without_a_breaker_a_bad_deployment_goes_on_for_ever() -> None:
    world = World(breaker=False)
    world.tasks.fails.add("bad")
    release = world.deploy("bad")
    world.run(200)
    assert release.status == "IN_PROGRESS"
    assert release.breaker_status == "DISABLED"
    assert world.service.primary.failed_tasks > 10


def test_a_healthy_task_sets_the_count_of_failures_to_zero() -> None:
    world = World()
    world.tasks.fails.add("v1")
    release = world.deploy("v1")
    list(world.step(2))
    assert 0 < release.failures < 3
    world.tasks.fails.clear()
    world.run()
    assert (release.failures, release.status) == (0, "SUCCESSFUL")


def test_a_second_update_supersedes_the_first() -> None:
    world = served()
    first = world.deploy("v2")
    list(world.step(2))
    second = world.deploy("v3")
    world.run()
    assert (first.status, second.status) == ("STOPPED", "SUCCESSFUL")
    assert first.reason == "Service deployment stopped because a new service deployment was started."
    assert (world.healthy("v3"), world.healthy()) == (2, 2)


def test_a_rollback_after_a_superseded_deployment_goes_to_the_last_good_one() -> None:
    world = served()
    world.deploy("v2")
    list(world.step(1))
    world.tasks.fails.add("bad")
    release = world.deploy("bad")
    world.run(60)
    assert release.status == "ROLLBACK_SUCCESSFUL"
    assert (world.service.definition, world.healthy("v1"), world.healthy()) == ("v1", 2, 2)


@pytest.mark.parametrize(("stop_type", "status"), [("ROLLBACK", "ROLLBACK_SUCCESSFUL"), ("ABORT", "STOPPED")])
def test_a_deployment_can_be_stopped(stop_type: str, status: str) -> None:
    world = served()
    release = world.deploy("v2")
    list(world.step(1))
    releases.stop(world.store, world.service, release, stop_type)
    world.run()
    assert release.status == status
    assert world.healthy("v1") == 2


def test_a_task_that_dies_later_is_replaced_and_the_deployment_stays_completed() -> None:
    world = served()
    victim = next(task for task in world.store.tasks.values() if task.running)
    victim.last_status = victim.desired_status = "STOPPED"
    victim.failed = True
    world.run()
    assert world.healthy("v1") == 2
    assert world.service.primary.rollout_state == "COMPLETED"


def test_scaling_needs_no_deployment() -> None:
    world = served()
    for desired in (4, 1, 0):
        world.service.desired, world.service.steady = desired, False
        world.run()
        assert world.healthy() == desired
        assert world.service.steady
    assert len(world.service.releases) == 1


def test_a_deleted_service_drains_and_is_inactive() -> None:
    world = served()
    world.service.status = "DRAINING"
    world.run(5)
    assert (world.service.status, world.service.deployments, world.healthy()) == ("INACTIVE", [], 0)


def test_stopped_tasks_are_forgotten_after_an_hour() -> None:
    world = served()
    world.deploy("v2")
    world.run()
    world.clock.now += 3500
    world.store.forget_old()
    assert len(world.store.tasks) == 4
    world.clock.now += 200
    world.store.forget_old()
    assert len(world.store.tasks) == 2


def test_services_and_tasks_survive_as_json() -> None:
    world = served()
    world.deploy("v2")
    list(world.step(2))
    assert service_from_json(to_json(world.service)) == world.service
    task = next(iter(world.store.tasks.values()))
    assert task_from_json(to_json(task)) == task
