from __future__ import annotations

from typing import Any

import pytest

from goldgate.eval.ask.options import AskOptions
from goldgate.eval.errors import UsageError


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ({"concurrency": 0}, "concurrency is 0, and must be 1 or more."),
        ({"repeats": -1}, "repeats is -1, and must be 1 or more."),
        ({"requests_per_second": 0.0}, "requests_per_second is 0, and must be more than 0."),
        ({"tokens_per_minute": -5.0}, "tokens_per_minute is -5, and must be more than 0."),
        ({"budget_usd": 0.0}, "budget_usd is 0, and must be more than 0."),
        ({"time_budget_seconds": float("nan")}, "time_budget_seconds is nan, and must be more than 0."),
    ],
)
def test_numbers_out_of_their_range_are_refused(terms: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        AskOptions(**terms)
    assert caught.value.what == message


def test_the_least_that_is_allowed() -> None:
    options = AskOptions(concurrency=1, repeats=1, requests_per_second=0.01, budget_usd=1e-9)
    assert options.order == "random"
