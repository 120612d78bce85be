from __future__ import annotations

import re

import numpy as np
import pytest

from goldgate.eval.report.plots.frame import RIGHT, TOP, WIDTH
from goldgate.eval.report.plots.scale import Scale
from goldgate.eval.report.plots.steps import CURVE_POINTS, SHARES, ecdf_frame, percentiles, steps

FRAME = ecdf_frame(Scale(low=0.0, high=100.0), "ms")
STEP = re.compile(r"H([\d.]+)V([\d.]+)")


def path(values: list[float]) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in STEP.findall(steps(FRAME, np.array(values), "this"))]


def test_a_curve_of_few_values_steps_at_each() -> None:
    found = path([20.0, 10.0, 30.0, 40.0])
    assert [x for x, _ in found] == pytest.approx([FRAME.x_of(value) for value in (10.0, 20.0, 30.0, 40.0)], abs=0.06)
    assert [y for _, y in found] == pytest.approx([FRAME.y_of(share) for share in (0.25, 0.5, 0.75, 1.0)], abs=0.06)


def test_a_curve_of_many_values_stays_short_and_true() -> None:
    values = np.random.default_rng(0).uniform(0, 100, 100_000)
    spots = path(values.tolist())
    assert len(spots) <= CURVE_POINTS
    assert spots[-1][1] == TOP
    for x, y in spots:
        value = 100 * (x - FRAME.x_of(0.0)) / (FRAME.x_of(100.0) - FRAME.x_of(0.0))
        share = (FRAME.y_of(0.0) - y) / (FRAME.y_of(0.0) - TOP)
        assert (values <= value).mean() == pytest.approx(share, abs=0.003)


def test_what_lies_past_the_scale_ends_at_its_edge_below_the_top() -> None:
    drawn = steps(FRAME, np.array([50.0, 500.0]), "this")
    assert len(STEP.findall(drawn)) == 1
    assert drawn.endswith(f'V{FRAME.y_of(0.5):.1f}H{WIDTH - RIGHT}"/>')
    assert f"V{FRAME.y_of(1.0):.1f}" not in drawn
    assert SHARES.label == "share of cases"


def test_percentiles_are_those_of_the_metrics() -> None:
    values = np.arange(1.0, 101.0)
    assert percentiles(values) == pytest.approx([50.5, 90.1, 95.05, 99.01, 100.0])
    assert percentiles(values[:0]) == [None] * 5
