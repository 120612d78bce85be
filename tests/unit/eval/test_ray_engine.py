"""What the Ray engine decides without a cluster; `tests/integration/eval/test_ray.py` has one."""

from __future__ import annotations

from itertools import pairwise

import pytest

from goldgate.eval.ask.options import AskOptions
from goldgate.eval.ray_engine import MOST_ROWS, Board, share, split
from goldgate.eval.results import Progress

from .makers import case, gold_of

GOLD = gold_of(*(case(f"c{place}", answer="x") for place in range(103)))


@pytest.mark.parametrize(("workers", "parts"), [(1, 4), (4, 15), (26, 103), (500, 103)])
def test_parts_are_the_gold_set_in_order_about_four_a_worker(workers: int, parts: int) -> None:
    found = split(GOLD, workers)
    assert [part.id for gold in found for part in gold.cases] == [part.id for part in GOLD.cases]
    assert len(found) == parts
    assert all(len(a) >= len(b) >= 1 for a, b in pairwise(found))


def test_no_part_is_larger_than_what_a_worker_can_hold() -> None:
    many = GOLD.with_frame(GOLD.frame.sample(MOST_ROWS * 5, with_replacement=True, seed=1))
    assert {len(part) for part in split(many, 1)} == {MOST_ROWS}


def test_an_empty_gold_set_is_one_empty_part() -> None:
    assert [len(part) for part in split(GOLD.with_frame(GOLD.frame.clear()), 2)] == [0]


def test_workers_share_the_pace_and_the_driver_keeps_the_budget() -> None:
    options = AskOptions(
        concurrency=10, requests_per_second=9.0, tokens_per_minute=600.0, budget_usd=5.0, time_budget_seconds=60.0, seed=3
    )
    found = share(options, 4, seconds=20.0)
    assert (found.concurrency, found.requests_per_second, found.tokens_per_minute) == (2, 2.25, 150.0)
    assert (found.budget_usd, found.time_budget_seconds, found.seed) == (None, 40.0, 3)
    plain = share(AskOptions(concurrency=2), 8)
    assert (plain.concurrency, plain.requests_per_second, plain.time_budget_seconds) == (1, None, None)


def test_time_that_is_over_leaves_next_to_nothing() -> None:
    assert share(AskOptions(time_budget_seconds=1.0), 2, seconds=5.0).time_budget_seconds == 0.001


def told(done: int, cost: float) -> Progress:
    return Progress(done=done, total=10, errors=1, reused=0, cost_usd=cost, seconds=1.0)


def test_the_board_adds_up_parts_and_remembers_what_dead_attempts_cost() -> None:
    board = Board(budget_usd=1.0)
    assert not board.tell(0, "first", told(3, 0.25))
    assert not board.tell(1, "first", told(5, 0.25))
    assert not board.tell(1, "first", told(6, 0.375))
    assert board.state() == (9, 2, 0, 0.625)
    assert board.tell(0, "second", told(1, 0.375))
    assert board.state() == (7, 2, 0, 1.0)
    assert board.spent()


def test_without_a_budget_nothing_is_ever_spent() -> None:
    board = Board(budget_usd=None)
    assert not board.tell(0, "first", told(3, 1e9))
