"""Listeners and target groups as moto's ELBv2 has them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from .. import backends

# Locally everything is quicker: checks at most this far apart, drains at most this long.
CHECK_SECONDS = 1.0
DRAIN_SECONDS = 5.0


@dataclass(frozen=True, kw_only=True)
class Listener:
    """A listener's port and the target groups of its default action with their weights."""

    port: int
    protocol: str
    groups: tuple[tuple[str, int], ...]


@dataclass(frozen=True, kw_only=True)
class Group:
    """What a target group says about health checks and draining; times in seconds.

    `first_seconds` is how long AWS would give a new target before it is unhealthy: interval x threshold.
    """

    arn: str
    path: str
    codes: str
    interval: float
    timeout: float
    unhealthy_count: int
    first_seconds: float
    drain_seconds: float

    def accepts(self, status: int) -> bool:
        """Whether a health check's HTTP status is a success."""
        ranges = (part.split("-") for part in self.codes.split(",") if re.fullmatch(r"\d+(-\d+)?", part.strip()))
        return any(int(part[0]) <= status <= int(part[-1]) for part in ranges)


def listeners() -> list[Listener]:
    """Every listener with a forwarding default action, of every region."""
    with backends.locks["elbv2"]:
        balancers = [b for item in backends.in_all_regions("elbv2") for b in item.load_balancers.values()]
        return [found for b in balancers for item in b.listeners.values() if (found := _listener(item)) is not None]


def _listener(item: Any) -> Listener | None:
    forward = next((action.data for action in item.default_actions if action.type == "forward"), None)
    if forward is None:
        return None
    if "TargetGroupArn" in forward:
        groups: list[tuple[str, int]] = [(forward["TargetGroupArn"], 1)]
    else:
        entries = forward.get("ForwardConfig", {}).get("TargetGroups", [])
        groups = [(entry["TargetGroupArn"], int(entry.get("Weight", 1))) for entry in entries]
    return Listener(port=int(item.port), protocol=item.protocol, groups=tuple(groups))


def has_listener(arn: str) -> bool:
    """Whether a listener forwards to this target group."""
    return any(arn == group for listener in listeners() for group, _ in listener.groups)


def group(arn: str) -> Group | None:
    """A target group's settings, or None where there is no such group."""
    with backends.locks["elbv2"]:
        found = (item.target_groups.get(arn) for item in backends.in_all_regions("elbv2"))
        item = next((one for one in found if one is not None), None)
        return None if item is None else _group(item)


def _group(item: Any) -> Group:
    interval, count = float(item.health_check_interval_seconds), int(item.unhealthy_threshold_count)
    return Group(
        arn=item.arn,
        path=item.health_check_path or "/",
        codes=str((getattr(item, "matcher", None) or {}).get("HttpCode", "200")),
        interval=min(interval, CHECK_SECONDS),
        timeout=float(item.health_check_timeout_seconds),
        unhealthy_count=count,
        first_seconds=interval * count,
        drain_seconds=min(float(item.attributes["deregistration_delay.timeout_seconds"]), DRAIN_SECONDS),
    )
