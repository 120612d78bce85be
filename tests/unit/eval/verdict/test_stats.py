from __future__ import annotations

import math

import numpy as np
import pytest

from goldgate.eval.verdict.stats import (
    CONSTANT,
    INSUFFICIENT,
    Sample,
    estimate_mean,
    estimate_quantile,
    weighted_mean,
    wilson,
)


def sample(*values: float, clusters: list[int] | None = None, weights: list[float] | None = None) -> Sample:
    return Sample(
        values=np.asarray(values, dtype=np.float64),
        clusters=None if clusters is None else np.asarray(clusters),
        weights=None if weights is None else np.asarray(weights),
    )


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (5, 10, 0.2366, 0.7634), (81, 263, 0.2553, 0.3662), (1, 29, 0.0061, 0.1718)],
)
def test_wilsons_interval_equals_published_values(successes: int, n: int, low: float, high: float) -> None:
    """The last two are Newcombe's examples (Statistics in Medicine 17, 1998, table I)."""
    assert wilson(successes, n, 0.95) == pytest.approx((low, high), abs=6e-5)


def test_a_mean_that_is_exactly_the_limit_stays_so() -> None:
    assert estimate_mean(sample(*[1.0] * 144, *[0.0] * 96), 0.95).value == 0.6
    assert estimate_mean(sample(*[0.1] * 10), 0.95).value == 0.1


def test_students_interval() -> None:
    found = estimate_mean(sample(1, 2, 3, 4, 5), 0.95)
    half = 2.7764451052 * math.sqrt(2.5 / 5)
    assert found.low is not None
    assert found.value == 3.0
    assert 3 - found.low == pytest.approx(half)


def test_clusters_widen_the_interval_and_count_as_one_each() -> None:
    values = [0.1, 0.2, 0.1, 0.8, 0.9, 0.7, 0.5, 0.4, 0.5, 0.2, 0.3, 0.2]
    alone = estimate_mean(sample(*values), 0.95)
    together = estimate_mean(sample(*values, clusters=[0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]), 0.95)
    means = np.asarray(values).reshape(4, 3).mean(axis=1)
    assert together.df == 3
    assert together.se == pytest.approx(means.std(ddof=1) / 2)
    assert alone.se is not None
    assert together.se is not None
    assert together.se > alone.se
    assert together.value == pytest.approx(alone.value)


def test_weights_count() -> None:
    found = estimate_mean(sample(1, 0, 1, 0, weights=[3, 1, 3, 1]), 0.95)
    assert found.value == 0.75


@pytest.mark.parametrize(
    ("given", "note"),
    [
        (sample(), "no values"),
        (sample(0.5), INSUFFICIENT),
        (sample(1.0), INSUFFICIENT),
        (sample(0.5, 0.5, 0.5), CONSTANT),
        (sample(0.5, 0.6, clusters=[0, 0]), f"{INSUFFICIENT}: all cases are of one cluster"),
    ],
)
def test_where_the_data_carry_no_interval_it_is_null_and_says_so(given: Sample, note: str) -> None:
    found = estimate_mean(given, 0.95)
    assert (found.low, found.high, found.note) == (None, None, note)


def test_all_right_is_no_certainty() -> None:
    found = estimate_mean(sample(*[1.0] * 50), 0.95)
    assert found.low == pytest.approx(0.9286, abs=1e-4)
    by_document = estimate_mean(sample(*[1.0] * 50, clusters=[place // 10 for place in range(50)]), 0.95)
    assert by_document.low == pytest.approx(wilson(5, 5, 0.95, z=2.7764451052)[0])


def test_a_quantiles_interval_is_that_of_its_order_statistics() -> None:
    found = estimate_quantile(sample(*range(1, 101)), 0.5, 0.95)
    assert (found.value, found.low, found.high) == (50.5, 40.0, 61.0)


def test_too_few_cases_do_not_bound_a_high_quantile() -> None:
    found = estimate_quantile(sample(*range(50)), 0.99, 0.95)
    assert (found.low, found.high) == (None, None)
    assert found.note == "50 cases do not bound this quantile at 95%"


@pytest.mark.parametrize(("share", "n"), [(0.5, 30), (0.9, 100), (0.95, 50)])
def test_wilson_covers_what_it_says(share: float, n: int) -> None:
    hits = np.random.default_rng(1).binomial(n, share, size=4000)
    bounds = {int(k): wilson(int(k), n, 0.95) for k in np.unique(hits)}
    covered = np.mean([bounds[int(k)][0] <= share <= bounds[int(k)][1] for k in hits])
    assert 0.93 <= covered <= 0.985


def test_a_cost_of_nothing_is_no_proportion() -> None:
    free = Sample(values=np.zeros(240), kind="amount")
    assert (estimate_mean(free, 0.95).low, estimate_mean(free, 0.95).note) == (None, CONSTANT)
    assert estimate_mean(Sample(values=np.zeros(240)), 0.95).high == pytest.approx(0.0158, abs=1e-4)


def test_differences_have_no_bounds() -> None:
    gains = np.array([0.0] * 38 + [0.4, 0.6])
    found = estimate_mean(Sample(values=gains, kind="difference"), 0.95)
    assert found.low == pytest.approx(-0.0109, abs=5e-4)
    assert 0 <= (estimate_mean(Sample(values=gains), 0.95).low or 0) < 0.001


def test_clusters_of_equal_answers_count_as_one_case_each() -> None:
    """20 documents of 10 cases that are all right or all wrong: the interval is that of 20 cases, with Student's quantile."""
    values = [1.0] * 150 + [0.0] * 50
    found = estimate_mean(sample(*values, clusters=[place // 10 for place in range(200)]), 0.95)
    assert (found.low, found.high) == pytest.approx(wilson(0.75 * 19, 19, 0.95, z=2.0930240544), abs=1e-9)


def test_weights_that_are_equal_change_nothing_and_unequal_ones_widen_a_proportion() -> None:
    values = [1.0, 0.0, 1.0, 1.0] * 25
    plain, equal = estimate_mean(sample(*values), 0.95), estimate_mean(sample(*values, weights=[2.0] * 100), 0.95)
    assert (equal.low, equal.high) == pytest.approx((plain.low, plain.high), abs=0.003)
    uneven = estimate_mean(sample(*values, weights=[9.0, 9.0, 9.0, 1.0] * 25), 0.95)
    assert (uneven.high or 0) - (uneven.low or 0) > (plain.high or 0) - (plain.low or 0)


def test_a_quantile_of_clusters_is_less_certain() -> None:
    values = np.repeat(np.random.default_rng(0).gamma(2, 100, 50), 20)
    alone = estimate_quantile(Sample(values=values, kind="amount"), 0.5, 0.95)
    together = estimate_quantile(Sample(values=values, clusters=np.arange(1000) // 20, kind="amount"), 0.5, 0.95)
    width = [(found.high or 0) - (found.low or 0) for found in (alone, together)]
    assert width[1] > 2 * width[0]


def test_many_values_keep_their_mean() -> None:
    assert weighted_mean(Sample(values=np.full(200_000, 0.2))) == 0.2
    assert weighted_mean(Sample(values=np.tile([1.0, 1.0, 1.0, 0.0, 0.0], 40_000))) == 0.6


@pytest.mark.parametrize("law", ["exponential", "lognormal", "beta"])
def test_skewed_means_are_covered(law: str) -> None:
    """2,000 samples of 100; bench/coverage.py tells more, with more samples."""
    generator = np.random.default_rng(3)
    draws, mean = {
        "exponential": (generator.exponential(1, (2000, 100)), 1.0),
        "lognormal": (generator.lognormal(0, 1, (2000, 100)), math.exp(0.5)),
        "beta": (generator.beta(8, 1, (2000, 100)), 8 / 9),
    }[law]
    found = [estimate_mean(Sample(values=values, kind="fraction" if law == "beta" else "amount"), 0.95) for values in draws]
    assert 0.935 <= np.mean([(part.low or 0) <= mean <= (part.high or 0) for part in found]) <= 0.965
