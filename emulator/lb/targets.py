"""The targets of all target groups: who may get traffic, decided by health checks."""

from __future__ import annotations

import itertools
import random
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .groups import Group

# A target that refused a connection is passed over for this long.
SUSPECT_SECONDS = 1.0


@dataclass(kw_only=True)
class Target:
    """One task's port in one target group."""

    group: Group
    task: str
    port: int
    allowance: float
    registered_at: float
    state: str = "initial"
    reason: str | None = "Elb.RegistrationInProgress"
    description: str | None = "Target registration is in progress"
    in_flight: int = 0
    misses: int = 0
    was_healthy: bool = False
    suspect_until: float = 0.0


class Targets:
    """All targets, safe under threads. `start_cap` bounds how long a new target may stay unhealthy, in seconds."""

    def __init__(self, *, start_cap: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._lock = threading.Lock()
        self._clock = clock
        self._start_cap = start_cap
        self._targets: list[Target] = []
        self._turn = itertools.count()

    def register(self, group: Group, task: str, port: int, grace_seconds: float) -> None:
        """Add a task's port; it gets traffic once a health check succeeds."""
        allowance = min(max(grace_seconds, group.first_seconds), self._start_cap)
        target = Target(group=group, task=task, port=port, allowance=allowance, registered_at=self._clock())
        with self._lock:
            self._targets.append(target)

    def drain(self, task: str) -> float:
        """Send a task nothing new; returns for how long at most its requests may go on."""
        with self._lock:
            mine = [target for target in self._targets if target.task == task]
            for target in mine:
                target.state, target.reason = "draining", "Target.DeregistrationInProgress"
                target.description = "Target deregistration is in progress"
            return max((target.group.drain_seconds for target in mine), default=0.0)

    def in_flight(self, task: str) -> int:
        """The requests that a task is answering now."""
        with self._lock:
            return sum(target.in_flight for target in self._targets if target.task == task)

    def remove(self, task: str) -> None:
        """Forget a task."""
        with self._lock:
            self._targets = [target for target in self._targets if target.task != task]

    def of_task(self, task: str) -> str | None:
        """The worst state among a task's targets; None where it has none."""
        with self._lock:
            states = {target.state for target in self._targets if target.task == task}
        return next((state for state in ("unhealthy", "draining", "initial", "healthy") if state in states), None)

    def of_group(self, arn: str) -> list[Target]:
        """A group's targets."""
        with self._lock:
            return [target for target in self._targets if target.group.arn == arn]

    def all(self) -> list[Target]:
        """Every target."""
        with self._lock:
            return list(self._targets)

    def pick(self, groups: Sequence[tuple[str, int]], *, but: frozenset[int] = frozenset()) -> Target | None:
        """The next target for a request, not one of the ports `but`, counted as in flight; None where there is none.

        Groups are drawn by weight, then healthy targets take turns. As on AWS a group with no healthy target uses
        its unhealthy ones; new and draining targets never get a request.
        """
        with self._lock:
            open_groups = [(arn, weight) for arn, weight in groups if weight > 0 and self._usable(arn, but)]
            if not open_groups:
                return None
            weights = [weight for _, weight in open_groups]
            arn = random.choices([arn for arn, _ in open_groups], weights)[0]  # noqa: S311 - traffic, not secrets
            usable = self._usable(arn, but)
            target = usable[next(self._turn) % len(usable)]
            target.in_flight += 1
            return target

    def _usable(self, arn: str, but: frozenset[int]) -> list[Target]:
        mine = [target for target in self._targets if target.group.arn == arn and target.port not in but]
        now = self._clock()
        healthy = [target for target in mine if target.state == "healthy"]
        sound = [target for target in healthy if target.suspect_until <= now]
        return sound or healthy or [target for target in mine if target.state == "unhealthy"]

    def done(self, target: Target, *, refused: bool = False) -> None:
        """A request on `target` is over; `refused` if it could not even connect."""
        with self._lock:
            target.in_flight -= 1
            if refused:
                target.suspect_until = self._clock() + SUSPECT_SECONDS

    def checked(self, target: Target, problem: str | None) -> None:
        """Take in the result of a health check: `problem` is None for a success.

        A new target is healthy with its first success, and unhealthy only when its allowance is over; one that was
        healthy becomes unhealthy after the group's count of failures in a row.
        """
        with self._lock:
            if target.state == "draining":
                return
            if problem is None:
                target.state, target.reason, target.description = "healthy", None, None
                target.misses, target.was_healthy, target.suspect_until = 0, True, 0.0
                return
            target.misses += 1
            late = self._clock() - target.registered_at >= target.allowance
            if target.misses >= target.group.unhealthy_count and (target.was_healthy or late):
                target.state = "unhealthy"
                target.reason, target.description = "Target.FailedHealthChecks", problem
