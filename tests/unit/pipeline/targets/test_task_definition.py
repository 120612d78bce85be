from __future__ import annotations

import copy
import dataclasses
from typing import Any

import pytest

from goldgate.pipeline.errors import UsageError
from goldgate.pipeline.targets.task_definition import (
    READ_ONLY_FIELDS,
    Place,
    changes_between,
    our_container,
    place_of,
    registrable,
    wanted,
)
from tests.fakes.ecs import FakeEcs
from tests.fakes.shapes import check

from .samples import NEW, REPOSITORY, SETTINGS

PLACE = Place(partition="aws", region="us-east-1", account="123456789012")


def described(definition: dict[str, Any]) -> dict[str, Any]:
    """The definition as ECS describes it once it is registered."""
    return FakeEcs().add_definition(definition)


def test_a_new_definition_is_of_the_shape_that_ecs_takes() -> None:
    definition = wanted(None, SETTINGS, PLACE)
    check("ecs", "RegisterTaskDefinition", request=definition)
    container = definition["containerDefinitions"][0]
    assert definition["family"] == "finrag"
    assert definition["requiresCompatibilities"] == ["FARGATE"]
    assert definition["runtimePlatform"]["cpuArchitecture"] == "X86_64"
    assert (definition["cpu"], definition["memory"]) == ("1024", "2048")
    assert definition["executionRoleArn"] == "arn:aws:iam::123456789012:role/finrag-execution"
    assert container["image"] == f"{REPOSITORY}@{NEW}"
    assert container["environment"] == [{"name": "PORT", "value": "8080"}, {"name": "GOLDGATE_ENV", "value": "production"}]
    assert container["portMappings"] == [{"containerPort": 8080, "protocol": "tcp"}]
    assert container["readonlyRootFilesystem"] is True
    assert container["stopTimeout"] == 20
    assert container["healthCheck"]["startPeriod"] == 60
    assert "/healthz" in container["healthCheck"]["command"][-1]
    assert container["logConfiguration"]["options"]["awslogs-group"] == "/ecs/finrag"


def test_what_was_registered_needs_no_change() -> None:
    first = described(wanted(None, SETTINGS, PLACE))
    assert changes_between(first, wanted(first, SETTINGS, PLACE), SETTINGS) == []


def test_what_ecs_fills_in_is_no_change() -> None:
    first = described(wanted(None, SETTINGS, PLACE))
    container = first["containerDefinitions"][0]
    container |= {"cpu": 0, "volumesFrom": [], "systemControls": []}
    container["portMappings"] = [{"containerPort": 8080, "hostPort": 8080, "protocol": "tcp", "name": "web"}]
    assert changes_between(first, wanted(first, SETTINGS, PLACE), SETTINGS) == []


def test_every_field_survives_but_the_ones_that_ecs_writes() -> None:
    present = described(wanted(None, SETTINGS, PLACE))
    present |= {"inferenceAccelerators": [], "pidMode": "task", "fieldOfNextYear": {"deep": [1, None, ""]}, "volumes": []}
    present["containerDefinitions"][0] |= {"ulimits": [], "novelty": "x", "dockerLabels": {"team": "one"}}
    after = wanted(present, dataclasses.replace(SETTINGS, image=f"{REPOSITORY}@sha256:{'c' * 64}"), PLACE)
    assert not after.keys() & set(READ_ONLY_FIELDS)
    for key in present.keys() - set(READ_ONLY_FIELDS) - {"containerDefinitions", "volumes"}:
        assert after[key] == present[key]
    for key in present["containerDefinitions"][0].keys() - {"image"}:
        assert after["containerDefinitions"][0][key] == present["containerDefinitions"][0][key]


def test_the_present_definition_is_not_touched() -> None:
    present = described(wanted(None, SETTINGS, PLACE))
    before = copy.deepcopy(present)
    wanted(present, dataclasses.replace(SETTINGS, cpu=2048, memory=4096, environment={"A": "1"}), PLACE)
    assert present == before


def test_registrable_keeps_empty_fields() -> None:
    assert registrable({"family": "x", "volumes": [], "revision": 3, "cpu": None}) == {
        "family": "x",
        "volumes": [],
        "cpu": None,
    }


def test_sidecars_stay_as_they_are() -> None:
    sidecar = {"name": "agent", "image": "agent:1", "essential": True, "environment": [{"name": "PORT", "value": "1"}]}
    present = wanted(None, SETTINGS, PLACE)
    present["containerDefinitions"].insert(0, copy.deepcopy(sidecar))
    after = wanted(described(present), SETTINGS, PLACE)
    assert after["containerDefinitions"][0] == sidecar


@pytest.mark.parametrize(
    ("containers", "found"),
    [
        ([{"name": "agent"}, {"name": "finrag"}], "finrag"),
        ([{"name": "app"}], "app"),
        ([{"name": "init", "essential": False}, {"name": "app", "essential": True}, {"name": "b"}], "app"),
    ],
)
def test_our_container(containers: list[dict[str, Any]], found: str) -> None:
    assert our_container({"containerDefinitions": containers}, SETTINGS)["name"] == found


def test_no_container_of_ours_is_said() -> None:
    containers = [{"name": "a", "essential": False}, {"name": "b", "essential": False}]
    with pytest.raises(UsageError, match="no container named 'finrag'"):
        our_container({"containerDefinitions": containers}, SETTINGS)


def test_only_the_named_environment_is_set() -> None:
    present = described(wanted(None, dataclasses.replace(SETTINGS, environment={"KEPT": "1", "CHANGED": "old"}), PLACE))
    settings = dataclasses.replace(SETTINGS, environment={"CHANGED": "new", "ADDED": "x"})
    after = wanted(present, settings, PLACE)
    names = {entry["name"]: entry["value"] for entry in after["containerDefinitions"][0]["environment"]}
    assert names == {"PORT": "8080", "KEPT": "1", "CHANGED": "new", "ADDED": "x"}
    lines = [change.line() for change in changes_between(present, after, settings)]
    assert lines == ["environment CHANGED  old -> new", "environment ADDED  x"]


def test_a_name_that_is_both_environment_and_secret_is_refused() -> None:
    settings = dataclasses.replace(SETTINGS, secrets={"GOLDGATE_ENV": "arn:aws:ssm:us-east-1:123456789012:parameter/x"})
    with pytest.raises(UsageError, match="GOLDGATE_ENV is both"):
        wanted(None, settings, PLACE)


def test_a_log_configuration_that_is_there_stays() -> None:
    present = wanted(None, SETTINGS, PLACE)
    present["containerDefinitions"][0]["logConfiguration"] = {"logDriver": "awsfirelens"}
    after = wanted(described(present), SETTINGS, PLACE)
    assert after["containerDefinitions"][0]["logConfiguration"] == {"logDriver": "awsfirelens"}


def test_a_read_only_container_gets_one_writable_folder_once() -> None:
    first = wanted(None, SETTINGS, PLACE)
    again = wanted(described(first), SETTINGS, PLACE)
    assert again["volumes"] == first["volumes"] == [{"name": "scratch"}]
    assert [mount["containerPath"] for mount in again["containerDefinitions"][0]["mountPoints"]] == ["/tmp"]


def test_sizes_and_image_come_first_in_the_changes() -> None:
    present = described(wanted(None, SETTINGS, PLACE))
    settings = dataclasses.replace(SETTINGS, cpu=2048, memory=4096, image=f"{REPOSITORY}@sha256:{'c' * 64}", stop_seconds=30)
    found = [change.field for change in changes_between(present, wanted(present, settings, PLACE), settings)]
    assert found == ["image", "cpu", "memory", "stopTimeout"]


def test_the_place_of_an_arn() -> None:
    place = place_of("arn:aws-cn:ecs:cn-north-1:210987654321:cluster/x")
    assert place == Place(partition="aws-cn", region="cn-north-1", account="210987654321")
    assert place.role("team/finrag") == "arn:aws-cn:iam::210987654321:role/team/finrag"
    assert place.role("arn:aws:iam::1:role/x") == "arn:aws:iam::1:role/x"
