from __future__ import annotations

import pytest

from goldgate.pipeline.targets import ecs
from goldgate.pipeline.targets.running import look, settled
from goldgate.pipeline.targets.waiting import wait

from .samples import NEW, OLD, World
from .test_ecs import live_world


def released_world() -> World:
    """A world in which the new image is live."""
    world = live_world()
    wait(ecs.apply(ecs.plan(world.settings, world.context), world.context), world.context, wait_seconds=60)
    return world


def test_all_is_right_after_a_release() -> None:
    world = released_world()
    seen = look(world.settings, world.context, digest=NEW)
    assert seen.problems == ()
    assert [task.digest for task in seen.tasks] == [NEW, NEW]
    assert [item["digest"] for item in seen.revisions] == [NEW]


def test_each_task_and_revision_of_another_digest_is_named() -> None:
    world = live_world()
    seen = look(world.settings, world.context, digest=NEW)
    assert len(seen.mismatches) == 3
    assert all(OLD in line for line in seen.mismatches)
    assert set(seen.mismatches) <= set(seen.problems)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("lastStatus", "PENDING", "is pending"),
        ("imageDigest", None, "does not tell its image's digest"),
        ("healthStatus", "UNHEALTHY", "is unhealthy"),
        ("healthStatus", "UNKNOWN", "is unknown"),
    ],
)
def test_what_is_not_well_is_a_problem_and_no_mismatch(field: str, value: str | None, words: str) -> None:
    world = released_world()
    task = next(task for task in world.ecs.tasks.values() if task["desiredStatus"] == "RUNNING")
    holder = task if field == "lastStatus" else task["containers"][0]
    holder.pop(field)
    holder.update({field: value} if value else {})
    seen = look(world.settings, world.context, digest=NEW)
    assert seen.mismatches == ()
    assert len(seen.problems) == 1
    assert words in seen.problems[0]


def test_too_few_tasks_are_a_problem() -> None:
    world = released_world()
    next(task for task in world.ecs.tasks.values() if task["desiredStatus"] == "RUNNING")["desiredStatus"] = "STOPPED"
    assert look(world.settings, world.context, digest=NEW).problems == ("1 of 2 tasks run",)


def test_no_service_is_a_problem() -> None:
    world = World()
    assert look(world.settings, world.context, digest=NEW).problems == ("there is no service finrag",)


def test_tasks_get_time_to_report() -> None:
    world = released_world()
    container = next(task for task in world.ecs.tasks.values() if task["desiredStatus"] == "RUNNING")["containers"][0]
    container["healthStatus"] = "UNKNOWN"
    sleep = world.clock.sleep

    def recover(seconds: float) -> None:
        sleep(seconds)
        if len(world.clock.slept) == 3:
            container["healthStatus"] = "HEALTHY"

    context = world.make_context(sleep=recover)
    world.clock.slept.clear()
    assert settled(world.settings, context, digest=NEW, settle_seconds=120).problems == ()
    assert len(world.clock.slept) == 3
    assert sum("waiting for the tasks to report" in line for line in world.told) == 1


def test_the_patience_has_an_end() -> None:
    world = released_world()
    next(iter(task for task in world.ecs.tasks.values() if task["desiredStatus"] == "RUNNING"))["lastStatus"] = "PENDING"
    world.clock.slept.clear()
    assert settled(world.settings, world.context, digest=NEW, settle_seconds=30).problems != ()
    assert 30 <= sum(world.clock.slept) < 50
