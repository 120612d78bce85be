from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
import pytest

from goldgate.eval.report.plots.frame import BOTTOM, HEIGHT, LEFT, LETTER, RIGHT, TOP, WIDTH, Axis, Frame
from goldgate.eval.report.plots.scale import Scale

UNIT = Axis(scale=Scale(low=0.0, high=1.0), label="share")
FRAME = Frame(x=Axis(scale=Scale(low=0.0, high=10.0), label="k"), y=UNIT)
TICK = re.compile(r'<text class="tick" x="([\d.]+)" y="([\d.]+)" text-anchor="(\w+)">([^<]*)<')


def test_places_lie_within_the_frame_and_rise_to_the_top() -> None:
    assert FRAME.across(np.array([0.0, 10.0, 99.0])).tolist() == [LEFT, WIDTH - RIGHT, WIDTH - RIGHT]
    assert FRAME.down(np.array([0.0, 1.0])).tolist() == [HEIGHT - BOTTOM, TOP]
    assert (FRAME.x_of(5.0), FRAME.y_of(0.5)) == (FRAME.across(np.array([5.0]))[0], FRAME.down(np.array([0.5]))[0])


@pytest.mark.parametrize(
    "scale",
    [
        Scale(low=0.0, high=1.0),
        Scale(low=0.0, high=123_456.0),
        Scale(low=-0.0005, high=0.0007),
        Scale(low=1e-6, high=1e9, log=True),
        Scale(low=980_000.0, high=1_020_000.0),
    ],
)
def test_labels_of_an_axis_never_touch(scale: Scale) -> None:
    spots = [
        (scale.share(tick) * (WIDTH - LEFT - RIGHT), len(words) * LETTER)
        for tick, words in Axis(scale=scale, label="").fitting()
    ]
    assert len(spots) >= 2
    assert all(right - left >= (a + b) / 2 for (left, a), (right, b) in pairwise(spots))


def test_named_ticks_are_thinned_until_they_fit() -> None:
    words = [f"a long name {place}" for place in range(12)]
    axis = Axis(scale=Scale(low=0.0, high=11.0), label="", ticks=tuple(range(12)), text=lambda tick: words[int(tick)])
    shown = [name for _, name in axis.fitting()]
    assert shown[0] == "a long name 0"
    assert 2 <= len(shown) < 5


def test_no_label_leaves_the_picture_at_the_right() -> None:
    axis = Axis(scale=Scale(low=0.0, high=1.0), label="", text=lambda tick: f"{tick} of a long name")
    for x, y, anchor, words in TICK.findall(Frame(x=axis, y=UNIT).svg("t", "d", [])):
        if float(y) > HEIGHT - BOTTOM + 5:
            reach = 0.0 if anchor == "end" else len(words) * LETTER / 2
            assert float(x) + reach <= WIDTH


def test_a_picture_speaks_and_hostile_words_are_text() -> None:
    hostile = Frame(x=Axis(scale=UNIT.scale, label="<script>"), y=UNIT)
    drawn = hostile.svg("<b>title", "what & why", [hostile.upright(0.5, "<i>bound")])
    assert drawn.startswith(f'<svg class="graph" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"><title>&lt;b&gt;title</title>')
    assert "<desc>what &amp; why</desc>" in drawn
    assert not re.search(r"<(script|b|i)>", drawn)


def test_an_axis_says_that_it_is_logarithmic() -> None:
    axis = Axis(scale=Scale(low=1.0, high=100.0, log=True), label="ms")
    assert axis.name == "ms, log scale"
    assert UNIT.name == "share"


def test_the_words_of_an_upright_line_stand_on_the_side_that_has_room() -> None:
    assert 'text-anchor="start"' in FRAME.upright(1.0, "gate @1")
    assert 'text-anchor="end"' in FRAME.upright(9.0, "gate @9")


def test_minus_signs_are_typeset() -> None:
    assert "\u22120.5" in Frame(x=Axis(scale=Scale(low=-1.0, high=1.0), label=""), y=UNIT).svg("t", "d", [])
