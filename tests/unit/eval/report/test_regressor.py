from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from goldgate.eval.report.regressor import (
    Side,
    central_intervals,
    coverage,
    error_figure,
    predicted_figure,
    quantile_figure,
    quantile_levels,
    residual_figure,
    running,
)
from goldgate.eval.table import RESPONSE_SCHEMA
from goldgate.eval.verdict.special import normal_lower
from goldgate.eval.verdict.stats import wilson

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


def normal(n: int = 2000, spread: float = 1.0) -> tuple[pl.DataFrame, Any]:
    """A service that predicts quantiles of a normal law `spread` times as wide as it is."""
    expected = np.random.default_rng(3).normal(0, 1, n)
    quantiles = [{"quantile": level, "value": spread * normal_lower(level)} for level in LEVELS]
    frame = pl.DataFrame(
        {"quantiles": [quantiles] * n, "interval": [[-spread, spread]] * n},
        schema_overrides={"quantiles": RESPONSE_SCHEMA["quantiles"], "interval": RESPONSE_SCHEMA["interval"]},
    )
    return frame, expected


def side(n: int = 500, noise: float = 1.0) -> Side:
    dice = np.random.default_rng(1)
    expected = dice.uniform(10, 20, n)
    return Side(predicted=expected + noise * dice.normal(0, 1, n), expected=expected)


def test_right_quantiles_hold_what_they_say() -> None:
    frame, expected = normal()
    found = quantile_levels(frame, expected, np.ones(2000, dtype=bool))
    assert [part.level for part in found] == list(LEVELS)
    for part in found:
        assert part.share == pytest.approx((expected <= normal_lower(part.level)).mean())
        assert (part.low, part.high) == wilson(part.share * 2000, 2000, 0.95)
        assert part.low < part.level < part.high


def test_narrow_quantiles_do_not_and_the_farthest_is_named() -> None:
    frame, expected = normal(spread=0.5)
    rows = np.ones(2000, dtype=bool)
    levels = quantile_levels(frame, expected, rows)
    assert levels[0].low > 0.05
    assert levels[-1].high < 0.95
    assert quantile_figure(levels, []).said[0].startswith("Farthest off: 78.9 %")
    assert [part.level for part in central_intervals(frame, expected, rows, levels)] == [0.9, 0.5]


def test_central_intervals_count_what_lies_between_symmetric_quantiles() -> None:
    frame, expected = normal()
    rows = np.ones(2000, dtype=bool)
    ninety, fifty = central_intervals(frame, expected, rows, quantile_levels(frame, expected, rows))
    assert ninety.share == pytest.approx((np.abs(expected) <= normal_lower(0.95)).mean())
    assert fifty.share == pytest.approx((np.abs(expected) <= normal_lower(0.75)).mean())


def test_the_services_own_interval_counts_its_ends() -> None:
    frame = pl.DataFrame({"interval": [[1.0, 2.0], [1.0, 2.0], None, [], [1.0, 2.0]]})
    found = coverage(frame, np.array([2.0, 2.1, 1.0, 1.0, 1.5]), np.array([True, True, True, True, False]))
    assert found is not None
    assert (found.share, found.n) == (0.5, 2)
    assert coverage(frame[2:3], np.array([1.0]), np.array([True])) is None
    assert coverage(pl.DataFrame({"value": [1.0]}), np.array([1.0]), np.array([True])) is None


def test_running_quantiles_follow_the_residuals() -> None:
    dice = np.random.default_rng(5)
    predicted = np.linspace(0, 10, 12_000)
    found = running(Side(predicted=predicted, expected=predicted - predicted * dice.uniform(0, 1, 12_000)))
    xs, low, middle, high, counts = found
    assert counts == [1000] * 12
    assert middle == pytest.approx(xs * 0.5, abs=0.4)
    assert high - low == pytest.approx(xs * 0.8, abs=0.6)


@pytest.mark.parametrize("n", [3, 29, 500, 5000])
def test_every_case_stands_in_one_span(n: int) -> None:
    assert sum(running(side(n))[4]) == n


def test_many_cases_are_thinned_and_it_is_said() -> None:
    figure = predicted_figure(side(5000))
    assert figure.plot.count("h0") <= 600
    assert "Dots are 600 of 5,000 cases" in figure.said[0]
    assert sum(int(row[1].replace(",", "")) for row in figure.rows) == 5000


def test_amounts_far_apart_have_logarithmic_axes() -> None:
    expected = np.r_[np.linspace(1, 2, 100), 500.0]
    assert "log scale" in predicted_figure(Side(predicted=expected, expected=expected)).plot


def test_a_far_value_is_drawn_on_the_edge_and_counted() -> None:
    expected = np.r_[np.linspace(-1, 1, 2000), 500.0]
    assert "1 case beyond the edge is drawn on it" in predicted_figure(Side(predicted=expected, expected=expected)).said[0]


def test_constant_predictions_have_no_correlation_but_a_plot() -> None:
    figure = predicted_figure(Side(predicted=np.full(50, 2.0), expected=np.linspace(0, 1, 50)))
    assert "Correlation" not in figure.said[0]
    assert figure.plot.count("h0") == 50


def test_live_is_a_dashed_line_and_an_outline() -> None:
    both = side(), side(noise=2.0)
    assert 'class="live"' in residual_figure(*both).plot
    assert 'class="live"' not in residual_figure(both[0], None).plot
    figure = error_figure(*both)
    assert 'class="live"' in figure.plot
    assert figure.head == ("", "this", "live")
    assert figure.rows[0] == ("n", "500", "500")
