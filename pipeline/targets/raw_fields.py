"""Task definition fields that this botocore has never heard of: read from the wire, and put back on it.

botocore drops members that its model lacks from an answer and refuses them in a request. A task definition written by
a newer tool would lose them on the way from describe to register, so they are taken from the raw answer and merged
into the raw request. Clients without event hooks (fakes) simply have none.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .context import Context

DESCRIBED = "after-call.ecs.DescribeTaskDefinition"
REGISTERED = "before-call.ecs.RegisterTaskDefinition"


def describe_task_definition(context: Context, arn: str) -> tuple[dict[str, Any], dict[str, Any], list[dict[str, str]]]:
    """The task definition, the fields of it that botocore does not know, and its tags."""
    raw: dict[str, Any] = {}

    def keep(http_response: Any, **_: Any) -> None:
        raw.update(_json(http_response.content))

    events = _events(context.ecs)
    if events is not None:
        events.register(DESCRIBED, keep)
    try:
        answer = context.call(
            "ecs:DescribeTaskDefinition",
            arn,
            context.ecs.describe_task_definition,
            taskDefinition=arn,
            include=["TAGS"],
        )
    finally:
        if events is not None:
            events.unregister(DESCRIBED, keep)
    definition = answer["taskDefinition"]
    return definition, unheard_of(raw.get("taskDefinition", {}), definition), list(answer.get("tags", []))


def register_task_definition(
    context: Context, definition: dict[str, Any], tags: list[dict[str, str]], unknown: dict[str, Any]
) -> str:
    """Register the definition with the fields that botocore does not know; returns its ARN."""

    def add(params: dict[str, Any], **_: Any) -> None:
        body = _json(params["body"])
        params["body"] = json.dumps(merged(body, unknown)).encode()

    events = _events(context.ecs) if unknown else None
    request: dict[str, Any] = {**definition, **({"tags": tags} if tags else {})}
    if events is not None:
        events.register(REGISTERED, add)
    try:
        answer = context.call(
            "ecs:RegisterTaskDefinition",
            str(definition["family"]),
            context.ecs.register_task_definition,
            **request,
        )
    finally:
        if events is not None:
            events.unregister(REGISTERED, add)
    return str(answer["taskDefinition"]["taskDefinitionArn"])


def unheard_of(raw: Any, parsed: Any) -> Any:
    """The parts of `raw` that `parsed` lacks, as a mapping of the same shape; lists become {index: part}."""
    if isinstance(raw, dict) and isinstance(parsed, dict):
        missing = {key: value for key, value in raw.items() if key not in parsed and value is not None}
        inner = {key: unheard_of(value, parsed[key]) for key, value in raw.items() if key in parsed}
        return missing | {key: value for key, value in inner.items() if value}
    if isinstance(raw, list) and isinstance(parsed, list) and len(raw) == len(parsed):
        inner_parts = {index: unheard_of(one, other) for index, (one, other) in enumerate(zip(raw, parsed, strict=True))}
        return {index: part for index, part in inner_parts.items() if part}
    return {}


def merged(body: Any, unknown: Any) -> Any:
    """`body` with the parts of `unheard_of` put back in their places; what the body sets itself wins."""
    if isinstance(body, dict) and isinstance(unknown, dict):
        return {**unknown, **{key: merged(value, unknown[key]) if key in unknown else value for key, value in body.items()}}
    if isinstance(body, list) and isinstance(unknown, dict):
        return [merged(part, unknown[index]) if index in unknown else part for index, part in enumerate(body)]
    return body


def _events(client: Any) -> Any:
    return getattr(getattr(client, "meta", None), "events", None)


def _json(content: bytes | str) -> dict[str, Any]:
    try:
        data = json.loads(content)
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}
