"""A rubric's scale and hash."""

from __future__ import annotations

from dataclasses import replace

import pytest

from goldgate.eval.judge.rubric import Rubric

RUBRIC = Rubric(name="clear", criteria="Is it clear?")


@pytest.mark.parametrize(
    ("scale", "score", "fraction"), [((1, 5), 4, 0.75), ((0, 1), 1, 1), ((0, 10), 2.5, 0.25), ((-1, 1), 0, 0.5)]
)
def test_a_score_becomes_a_fraction(scale: tuple[float, float], score: float, fraction: float) -> None:
    assert replace(RUBRIC, scale=scale).fraction(score) == fraction


def test_a_preference_is_a_fraction_already() -> None:
    assert replace(RUBRIC, kind="preference").fraction(0.5) == 0.5


def test_the_hash_tells_what_shapes_the_prompt_and_nothing_else() -> None:
    assert replace(RUBRIC, name="other", model="other").sha256 == RUBRIC.sha256
    changes = [
        {"criteria": "Is it right?"},
        {"scale": (0, 1)},
        {"levels": {"1": "no"}},
        {"shows": ()},
        {"template": "{{ answer }}"},
    ]
    assert len({replace(RUBRIC, **change).sha256 for change in changes} | {RUBRIC.sha256}) == 6  # type: ignore[arg-type]
    assert RUBRIC.metric == "judge.clear"
