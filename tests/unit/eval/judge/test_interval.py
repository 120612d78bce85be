"""Means and their intervals, against closed forms."""

from __future__ import annotations

import numpy as np
import pytest

from goldgate.eval.judge.interval import Rows, mean_value
from goldgate.eval.verdict.stats import CONSTANT, INSUFFICIENT, ONE_CLUSTER


def test_zeros_and_ones_that_stand_alone_have_wilson_s_interval() -> None:
    """Newcombe (1998), table I: 81 of 263, and 0 of 20."""
    some, none = (mean_value(np.repeat([1.0, 0.0], counts), Rows.of(sum(counts)), 0.95) for counts in ((81, 182), (0, 20)))
    assert (some.ci_low, some.ci_high) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert (none.ci_low, none.ci_high) == pytest.approx((0, 0.1611), abs=5e-5)


def test_a_mean_has_student_s_interval() -> None:
    stats = pytest.importorskip("scipy.stats")
    values = np.array([0.2, 0.5, 0.9, 0.4])
    ours = mean_value(values, Rows.of(4), 0.9)
    low, high = stats.t.interval(0.9, 3, loc=values.mean(), scale=stats.sem(values))
    assert (ours.value, ours.ci_low, ours.ci_high) == pytest.approx((0.5, low, high))


def test_fractions_stay_fractions_and_the_rest_does_not() -> None:
    values = np.array([0.0, 1.0, 0.9, 1.0])
    assert mean_value(values, Rows.of(4), 0.95).ci_high == 1
    assert (mean_value(values, Rows.of(4), 0.95, bounded=False).ci_high or 0) > 1


@pytest.mark.parametrize(
    ("values", "clusters", "note"),
    [
        ([], None, "no values"),
        ([0.5], None, INSUFFICIENT),
        ([0.5, 0.7], ["a", "a"], ONE_CLUSTER),
        ([0.5, 0.5], None, CONSTANT),
    ],
)
def test_what_has_no_interval_says_why(values: list[float], clusters: list[str] | None, note: str) -> None:
    of = Rows.of(len(values), clusters=None if clusters is None else np.array(clusters))
    ours = mean_value(np.array(values, dtype=np.float64), of, 0.95)
    assert (ours.ci_low, ours.note) == (None, note)


def test_clusters_of_one_row_each_count_as_none() -> None:
    assert Rows.of(3, clusters=np.array([7, 3, 5])).plain
    assert not Rows.of(3, clusters=np.array([7, 3, 7])).plain
    assert Rows.of(3, weights=np.full(3, 2.0)).plain
