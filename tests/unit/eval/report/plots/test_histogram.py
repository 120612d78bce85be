from __future__ import annotations

import re

import numpy as np
import pytest

from goldgate.eval.report.plots.histogram import MOST, bars, edges, fraction_edges, histogram_frame, outline, shares


def test_fractions_have_fixed_bins() -> None:
    assert fraction_edges()[[0, 1, -1]].tolist() == pytest.approx([0.0, 0.05, 1.0])


def test_few_hundred_values_have_the_bins_of_freedman_and_diaconis() -> None:
    values = np.random.default_rng(2).normal(0, 1, 150)
    assert edges(values) == pytest.approx(np.histogram_bin_edges(values, bins="fd"))


def test_bins_are_capped_and_far_values_put_into_the_last() -> None:
    values = np.r_[np.random.default_rng(2).normal(0, 1, 50_000), 1e9]
    found = edges(values)
    assert len(found) == MOST + 1
    assert found[-1] < 5
    assert shares(values, found).sum() == pytest.approx(1.0)
    assert shares(values, found)[-1] * len(values) >= 1


def test_a_few_whole_numbers_have_a_bin_each() -> None:
    assert edges(np.array([2.0, 3.0, 5.0]), whole=True).tolist() == [1.5, 2.5, 3.5, 4.5, 5.5]
    assert len(edges(np.array([7.0, 7.0]), whole=True)) == 6


def test_many_whole_numbers_share_bins_of_equally_many() -> None:
    values = np.arange(900.0, 1500.0)
    found = edges(values, whole=True)
    [width] = set(np.diff(found))
    assert width.is_integer()
    assert set(np.histogram(values, found)[0][:-1]) == {width}
    assert len(edges(np.random.default_rng(1).integers(0, 10_000, 50_000).astype(float), whole=True)) <= MOST + 2


def test_near_values_are_not_put_into_the_last_bins() -> None:
    values = np.random.default_rng(2).uniform(0, 1, 10_000)
    found = shares(values, edges(values))
    assert found.max() < 1.3 * np.median(found)


@pytest.mark.parametrize("value", [0.0, 3.5, -2.0])
def test_one_value_alone_has_bins_around_it(value: float) -> None:
    found = edges(np.array([value, value]))
    assert found[0] < value < found[-1]
    assert shares(np.array([value, value]), found).max() == 1.0


def test_bars_are_as_high_as_their_shares_and_empty_bins_draw_nothing() -> None:
    bins = np.array([0.0, 1.0, 2.0, 3.0])
    heights = np.array([0.25, 0.0, 0.75])
    frame = histogram_frame(bins, [heights], "x")
    tops = [float(y) for y in re.findall(r"V([\d.]+)H", bars(frame, bins, heights))]
    assert tops == pytest.approx([frame.y_of(0.25), frame.y_of(0.75)], abs=0.06)
    contour = outline(frame, bins, heights)
    assert contour.count("M") == 2
    assert outline(frame, bins, np.zeros(3)) == '<path class="live" d=""/>'
