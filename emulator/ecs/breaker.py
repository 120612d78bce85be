"""The deployment circuit breaker: how many failed tasks end a deployment."""

from __future__ import annotations

import math
from typing import Any

MINIMUM, MAXIMUM = 3, 200
DEFAULT_PERCENT = 50


def threshold(configuration: dict[str, Any], desired: int) -> int:
    """The number of failures that trips the breaker, by ECS's rule: 0.5 x desired within 3 and 200, unless configured.

    `thresholdConfiguration.type` COUNT is the value itself, BOUNDED_PERCENT a share of `desired` within the
    bounds, UNBOUNDED_PERCENT the share alone (at least 1).
    """
    wanted = configuration.get("thresholdConfiguration", {"type": "BOUNDED_PERCENT", "value": DEFAULT_PERCENT})
    if wanted["type"] == "COUNT":
        return max(1, int(wanted["value"]))
    share = math.ceil(desired * int(wanted["value"]) / 100)
    return max(1, share) if wanted["type"] == "UNBOUNDED_PERCENT" else max(MINIMUM, min(MAXIMUM, share))


def enabled(configuration: dict[str, Any]) -> bool:
    """Whether a deployment configuration turns the breaker on."""
    return bool(configuration.get("deploymentCircuitBreaker", {}).get("enable"))


def rolls_back(configuration: dict[str, Any]) -> bool:
    """Whether a tripped breaker rolls back."""
    return bool(configuration.get("deploymentCircuitBreaker", {}).get("rollback"))


def resets(configuration: dict[str, Any]) -> bool:
    """Whether a healthy task sets the count to zero (the default)."""
    return bool(configuration.get("deploymentCircuitBreaker", {}).get("resetOnHealthyTask", True))
