"""How many tasks a rolling deployment may start and which it may stop now: pure arithmetic on counts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .model import Task


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """The fewest healthy and the most live tasks that a deployment may have at any time."""

    minimum: int
    maximum: int


def bounds(desired: int, minimum_percent: int, maximum_percent: int) -> Bounds:
    """ECS's rounding: the minimum up, the maximum down."""
    minimum = math.ceil(desired * minimum_percent / 100)
    return Bounds(minimum=minimum, maximum=max(math.floor(desired * maximum_percent / 100), minimum))


@dataclass(frozen=True, kw_only=True)
class Moves:
    """What to do now: start `start` tasks of the primary deployment, stop the tasks in `stop`."""

    start: int
    stop: Sequence[Task]


def plan(*, desired: int, limits: Bounds, new: Sequence[Task], old: Sequence[Task], healthy: frozenset[str]) -> Moves:
    """Decide from the live tasks of the primary deployment (`new`) and of all others (`old`).

    Old tasks go only as new ones are healthy: never fewer than `limits.minimum` healthy tasks, never more
    than `limits.maximum` alive. Unhealthy old tasks go first, for they serve nobody.
    """
    start = max(0, min(desired - len(new), limits.maximum - len(new) - len(old)))
    surplus = sorted(new, key=lambda task: (task.id in healthy, -task.created_at))[: max(0, len(new) - desired)]
    serving = sum(task.id in healthy for task in (*new, *old)) - sum(task.id in healthy for task in surplus)
    ready = sum(task.id in healthy for task in new)
    spare = serving - limits.minimum if ready < desired else serving
    stop = list(surplus)
    for task in sorted(old, key=lambda task: (task.id in healthy, task.created_at)):
        if task.id not in healthy:
            stop.append(task)
        elif spare > 0:
            spare -= 1
            stop.append(task)
    return Moves(start=start, stop=stop)
