"""The secrets and logs of a task: SSM and Secrets Manager values in, CloudWatch Logs events out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .. import backends
from . import arns

if TYPE_CHECKING:
    from collections.abc import Mapping


class SecretError(Exception):
    """A value cannot be had; the message is the one that ECS gives."""


def values(definition: Mapping[str, Any], region: str) -> dict[str, str]:
    """The environment variables of a container definition's `secrets`. Raises SecretError."""
    return {item["name"]: _value(item["valueFrom"], region) for item in definition.get("secrets") or []}


def _value(source: str, region: str) -> str:
    if ":secretsmanager:" in source:
        return _secret(source)
    with backends.locks["ssm"]:
        found = backends.backend("ssm", arns.region_of(source, region)).get_parameter(source)
    if found is None:
        message = (
            "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: "
            f"unable to retrieve secrets from ssm: service call has been retried 1 time(s): invalid parameters: {source}"
        )
        raise SecretError(message)
    return str(found.response_object(decrypt=True)["Value"])


def _secret(source: str) -> str:
    """A whole secret, or one key of a JSON secret: `arn:...:secret:name:key:stage:version`."""
    parts = source.split(":")
    key, stage, version = (*parts[7:], "", "", "")[:3]
    try:
        with backends.locks["secretsmanager"]:
            backend = backends.backend("secretsmanager", parts[3])
            text = backend.get_secret_value(":".join(parts[:7]), version or None, stage or "AWSCURRENT")["SecretString"]
        return str(json.loads(text)[key]) if key else str(text)
    except Exception as error:
        message = (
            "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: "
            f"unable to retrieve secret from asm: service call has been retried 1 time(s): {source}: {error}"
        )
        raise SecretError(message) from error
