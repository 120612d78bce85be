from __future__ import annotations

import re

import pytest

from goldgate.eval.report.plots.bar import interval_bar, share_bars
from goldgate.eval.report.plots.frame import LEFT, RIGHT, WIDTH


@pytest.mark.parametrize("value", [None, 398.0, -0.2])
def test_what_is_no_fraction_has_no_bar(value: float | None) -> None:
    assert interval_bar(value, None, None) == ""


def test_a_bar_in_a_cell_shows_the_interval_where_there_is_one() -> None:
    assert 'class="interval"' in interval_bar(0.5, 0.4, 0.6)
    assert 'class="interval"' not in interval_bar(0.5, None, None)
    assert 'class="bar live-bar"' in interval_bar(0.5, 0.4, 0.6, "live-bar")


def test_bars_are_as_long_as_their_shares_with_figure_and_interval() -> None:
    drawn = share_bars([("live", (0.9, 0.8, 0.95)), ("this", (0.25, None, None))], "Share", "words")
    widths = dict(re.findall(r'class="lying-(\w+)" x="48" y="[\d.]+" width="([\d.]+)"', drawn))
    room = WIDTH - LEFT - RIGHT
    assert {name: float(width) / room for name, width in widths.items()} == pytest.approx({"live": 0.9, "this": 0.25}, abs=1e-3)
    assert "90.0 %" in drawn
    assert "25.0 %" in drawn
    assert drawn.count('class="whisker-') == 1
