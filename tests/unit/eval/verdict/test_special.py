from __future__ import annotations

import pytest
from scipy import stats

from goldgate.eval.verdict.special import (
    binomial_at,
    binomial_below,
    incomplete_beta,
    normal_below,
    normal_lower,
    normal_p_value,
    normal_quantile,
    t_p_value,
    t_quantile,
)

DEGREES = (1, 2, 3, 4.5, 10, 29, 99, 199, 200, 999, 9_999, 10_001, 1e6, 1e8)


@pytest.mark.parametrize("df", DEGREES)
@pytest.mark.parametrize("confidence", [0.05, 0.5, 0.9, 0.95, 0.99, 0.999999])
def test_students_quantile_equals_scipys(df: float, confidence: float) -> None:
    assert t_quantile(confidence, df) == pytest.approx(float(stats.t.isf((1 - confidence) / 2, df)), rel=1e-9)


@pytest.mark.parametrize("df", DEGREES)
@pytest.mark.parametrize("t", [0.0, 0.01, 0.5, 1.0, -2.0, 3.0, 6.0, 20.0])
def test_students_p_equals_scipys(df: float, t: float) -> None:
    assert t_p_value(t, df) == pytest.approx(float(2 * stats.t.sf(abs(t), df)), rel=1e-9, abs=1e-250)


@pytest.mark.parametrize("n", [1, 2, 5, 34, 100, 1000, 100_000, 1_000_000])
@pytest.mark.parametrize("share", [0.5, 0.1, 0.95, 0.99])
def test_the_binomial_equals_scipys(n: int, share: float) -> None:
    for part in (0.001, 0.2, 0.5, 0.9):
        k = int(stats.binom.ppf(part, n, share))
        assert binomial_below(k, n, share) == pytest.approx(float(stats.binom.cdf(k, n, share)), rel=1e-9)
        assert binomial_at(k, n, share) == pytest.approx(float(stats.binom.pmf(k, n, share)), rel=1e-9)


def test_the_ends_of_the_laws() -> None:
    assert (binomial_below(-1, 5), binomial_below(5, 5), binomial_at(6, 5), binomial_at(0, 5)) == (0.0, 1.0, 0.0, 1 / 32)
    assert (incomplete_beta(2, 3, 0.0, 1.0), incomplete_beta(2, 3, 1.0, 0.0)) == (0.0, 1.0)
    assert t_p_value(float("inf"), 5) == t_p_value(1e300, 5) == 1e-300
    assert normal_p_value(1e9) == 1e-300


def test_the_normal_law() -> None:
    assert normal_quantile(0.95) == pytest.approx(1.959963984540054, rel=1e-12)
    assert normal_lower(0.8) == pytest.approx(0.8416212335729143, rel=1e-12)
    assert normal_below(-1.0) == pytest.approx(0.15865525393145707, rel=1e-12)
    assert normal_p_value(1.959963984540054) == pytest.approx(0.05, rel=1e-12)
