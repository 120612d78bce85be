from __future__ import annotations

import math

import numpy as np
import pytest

from goldgate.eval.verdict.studentised import Kind, Studentised, studentised


def skewed(n: int = 40) -> Studentised:
    values = np.random.default_rng(2).exponential(1, n)
    return studentised(float(values.mean()), (values - values.mean()) / n)


def test_without_skewness_it_is_students_t() -> None:
    found = Studentised(value=1.0, se=0.5, df=9)
    assert found.interval(0.95, "fraction") == pytest.approx((1 - 2.2621571628 * 0.5, 1 + 2.2621571628 * 0.5))
    assert found.p_against(0.0, "difference") == pytest.approx(0.07655, abs=5e-5)


def test_skewness_lengthens_the_side_of_the_long_tail() -> None:
    found = skewed()
    low, high = found.interval(0.95, "fraction")
    assert high - found.value > found.value - low
    mirrored = Studentised(value=-found.value, se=found.se, df=found.df, lean=-found.lean)
    assert mirrored.interval(0.95, "fraction") == pytest.approx((-high, -low))


def test_without_bounds_the_short_side_keeps_students_length() -> None:
    found = skewed()
    (low, high), (low_fraction, high_fraction) = found.interval(0.95, "amount"), found.interval(0.95, "fraction")
    assert high == high_fraction
    assert low == pytest.approx(found.value - 2.0226909 * found.se)
    assert low < low_fraction


@pytest.mark.parametrize("kind", ["fraction", "amount", "difference"])
@pytest.mark.parametrize("lean", [0.0, 1e-9, 0.05, -0.3, 0.8])
@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.999])
def test_a_bound_of_the_interval_has_the_p_of_its_level(kind: Kind, lean: float, confidence: float) -> None:
    found = Studentised(value=0.3, se=0.1, df=30, lean=lean)
    for bound in found.interval(confidence, kind):
        assert found.p_against(bound, kind) == pytest.approx(1 - confidence, rel=1e-6)
    assert found.p_against(found.value, kind) > 0.5


def test_halls_interval_of_his_formula() -> None:
    """Hall 1992, equation 2.2: with a = skewness / sqrt(n), y -> 3 / a ((1 + a (y - a / 6))^(1/3) - 1)."""
    found, a, t = Studentised(value=0.0, se=1.0, df=19, lean=0.4), 0.4, 2.0930240544
    expected = [-3 / a * (math.cbrt(1 + a * (sign * t - a / 6)) - 1) for sign in (1, -1)]
    assert found.interval(0.95, "fraction") == pytest.approx(expected)


def test_nothing_can_be_said_of_one_unit_or_without_variation() -> None:
    assert not studentised(1.0, np.zeros(1)).varies
    assert not studentised(1.0, np.zeros(9)).varies
    assert studentised(1.0, np.asarray([0.1, -0.1])).varies
