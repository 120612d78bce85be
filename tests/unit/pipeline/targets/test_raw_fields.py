from __future__ import annotations

import json
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse

from goldgate.pipeline.targets.raw_fields import (
    describe_task_definition,
    merged,
    register_task_definition,
    unheard_of,
)
from goldgate.pipeline.targets.task_definition import registrable

from .samples import World

DESCRIBED = {
    "taskDefinition": {
        "family": "finrag",
        "taskDefinitionArn": "arn:aws:ecs:us-east-1:123456789012:task-definition/finrag:1",
        "revision": 1,
        "volumes": [],
        "fieldOfNextYear": {"deep": [1, ""]},
        "containerDefinitions": [
            {"name": "agent", "image": "agent:1"},
            {"name": "finrag", "image": "finrag:1", "novelty": [], "healthCheck": {"command": ["CMD"], "mode": "gentle"}},
        ],
    },
    "tags": [{"key": "team", "value": "search"}],
}


class Wire:
    """A real boto3 client whose requests go to a list instead of the network."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.client: Any = boto3.client(
            "ecs", region_name="us-east-1", aws_access_key_id="testing", aws_secret_access_key="testing"
        )
        self.client.meta.events.register("before-send.ecs", self._answer)

    def _answer(self, request: Any, **_: Any) -> AWSResponse:
        self.sent.append(json.loads(request.body))
        body = json.dumps(DESCRIBED).encode()
        response = AWSResponse(request.url, 200, {}, None)
        response._content = body
        return response


def test_fields_that_botocore_does_not_know_survive_the_round_trip() -> None:
    wire = Wire()
    context = World().make_context(ecs=wire.client)
    definition, unknown, tags = describe_task_definition(context, "finrag:1")
    assert "fieldOfNextYear" not in definition
    assert tags == DESCRIBED["tags"]
    arn = register_task_definition(context, registrable(definition), tags, unknown)
    assert arn.endswith("finrag:1")
    sent = wire.sent[-1]
    assert sent["fieldOfNextYear"] == {"deep": [1, ""]}
    assert sent["containerDefinitions"] == DESCRIBED["taskDefinition"]["containerDefinitions"]  # type: ignore[index]
    assert sent["volumes"] == []
    assert sent["tags"] == DESCRIBED["tags"]
    assert "revision" not in sent


def test_no_hook_stays_behind() -> None:
    wire = Wire()
    context = World().make_context(ecs=wire.client)
    definition, unknown, _ = describe_task_definition(context, "finrag:1")
    register_task_definition(context, registrable(definition), [], unknown)
    register_task_definition(context, registrable(definition), [], {})
    assert "fieldOfNextYear" not in wire.sent[-1]


def test_what_the_body_sets_itself_wins() -> None:
    assert merged({"a": 1, "b": [{"c": 2}]}, {"a": 5, "b": {0: {"d": 3}}, "e": 4}) == {"a": 1, "b": [{"c": 2, "d": 3}], "e": 4}


def test_lists_of_other_lengths_tell_nothing() -> None:
    assert unheard_of({"a": [1, 2]}, {"a": [1]}) == {}
    assert unheard_of({"a": None, "b": 1}, {}) == {"b": 1}


def test_clients_without_hooks_have_no_unknown_fields() -> None:
    world = World()
    arn = world.ecs.add_definition({"family": "x", "containerDefinitions": [{"name": "finrag", "image": "i"}]})
    definition, unknown, tags = describe_task_definition(world.context, arn["taskDefinitionArn"])
    assert (definition["family"], unknown, tags) == ("x", {}, [])
