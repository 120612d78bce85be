from __future__ import annotations

import numpy as np
import pytest

from goldgate.eval.verdict.betting import Bettor, confidence_sequence


def test_values_above_the_mean_win_for_above_only() -> None:
    bettor = Bettor(0.3, 0.0, 1.0, guess=0.5)
    bettor.add(np.asarray([0.9, 0.8, 1.0] * 20))
    assert bettor.p_above < 1e-6
    assert bettor.p_below == 1.0
    assert bettor.p == 2 * bettor.p_above


def test_it_makes_no_difference_how_the_values_are_handed_over() -> None:
    values = np.random.default_rng(0).random(500)
    at_once, in_parts = (Bettor(0.4, 0.0, 1.0, guess=0.5) for _ in range(2))
    at_once.add(values)
    for start in range(0, 500, 7):
        in_parts.add(values[start : start + 7])
    assert in_parts.p_above == pytest.approx(at_once.p_above, rel=1e-9)
    assert in_parts.p_below == pytest.approx(at_once.p_below, rel=1e-9)


def test_few_and_many_values_at_once_win_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(0).random(3000)
    for total in (None, 5000):
        slow, fast = (Bettor(0.48, 0.0, 1.0, guess=0.5, total=total) for _ in range(2))
        monkeypatch.setattr("goldgate.eval.verdict.betting.FEW", 10_000)
        slow.add(values)
        monkeypatch.setattr("goldgate.eval.verdict.betting.FEW", 0)
        fast.add(values)
        assert [fast.p_above, fast.p_below] == pytest.approx([slow.p_above, slow.p_below])


@pytest.mark.parametrize("law", ["binary", "skewed", "far"])
def test_at_the_mean_the_purse_rarely_ever_grows_twentyfold(law: str) -> None:
    generator = np.random.default_rng(1)
    draws = {
        "binary": (generator.random((300, 400)) < 0.9).astype(float),
        "skewed": generator.beta(0.5, 4, (300, 400)),
        "far": (generator.random((300, 400)) < 0.01).astype(float),
    }[law]
    mean = {"binary": 0.9, "skewed": 0.5 / 4.5, "far": 0.01}[law]
    wins = np.zeros(2)
    for values in draws:
        bettor = Bettor(mean, 0.0, 1.0, guess=0.5)
        bettor.add(values)
        wins += [bettor.p_above <= 0.05, bettor.p_below <= 0.05]
    assert wins.max() / 300 <= 0.05


@pytest.mark.parametrize("looks", [25, 100, 400])
def test_a_sequence_covers_the_mean_of_a_population_at_every_look(looks: int) -> None:
    generator = np.random.default_rng(2)
    missed = 0
    for _ in range(60):
        values = generator.beta(2, 1, 400)
        low, high = confidence_sequence(values[:looks], 0.0, 1.0, 0.9, guess=0.5)
        missed += not low <= 2 / 3 <= high
    assert missed <= 8


def test_drawing_without_putting_back_ends_in_certainty() -> None:
    values = np.asarray([1.0] * 160 + [0.0] * 40)
    np.random.default_rng(0).shuffle(values)
    with_rest = confidence_sequence(values[:150], 0.0, 1.0, 0.95, guess=0.5, total=200)
    endless = confidence_sequence(values[:150], 0.0, 1.0, 0.95, guess=0.5)
    assert with_rest[1] - with_rest[0] < 0.8 * (endless[1] - endless[0])
    assert confidence_sequence(values, 0.0, 1.0, 0.95, guess=0.5, total=200) == pytest.approx((0.8, 0.8), abs=2e-4)


def test_what_the_values_exclude_is_impossible() -> None:
    """Three of four values are 1: the mean of all four cannot be below 0.75."""
    bettor = Bettor(0.5, 0.0, 1.0, guess=0.5, total=4)
    bettor.add(np.ones(3))
    assert bettor.p_above == 0.0


def test_without_values_nothing_is_excluded() -> None:
    assert confidence_sequence(np.empty(0), -1.0, 1.0, 0.95, guess=0.0) == (-1.0, 1.0)
    assert confidence_sequence(np.zeros(100), 0.0, 1.0, 0.95, guess=0.5)[0] == 0.0
