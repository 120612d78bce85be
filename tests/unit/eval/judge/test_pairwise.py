"""Both orders, and the liking for a place."""

from __future__ import annotations

import pytest

from goldgate.eval.judge.pairwise import Duel, position_bias


@pytest.mark.parametrize(
    ("first", "second", "score"),
    [
        ("A", "B", 1),
        ("B", "A", 0),
        ("tie", "tie", 0.5),
        ("A", "A", 0.5),
        ("B", "B", 0.5),
        ("A", "tie", 0.5),
        ("tie", "A", 0.5),
        ("A", None, None),
        (None, None, None),
    ],
)
def test_only_a_choice_that_survives_the_swap_counts(first: str | None, second: str | None, score: float | None) -> None:
    assert Duel(first=first, second=second).score == score  # type: ignore[arg-type]


def test_the_bias_is_the_share_of_pairs_that_follow_the_place() -> None:
    duels = [
        Duel(first="A", second="A"),
        Duel(first="A", second="A"),
        Duel(first="B", second="B"),
        Duel(first="A", second="B"),
        Duel(first="tie", second="tie"),
        Duel(first="A", second=None),
    ]
    assert position_bias(duels) == {"rate": 3 / 5, "first": 2 / 3, "pairs": 5}
    assert position_bias(duels[3:5]) == {"rate": 0, "first": None, "pairs": 2}
    assert position_bias([duels[-1]]) is None
