from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING

import pytest

from goldgate.pipeline.errors import GoldgateError, OutsideError, Refused, UsageError
from goldgate.pipeline.targets import ecs
from tests.fakes.elbv2 import GROUP

from .samples import NEW, OLD, REPOSITORY, World

if TYPE_CHECKING:
    from goldgate.pipeline.targets.context import Context
    from goldgate.pipeline.targets.settings import EcsSettings

READS = {
    "DescribeClusters",
    "DescribeServices",
    "DescribeTaskDefinition",
    "ListServiceDeployments",
    "DescribeServiceDeployments",
    "DescribeServiceRevisions",
}


def live_world(**settings: object) -> World:
    """A world in which the old image is live, deployed by goldgate itself."""
    world = World()
    new = world.settings
    world.settings = dataclasses.replace(new, image=f"{REPOSITORY}@{OLD}")
    world.ecs.script = ("SUCCESSFUL",)
    done = ecs.apply(ecs.plan(world.settings, world.context), world.context)
    world.ecs.describe_service_deployments(serviceDeploymentArns=[done.deployment])
    world.ecs.calls.clear()
    world.told.clear()
    world.settings = dataclasses.replace(new, **settings)  # type: ignore[arg-type]
    return world


def test_a_service_that_does_not_exist_is_created_with_all_that_it_needs() -> None:
    world = World()
    world.logs.groups.clear()
    plan = ecs.plan(world.settings, world.context)
    assert plan.creates
    assert set(world.ecs.calls) <= READS
    assert world.logs.groups == {}
    assert [change.field for change in plan.changes][-3:] == ["service", "desired count", "log group"]
    done = ecs.apply(plan, world.context)
    service = world.ecs.services["finrag"]
    assert service["loadBalancers"] == [{"targetGroupArn": GROUP, "containerName": "finrag", "containerPort": 8080}]
    assert service["networkConfiguration"]["awsvpcConfiguration"]["subnets"] == ["subnet-a", "subnet-b"]
    assert service["deploymentConfiguration"]["deploymentCircuitBreaker"] == {"enable": True, "rollback": True}
    assert "/ecs/finrag" in world.logs.groups
    assert done.deployment == service["currentServiceDeployment"]
    assert done.previous is None


def test_nothing_to_do_is_an_empty_plan() -> None:
    world = live_world(image=f"{REPOSITORY}@{OLD}")
    plan = ecs.plan(world.settings, world.context)
    assert plan.empty
    assert plan.lines() == ["nothing to do"]
    assert plan.definition is None


def test_another_image_is_one_change() -> None:
    world = live_world()
    plan = ecs.plan(world.settings, world.context)
    assert plan.lines() == [f"image  {REPOSITORY}@{'a' * 12} -> {REPOSITORY}@{'b' * 12}"]
    assert plan.previous is not None
    assert plan.previous.digest == OLD
    done = ecs.apply(plan, world.context)
    assert world.ecs.calls.count("RegisterTaskDefinition") == 1
    assert world.ecs.definitions[done.task_definition]["containerDefinitions"][0]["image"] == f"{REPOSITORY}@{NEW}"


def test_only_reads_are_made_by_a_plan() -> None:
    world = live_world(cpu=2048, memory=4096)
    ecs.plan(world.settings, world.context)
    assert set(world.ecs.calls) <= READS


def test_no_new_task_definition_where_only_the_count_changes() -> None:
    world = live_world(image=f"{REPOSITORY}@{OLD}", desired_count=3)
    plan = ecs.plan(world.settings, world.context)
    assert [change.line() for change in plan.changes] == ["desired count  2 -> 3"]
    done = ecs.apply(plan, world.context)
    assert "RegisterTaskDefinition" not in world.ecs.calls
    assert (done.deployment, done.by_rollouts) == (None, False)


def test_tags_stay_beside_the_definition() -> None:
    world = live_world()
    arn = world.ecs.services["finrag"]["taskDefinition"]
    world.ecs.definition_tags[arn] = [{"key": "team", "value": "search"}]
    done = ecs.apply(ecs.plan(world.settings, world.context), world.context)
    assert world.ecs.definition_tags[done.task_definition] == [{"key": "team", "value": "search"}]
    assert "tags" not in world.ecs.definitions[done.task_definition]


def test_what_the_strategy_holds_beside_ours_stays() -> None:
    world = live_world(image=f"{REPOSITORY}@{OLD}")
    service = world.ecs.services["finrag"]
    alarms = {"alarmNames": ["slow"], "enable": True, "rollback": True}
    service["deploymentConfiguration"] = {**world.settings.strategy, "alarms": alarms, "bakeTimeInMinutes": 5}
    assert ecs.plan(world.settings, world.context).empty
    service["deploymentConfiguration"]["maximumPercent"] = 150
    request = ecs.plan(world.settings, world.context).request["deploymentConfiguration"]
    assert request["alarms"] == alarms
    assert (request["maximumPercent"], request["bakeTimeInMinutes"]) == (200, 5)


@pytest.mark.parametrize("lists", [True, False])
def test_the_new_deployment_is_found_though_the_answer_names_the_old_one(*, lists: bool) -> None:
    world = live_world()
    world.ecs.late_name = True
    old = world.ecs.services["finrag"]["currentServiceDeployment"]
    world.ecs.lists_deployments = lists
    done = ecs.apply(ecs.plan(world.settings, world.context), world.context)
    assert done.deployment != old
    assert (done.deployment is None) is (not lists)
    assert done.by_rollouts is (not lists)


def test_a_deployment_that_never_appears_is_said() -> None:
    world = live_world()
    plan = ecs.plan(world.settings, world.context)
    known = dataclasses.replace(plan, known=tuple(f"{arn[:-1]}{n}" for arn in plan.known for n in range(10)))
    with pytest.raises(OutsideError, match="started no deployment"):
        ecs.apply(known, world.context)


def test_throttling_is_waited_out() -> None:
    world = live_world()
    world.ecs.errors = {"RegisterTaskDefinition": ["ThrottlingException", "ThrottlingException", "ServerException"]}
    ecs.apply(ecs.plan(world.settings, world.context), world.context)
    assert world.clock.slept == [1.0, 2.0, 4.0]


def test_throttling_without_end_is_said() -> None:
    world = live_world()
    world.ecs.errors = {"RegisterTaskDefinition": ["ThrottlingException"] * 8}
    with pytest.raises(OutsideError, match="too many calls"):
        ecs.apply(ecs.plan(world.settings, world.context), world.context)


@pytest.mark.parametrize(
    ("change", "kind", "words"),
    [
        ({"cluster": "elsewhere"}, OutsideError, "ClusterNotFound"),
        ({"target_group": "elsewhere"}, OutsideError, "no target group 'elsewhere'"),
        ({"network": None}, UsageError, "know its network"),
        ({"execution_role": None}, UsageError, "without a role"),
    ],
)
def test_what_does_not_fit_is_said_before_anything_is_done(
    change: dict[str, object], kind: type[GoldgateError], words: str
) -> None:
    world = World(**change)
    with pytest.raises(kind, match=words):
        ecs.plan(world.settings, world.context)
    assert set(world.ecs.calls) <= READS


def test_a_denied_call_names_the_permission_and_the_caller() -> None:
    world = live_world()
    world.ecs.errors = {"DescribeServices": ["AccessDeniedException"]}
    context = world.make_context(who=lambda: "arn:aws:sts::123456789012:assumed-role/ci/x")
    with pytest.raises(OutsideError) as caught:
        ecs.plan(world.settings, context)
    assert "as arn:aws:sts::123456789012:assumed-role/ci/x" in caught.value.what
    assert "ecs:DescribeServices" in str(caught.value.next_step)


def test_a_service_of_another_controller_is_refused() -> None:
    world = live_world()
    world.ecs.services["finrag"]["deploymentController"] = {"type": "CODE_DEPLOY"}
    with pytest.raises(UsageError, match="CODE_DEPLOY"):
        ecs.plan(world.settings, world.context)


def test_a_service_that_is_being_deleted_is_refused() -> None:
    world = live_world()
    world.ecs.services["finrag"]["status"] = "DRAINING"
    with pytest.raises(Refused, match="being deleted"):
        ecs.plan(world.settings, world.context)


def test_a_deleted_service_is_created_anew() -> None:
    world = live_world()
    world.ecs.services["finrag"]["status"] = "INACTIVE"
    assert ecs.plan(world.settings, world.context).creates


@pytest.mark.parametrize(
    ("status", "busy"),
    [
        ("PENDING", True),
        ("IN_PROGRESS", True),
        ("STOP_REQUESTED", True),
        ("ROLLBACK_REQUESTED", True),
        ("ROLLBACK_IN_PROGRESS", True),
        ("SUCCESSFUL", False),
        ("STOPPED", False),
        ("ROLLBACK_SUCCESSFUL", False),
        ("ROLLBACK_FAILED", False),
    ],
)
def test_an_active_deployment_stands_in_the_plan(status: str, *, busy: bool) -> None:
    world = live_world()
    arn = world.ecs.services["finrag"]["currentServiceDeployment"]
    world.ecs.deployments[arn]["status"] = status
    plan = ecs.plan(world.settings, world.context)
    assert plan.busy == (arn if busy else None)
    assert (plan.lines()[0].startswith("busy")) is busy


def test_the_plan_as_json_hides_secrets() -> None:
    world = live_world(environment={"API_KEY": "hunter2hunter2", "MODE": "fast"})
    data = ecs.plan(world.settings, world.context).to_json()
    text = json.dumps(data)
    assert "hunter2" not in text
    assert {"field": "environment MODE", "before": None, "after": "fast"} in data["changes"]


def test_a_new_network_is_a_change_and_the_order_of_subnets_is_none() -> None:
    network = {"subnets": ["subnet-b", "subnet-a"], "securityGroups": ["sg-a"], "assignPublicIp": "DISABLED"}
    assert ecs.plan(*pair(live_world(image=f"{REPOSITORY}@{OLD}", network=network))).empty
    other = {**network, "subnets": ["subnet-c"]}
    plan = ecs.plan(*pair(live_world(image=f"{REPOSITORY}@{OLD}", network=other)))
    assert [change.field for change in plan.changes] == ["network"]


def pair(world: World) -> tuple[EcsSettings, Context]:
    """The two arguments of a plan."""
    return world.settings, world.context


def test_our_own_deployment_that_is_going_back_is_adopted_and_not_tried_again() -> None:
    world = live_world()
    world.ecs.script = ("ROLLBACK_IN_PROGRESS",)
    first = ecs.apply(ecs.plan(world.settings, world.context), world.context)
    world.ecs.describe_service_deployments(serviceDeploymentArns=[first.deployment])
    assert first.previous is not None
    world.ecs.services["finrag"]["taskDefinition"] = first.previous.task_definition
    plan = ecs.plan(world.settings, world.context)
    assert not plan.empty
    adopted = ecs.adopt(plan, world.context)
    assert adopted is not None
    assert adopted.deployment == first.deployment


def test_our_own_active_deployment_is_adopted() -> None:
    world = live_world()
    first = ecs.apply(ecs.plan(world.settings, world.context), world.context)
    plan = ecs.plan(world.settings, world.context)
    assert plan.busy == first.deployment
    adopted = ecs.adopt(plan, world.context)
    assert adopted is not None
    assert (adopted.deployment, adopted.task_definition) == (first.deployment, first.task_definition)
    assert adopted.previous is not None
    assert adopted.previous.digest == OLD


@pytest.mark.parametrize("status", ["IN_PROGRESS", "ROLLBACK_IN_PROGRESS"])
def test_the_active_deployment_of_another_image_is_not_adopted(status: str) -> None:
    world = live_world()
    world.ecs.script = (status,)
    ecs.apply(ecs.plan(world.settings, world.context), world.context)
    third = dataclasses.replace(world.settings, image=f"{REPOSITORY}@sha256:{'c' * 64}")
    assert ecs.adopt(ecs.plan(third, world.context), world.context) is None
