"""The arithmetic of a rolling deployment and of the breaker."""

from __future__ import annotations

import pytest

from emulator.ecs.breaker import threshold
from emulator.ecs.model import Task
from emulator.ecs.rollout import Bounds, bounds, plan


def task(number: int) -> Task:
    return Task(id=str(number), region="r", cluster="c", definition="d", family="f", created_at=float(number), containers=[])


@pytest.mark.parametrize(
    ("desired", "minimum", "maximum", "wanted"),
    [(2, 100, 200, (2, 4)), (3, 50, 150, (2, 4)), (1, 50, 150, (1, 1)), (5, 0, 100, (0, 5)), (0, 100, 200, (0, 0))],
)
def test_the_minimum_is_rounded_up_and_the_maximum_down(
    desired: int, minimum: int, maximum: int, wanted: tuple[int, int]
) -> None:
    assert bounds(desired, minimum, maximum) == Bounds(minimum=wanted[0], maximum=wanted[1])


def test_old_tasks_stay_until_new_ones_are_healthy() -> None:
    new, old = [task(3), task(4)], [task(1), task(2)]
    moves = plan(desired=2, limits=Bounds(minimum=2, maximum=4), new=new, old=old, healthy=frozenset({"1", "2"}))
    assert (moves.start, list(moves.stop)) == (0, [])
    moves = plan(desired=2, limits=Bounds(minimum=2, maximum=4), new=new, old=old, healthy=frozenset({"1", "2", "3"}))
    assert [one.id for one in moves.stop] == ["1"]
    moves = plan(desired=2, limits=Bounds(minimum=2, maximum=4), new=new, old=old, healthy=frozenset({"1", "2", "3", "4"}))
    assert [one.id for one in moves.stop] == ["1", "2"]


def test_scaling_in_stops_what_is_not_healthy_first() -> None:
    new = [task(1), task(2), task(3)]
    moves = plan(desired=2, limits=Bounds(minimum=2, maximum=4), new=new, old=[], healthy=frozenset({"2", "3"}))
    assert [one.id for one in moves.stop] == ["1"]


@pytest.mark.parametrize(
    ("configuration", "desired", "wanted"),
    [
        ({}, 1, 3),
        ({}, 6, 3),
        ({}, 7, 4),
        ({}, 1000, 200),
        ({"thresholdConfiguration": {"type": "COUNT", "value": 1}}, 100, 1),
        ({"thresholdConfiguration": {"type": "UNBOUNDED_PERCENT", "value": 50}}, 2, 1),
        ({"thresholdConfiguration": {"type": "BOUNDED_PERCENT", "value": 100}}, 5, 5),
    ],
)
def test_the_threshold_follows_ecs(configuration: dict[str, object], desired: int, wanted: int) -> None:
    assert threshold(configuration, desired) == wanted
