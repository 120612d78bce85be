from __future__ import annotations

import dataclasses
import json
from datetime import datetime
from typing import Any

import pytest

from goldgate.pipeline.errors import DeploymentFailed, OutsideError, Refused
from goldgate.pipeline.records import ReleaseRecord
from goldgate.pipeline.stages import release
from tests.fakes.ecs import ROLLED_BACK

from .samples import COMMITS, Pipeline, deploy, digest, evaluation, push

EXITS = {"stopCode": "EssentialContainerExited", "container": {"exitCode": 3}}
UNHEALTHY = {
    "stopCode": "ServiceSchedulerInitiated",
    "stoppedReason": "Task failed container health checks",
    "container": {"exitCode": 143},
}


def test_a_first_release_creates_the_service() -> None:
    pipeline = Pipeline()
    record = pipeline.release(1)
    assert record.status == "released"
    assert record.digest == digest(1)
    assert record.previous is None
    assert record.live == record.task_definition
    assert record.resume is None
    assert pipeline.world.ecs.live_image().endswith(digest(1))
    release.raise_if_failed(record)


def test_the_same_image_again_is_unchanged() -> None:
    pipeline = Pipeline()
    pipeline.go_live(1)
    pipeline.world.ecs.calls.clear()
    record = pipeline.release(1)
    assert (record.status, record.plan, record.steps) == ("unchanged", [], [])
    assert record.deployment == pipeline.world.ecs.services["finrag"]["currentServiceDeployment"]
    assert not {"RegisterTaskDefinition", "UpdateService"} & set(pipeline.world.ecs.calls)
    release.raise_if_failed(record)


def test_the_next_image_takes_the_place_of_the_last() -> None:
    pipeline = Pipeline()
    pipeline.go_live(1)
    record = pipeline.release(2)
    assert record.status == "released"
    assert record.previous is not None
    assert record.previous["digest"] == digest(1)
    assert [change["field"] for change in record.plan] == ["image"]
    assert pipeline.world.ecs.live_image().endswith(digest(2))
    assert record.seconds > 0
    assert [step["text"] for step in record.steps] == pipeline.world.told
    assert [step["after_seconds"] for step in record.steps] == sorted(step["after_seconds"] for step in record.steps)
    assert all(datetime.fromisoformat(step["at"]).tzinfo for step in record.steps)


def test_the_record_survives_its_file() -> None:
    pipeline = Pipeline()
    record = pipeline.release(1)
    assert ReleaseRecord.from_json(json.loads(json.dumps(record.to_json())), "x") == record


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"evaluation": evaluation(2)}, "evaluated = pushed does not hold"),
        ({"evaluation": evaluation(1, verdict="fail")}, "verdict of image .* is fail"),
        ({"evaluation": evaluation(1, verdict="inconclusive")}, "is inconclusive"),
    ],
)
def test_a_broken_chain_is_refused_before_any_call(change: dict[str, Any], words: str) -> None:
    pipeline = Pipeline()
    with pytest.raises(Refused, match=words) as caught:
        pipeline.release(1, **change)
    assert caught.value.exit_code == 6
    assert pipeline.world.ecs.calls == []


@pytest.mark.parametrize(
    ("ancestor", "words"),
    [
        (lambda older, newer: older < newer, "is older than"),
        (lambda older, newer: False, "does not contain"),
        (lambda older, newer: None, "nothing says which is newer"),
    ],
)
def test_releases_move_only_forward(ancestor: Any, words: str) -> None:
    pipeline = Pipeline()
    pipeline.go_live(2)
    pipeline.world.ecs.calls.clear()
    with pytest.raises(Refused, match=words):
        pipeline.release(1, is_ancestor=ancestor)
    assert pipeline.world.ecs.calls == []


def test_going_back_on_purpose_is_allowed() -> None:
    pipeline = Pipeline()
    pipeline.go_live(2)
    record = pipeline.release(1, on_purpose=True)
    assert (record.status, record.kind) == ("released", "rollback")


def test_the_same_commit_may_be_released_again_with_other_settings() -> None:
    pipeline = Pipeline()
    pipeline.go_live(1)
    pipeline.deploy = deploy(memory=4096)
    record = pipeline.release(1, is_ancestor=lambda older, newer: None)
    assert [change["field"] for change in record.plan] == ["memory"]


def test_without_a_ledger_or_git_the_order_is_not_asked() -> None:
    pipeline = Pipeline()
    assert pipeline.release(1, ledger=None).status == "released"
    pipeline.publish(1)
    assert pipeline.release(2, is_ancestor=None).status == "released"


@pytest.mark.parametrize(
    ("stopped", "summary"),
    [
        (EXITS, "exit code 3 in 2 of 2 tasks"),
        (UNHEALTHY, "the container never became healthy in 2 of 2 tasks"),
    ],
)
def test_a_rolled_back_release_names_its_cause_and_what_serves(stopped: dict[str, Any], summary: str) -> None:
    pipeline = Pipeline()
    pipeline.go_live(1)
    before = pipeline.world.ecs.services["finrag"]["taskDefinition"]
    pipeline.world.ecs.script = ROLLED_BACK
    pipeline.world.ecs.stopped = [stopped, stopped]
    record = pipeline.release(2)
    assert record.status == "rolled_back"
    assert record.cause is not None
    assert summary in record.cause["summary"]
    assert record.live == before
    assert pipeline.world.ecs.live_image().endswith(digest(1))
    with pytest.raises(DeploymentFailed) as caught:
        release.raise_if_failed(record)
    assert caught.value.exit_code == 4
    assert summary in caught.value.what
    assert f"{digest(1)[7:19]} serves as before" in caught.value.what
    assert caught.value.where == record.deployment
    assert caught.value.next_step
    json.dumps(record.to_json())


def test_a_first_release_that_fails_has_nothing_to_go_back_to() -> None:
    pipeline = Pipeline()
    pipeline.world.ecs.script = ("IN_PROGRESS", "ROLLBACK_FAILED")
    pipeline.world.ecs.stopped = [EXITS]
    record = pipeline.release(1)
    assert record.status == "failed"
    with pytest.raises(DeploymentFailed, match="Nothing was live before"):
        release.raise_if_failed(record)


def test_a_rollback_that_failed_is_said_as_such() -> None:
    pipeline = Pipeline()
    pipeline.go_live(1)
    pipeline.world.ecs.script = ("IN_PROGRESS", "ROLLBACK_FAILED")
    with pytest.raises(DeploymentFailed, match="could not be rolled back") as caught:
        release.raise_if_failed(pipeline.release(2))
    assert "serves as before" not in caught.value.what


def test_a_late_deployment_is_diagnosed_before_it_is_stopped() -> None:
    pipeline = Pipeline(wait_minutes=1)
    pipeline.go_live(1)
    pipeline.world.ecs.script = ("IN_PROGRESS",)
    running = {"desiredStatus": "RUNNING", "lastStatus": "RUNNING", "container": {"healthStatus": "UNHEALTHY"}}
    pipeline.world.ecs.stopped = [running]
    record = pipeline.release(2)
    calls = pipeline.world.ecs.calls
    assert record.status == "rolled_back"
    assert calls.index("ListTasks") < calls.index("StopServiceDeployment")
    assert record.cause is not None
    assert (record.cause["late"], record.cause["kind"]) == (True, "unhealthy")


def test_the_record_before_the_waiting_is_enough_for_another_process() -> None:
    pipeline = Pipeline()
    pipeline.go_live(1)
    pipeline.world.ecs.errors = {"DescribeServiceDeployments": ["ExpiredTokenException"]}
    with pytest.raises(OutsideError):
        pipeline.release(2)
    begun = pipeline.started[-1]
    assert begun.status == "in_progress"
    kept = ReleaseRecord.from_json(json.loads(json.dumps(begun.to_json())), "release.json")
    pipeline.world.ecs.calls.clear()
    record = pipeline.release(2, resume=kept)
    assert record.status == "released"
    assert record.deployment == begun.deployment
    assert record.previous == begun.previous
    assert "UpdateService" not in pipeline.world.ecs.calls


def test_a_record_of_another_image_or_of_the_past_is_not_taken_up() -> None:
    pipeline = Pipeline()
    pipeline.go_live(1)
    old = pipeline.release(1)
    assert pipeline.release(2, resume=old).status == "released"
    other = dataclasses.replace(pipeline.started[-1], digest=digest(3))
    assert pipeline.release(2, resume=other).status == "unchanged"


def test_an_interrupted_release_is_taken_up_even_without_its_record() -> None:
    pipeline = Pipeline()
    pipeline.go_live(1)
    pipeline.world.ecs.errors = {"DescribeServiceDeployments": ["ExpiredTokenException"]}
    with pytest.raises(OutsideError):
        pipeline.release(2)
    pipeline.world.ecs.calls.clear()
    record = pipeline.release(2)
    assert record.status == "released"
    assert "UpdateService" not in pipeline.world.ecs.calls
    assert record.previous is not None
    assert record.previous["digest"] == digest(1)


def another_is_active(pipeline: Pipeline, *script: str) -> str:
    """Let somebody else deploy a third image; returns the ARN of that deployment."""
    pipeline.world.ecs.script = script
    pipeline.world.ecs.errors = {"DescribeServiceDeployments": ["ExpiredTokenException"]}
    with pytest.raises(OutsideError):
        pipeline.release(3)
    pipeline.world.ecs.script = ("PENDING", "SUCCESSFUL")
    pipeline.world.ecs.calls.clear()
    pipeline.world.told.clear()
    return str(pipeline.started[-1].deployment)


def test_another_active_deployment_is_waited_for() -> None:
    pipeline = Pipeline()
    pipeline.go_live(1)
    arn = another_is_active(pipeline, "PENDING", "IN_PROGRESS", "IN_PROGRESS", "SUCCESSFUL")
    record = pipeline.release(2)
    assert record.status == "released"
    assert record.previous is not None
    assert record.previous["digest"] == digest(3)
    assert f"waiting for the active deployment {arn}" in pipeline.world.told
    assert pipeline.world.ecs.stop_types == []


def with_policy(pipeline: Pipeline, policy: str) -> None:
    """Set `deploy.when_busy`."""
    pipeline.deploy = pipeline.deploy.model_copy(update={"when_busy": policy})


def test_another_active_deployment_is_refused_where_the_configuration_says_so() -> None:
    pipeline = Pipeline()
    pipeline.go_live(1)
    arn = another_is_active(pipeline, "IN_PROGRESS")
    with_policy(pipeline, "refuse")
    with pytest.raises(Refused, match="is active") as caught:
        pipeline.release(2)
    assert arn in caught.value.what
    assert "UpdateService" not in pipeline.world.ecs.calls


def test_another_active_deployment_is_stopped_where_the_configuration_says_so() -> None:
    pipeline = Pipeline()
    pipeline.go_live(1)
    another_is_active(pipeline, "IN_PROGRESS")
    with_policy(pipeline, "stop")
    record = pipeline.release(2)
    assert record.status == "released"
    assert pipeline.world.ecs.stop_types == ["ROLLBACK"]
    assert record.previous is not None
    assert record.previous["digest"] == digest(1)


def test_another_deployment_without_end_is_refused_and_left_alone() -> None:
    pipeline = Pipeline(wait_minutes=1)
    pipeline.go_live(1)
    another_is_active(pipeline, "IN_PROGRESS")
    with pytest.raises(Refused, match="still active after 1 minutes"):
        pipeline.release(2)
    assert pipeline.world.ecs.stop_types == []


def test_the_reference_is_always_by_digest() -> None:
    tagged = push(1, reference="registry/finrag:latest", repository="registry/finrag")
    assert release.reference_of(tagged) == f"registry/finrag@{digest(1)}"
    assert release.reference_of(push(1)).endswith(f"finrag@{digest(1)}")


def test_commits_of_the_sample_are_in_order() -> None:
    assert list(COMMITS) == sorted(COMMITS)


def test_what_was_seen_of_the_deployment_is_kept_with_its_second() -> None:
    record = Pipeline().release(1)
    assert [sorted(seen) for seen in record.observations] == [["after_seconds", "new", "status"]] * len(record.observations)
    statuses = [seen["status"] for seen in record.observations]
    assert statuses == list(dict.fromkeys(statuses))
    assert statuses[-1] == "SUCCESSFUL"
    seconds = [seen["after_seconds"] for seen in record.observations]
    assert seconds == sorted(seconds)
    assert ReleaseRecord.from_json(json.loads(json.dumps(record.to_json())), "r") == record


def test_a_release_that_changed_nothing_has_seen_nothing() -> None:
    pipeline = Pipeline()
    pipeline.go_live(1)
    assert pipeline.release(1).observations == []
