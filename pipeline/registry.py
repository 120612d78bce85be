"""The way into ECR's registry, for the engine that pushes and pulls."""

from __future__ import annotations

import base64
from typing import Any

from .aws_errors import BotoCoreError, ClientError, translate


def credentials(ecr: Any) -> dict[str, str]:
    """What the engine logs in with, good for twelve hours: `username` and `password`.

    Raises:
        OutsideError: ECR gave no token.
    """
    try:
        token = ecr.get_authorization_token()["authorizationData"][0]["authorizationToken"]
    except (ClientError, BotoCoreError) as error:
        raise translate(error, action="ecr:GetAuthorizationToken", resource="*") from error
    user, _, password = base64.b64decode(token).decode().partition(":")
    return {"username": user, "password": password}
