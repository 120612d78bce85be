from __future__ import annotations

import re
from dataclasses import replace

from goldgate.eval.report.plots.trend import HEIGHT, strip, strip_axis, strip_scale, ticks
from goldgate.eval.report.trends import Series, Spot

SPOT = Spot(place=0, value=0.9, low=0.86, high=0.93, bound=0.85, verdict="pass")


def series(*spots: Spot) -> Series:
    return Series(metric="retrieval.recall@10", slice={"difficulty": "hard"}, spots=spots)


THREE = series(SPOT, replace(SPOT, place=1, value=0.8, low=0.74, verdict="fail"), replace(SPOT, place=3))
KINDS = ("release", "run", "release", "this")


def test_places_stand_in_the_middle_of_equal_columns() -> None:
    drawn = strip(THREE, 4, KINDS)
    line = re.search(r'<polyline class="trend" points="([^"]*)"', drawn)
    assert line is not None
    assert [point.partition(",")[0] for point in line[1].split()] == ["125.0", "375.0", "875.0"]
    assert 'cx="12.50%"' in drawn


def test_a_higher_value_stands_higher_and_all_of_it_is_inside() -> None:
    line = re.search(r'<polyline class="trend" points="([^"]*)"', strip(THREE, 4, KINDS))
    assert line is not None
    downs = [float(point.partition(",")[2]) for point in line[1].split()]
    assert downs[1] > downs[0] == downs[2]
    assert all(0 < down < HEIGHT for down in downs)


def test_the_bound_is_drawn_over_the_column_of_its_evaluation_alone() -> None:
    moved = series(SPOT, replace(SPOT, place=1, bound=None), replace(SPOT, place=2, bound=0.88))
    bound = re.search(r'<path class="bound" d="([^"]*)"', strip(moved, 3, KINDS))
    assert bound is not None
    assert [piece.partition(" ")[0] for piece in bound[1].split("M")[1:]] == ["0.0", "666.7"]
    assert re.findall(r"H([\d.]+)", bound[1]) == ["333.3", "1000.0"]


def test_verdicts_and_the_run_at_hand_have_marks_of_their_own() -> None:
    spots = [replace(SPOT, place=at, verdict=verdict) for at, verdict in enumerate(("pass", "pass", "fail", "inconclusive"))]
    drawn = strip(series(*spots), 4, ("release", "run", "run", "this"))
    assert re.findall(r'class="((?:out|run|unsure|blocked)[^"]*)"', drawn) == ["out", "run", "blocked", "unsure now"]


def test_without_intervals_there_is_no_band_and_without_bounds_no_dashes() -> None:
    bare = [replace(SPOT, place=at, low=None, high=None, bound=None) for at in (0, 1)]
    drawn = strip(series(*bare), 2, KINDS)
    assert 'class="band"' not in drawn
    assert 'class="bound"' not in drawn


def test_a_strip_is_told_in_words() -> None:
    drawn = strip(THREE, 4, KINDS)
    assert "<title>recall@10, difficulty: hard, over 3 evaluations</title>" in drawn
    assert "From 0.900 to 0.900; 1 failed gate" in drawn


def test_the_axis_writes_the_same_ticks_that_the_strip_draws() -> None:
    count = len(ticks(strip_scale(THREE)))
    assert 2 <= count <= 3
    assert strip(THREE, 4, KINDS).count('class="grid"') == strip_axis(THREE).count("<text") == count


def test_a_metric_that_never_moved_is_a_line_inside() -> None:
    still = [Spot(place=at, value=0.0, low=None, high=None, bound=0.0, verdict="pass") for at in (0, 1)]
    assert "nan" not in strip(Series(metric="errors.rate", slice=None, spots=tuple(still)), 2, KINDS)
