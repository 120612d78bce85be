from __future__ import annotations

import re

import numpy as np

from goldgate.eval.report.plots.frame import RIGHT, WIDTH, Axis, Frame
from goldgate.eval.report.plots.lines import band, held, line
from goldgate.eval.report.plots.scale import Scale

FRAME = Frame(x=Axis(scale=Scale(low=0.0, high=2.0), label=""), y=Axis(scale=Scale(low=0.0, high=1.0), label=""))
XS = np.array([0.0, 1.0, 2.0])


def spots(path: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"([\d.]+) ([\d.]+)", path)]


def test_a_line_goes_through_its_points() -> None:
    drawn = line(FRAME, XS, np.array([0.0, 0.5, 1.0]), "this")
    assert spots(drawn) == [(FRAME.x_of(x), FRAME.y_of(x / 2)) for x in (0.0, 1.0, 2.0)]
    assert 'class="this"' in drawn


def test_a_band_goes_out_along_the_top_and_back_along_the_bottom() -> None:
    found = spots(band(FRAME, XS, XS / 4, XS / 2, "live"))
    assert found[:3] == [(FRAME.x_of(x), FRAME.y_of(x / 2)) for x in (0.0, 1.0, 2.0)]
    assert found[3:] == [(FRAME.x_of(x), FRAME.y_of(x / 4)) for x in (2.0, 1.0, 0.0)]


def test_what_is_held_ends_at_the_edge() -> None:
    drawn = held(FRAME, XS[:2], np.array([0.25, 0.75]), "this")
    assert f"H{FRAME.x_of(1.0):.1f}V{FRAME.y_of(0.75):.1f}H{WIDTH - RIGHT}" in drawn
