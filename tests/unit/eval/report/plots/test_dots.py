from __future__ import annotations

import numpy as np
import pytest

from goldgate.eval.report.plots.dots import dots, points, strip, thinned, whiskers
from goldgate.eval.report.plots.frame import Axis, Frame
from goldgate.eval.report.plots.scale import Scale

FRAME = Frame(x=Axis(scale=Scale(low=0.0, high=1.0), label=""), y=Axis(scale=Scale(low=0.0, high=1.0), label=""))


@pytest.mark.parametrize("count", [0, 1, 600])
def test_few_are_all_shown(count: int) -> None:
    assert thinned(count).tolist() == list(range(count))


@pytest.mark.parametrize("count", [601, 1000, 100_000])
def test_many_are_thinned_evenly_with_the_first_and_the_last(count: int) -> None:
    found = thinned(count, first=10)
    assert len(found) <= 600
    assert found[:10].tolist() == list(range(10))
    assert found[-1] == count - 1
    assert np.diff(found[10:]).max() <= np.ceil(count / 500)


def test_dots_stand_in_one_path() -> None:
    drawn = dots(FRAME, np.array([0.0, 1.0]), np.array([0.0, 1.0]), "this")
    assert drawn.count("h0") == 2
    assert drawn.count("<path") == 1


def test_this_and_live_differ_in_shape_too() -> None:
    one = np.array([0.5])
    assert "<circle" in points(FRAME, one, one, "this")
    assert "<rect" in points(FRAME, one, one, "live")


def test_whiskers_reach_from_low_to_high() -> None:
    drawn = whiskers(FRAME, np.array([0.5]), np.array([0.25]), np.array([0.75]), "this")
    assert f"M{FRAME.x_of(0.5):.1f} {FRAME.y_of(0.25):.1f}V{FRAME.y_of(0.75):.1f}" in drawn


def test_marks_that_would_cover_one_another_are_drawn_once() -> None:
    drawn = strip(FRAME, np.linspace(0, 1, 100_000), "cross", 0)
    assert 80 < drawn.count("M") < 110
    assert strip(FRAME, np.array([0.5]), "ring", 1).count("a3 3") == 2
