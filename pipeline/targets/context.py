"""What the deploy targets are handed: AWS clients, time, and someone to tell; and patience with throttling."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ..aws_errors import BotoCoreError, ClientError, code_of, is_transient, translate

if TYPE_CHECKING:
    from collections.abc import Callable

TRIES = 8


@dataclass(frozen=True, kw_only=True)
class Context:
    """The outside of a deployment.

    `ecs`, `elbv2`, `logs` are boto3 clients; `clock` gives seconds since the epoch; `poll_seconds` is the pace of the
    waiting (10 on AWS, 0.5 against an emulator); `tell` takes one line of progress; `who` finds the caller's ARN.
    """

    ecs: Any
    elbv2: Any
    logs: Any
    clock: Callable[[], float]
    sleep: Callable[[float], None]
    tell: Callable[[str], None]
    poll_seconds: float = 10.0
    who: Callable[[], str] | None = None
    jitter: Callable[[], float] = random.random

    def call(
        self,
        action: str,
        resource: str,
        function: Callable[..., Any],
        *,
        unless: frozenset[str] = frozenset(),
        **arguments: Any,
    ) -> Any:
        """Call AWS; back off and repeat where it throttles or stumbles. An error code of `unless` gives None instead.

        Raises:
            GoldgateError: AWS refused for good; `action` and `resource` stand in the message.
        """
        for attempt in range(TRIES):
            try:
                return function(**arguments)
            except (ClientError, BotoCoreError) as error:
                if code_of(error) in unless:
                    return None
                if attempt == TRIES - 1 or not isinstance(error, ClientError) or not is_transient(error):
                    raise translate(error, action=action, resource=resource, who=self.who) from error
            self.sleep(self.backoff(attempt))
        raise AssertionError

    def backoff(self, attempt: int) -> float:
        """Seconds before the next try: doubling from a tenth of the pace to three times the pace, with jitter."""
        longest = self.poll_seconds * 3
        return min(self.poll_seconds / 10 * 2.0**attempt, longest) * (0.5 + self.jitter())

    def pause(self) -> None:
        """Sleep until the next poll: the pace, or up to a fifth longer."""
        self.sleep(self.poll_seconds * (1 + 0.2 * self.jitter()))


def iso(at: float) -> str:
    """Seconds since the epoch as records write them: `2026-11-20T14:02:12Z`."""
    return f"{datetime.fromtimestamp(at, tz=UTC):%Y-%m-%dT%H:%M:%SZ}"
