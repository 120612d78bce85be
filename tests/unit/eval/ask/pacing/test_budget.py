from __future__ import annotations

import pytest

from goldgate.eval.ask.pacing.budget import Budget


def paid(usd: float, *costs: float | None, spent: float = 0.0) -> Budget:
    budget = Budget(usd, None, began=0.0, spent=spent)
    for cost in costs:
        budget.pay(cost)
    return budget


def test_without_limits_nothing_is_over() -> None:
    assert Budget(None, None, began=0.0).over(1e9, 1000) is None


@pytest.mark.parametrize(
    ("costs", "in_flight", "over"),
    [
        ((), 0, False),
        ((), 50, False),
        ((0.25, 0.25, 0.25), 0, False),
        ((0.25, 0.25, 0.25), 1, True),
        ((0.25, 0.25, 0.25, 0.25), 0, True),
        ((None, None, 0.0), 100, False),
        ((0.1,) * 9, 0, False),
        ((0.1,) * 10, 0, True),
    ],
)
def test_what_the_next_question_would_cost_must_still_fit(
    costs: tuple[float | None, ...],
    in_flight: int,
    over: bool,
) -> None:
    assert (paid(1.0, *costs).over(0.0, in_flight) is not None) is over


def test_the_reason_says_how_much() -> None:
    assert paid(1.0, 0.6, 0.6).over(0.0) == "budget: the budget of $1.00 is spent ($1.20)"
    assert paid(1.0, 0.6).over(0.0) == "budget: the budget of $1.00 has no room for another case ($0.60 spent)"


def test_what_an_earlier_process_spent_counts_but_not_in_the_mean() -> None:
    assert paid(1.0, spent=0.9).over(0.0) is None
    assert paid(1.0, 0.01, spent=0.9).over(0.0) is None
    assert paid(1.0, 0.01, spent=0.99).over(0.0) is not None


@pytest.mark.parametrize(("now", "over"), [(14.9, None), (15.0, "time: the time budget of 5 s is over")])
def test_time_is_counted_from_the_beginning(now: float, over: str | None) -> None:
    assert Budget(None, 5.0, began=10.0).over(now) == over
