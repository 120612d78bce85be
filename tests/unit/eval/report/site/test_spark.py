from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from goldgate.eval.report.site.spark import HEIGHT, WIDTH, sparks, state_of

from .samples import run


def trail(*values: float, verdict: str = "pass") -> list[object]:
    runs = [run(at, metrics={"retrieval.recall@10": value}) for at, value in enumerate(values)]
    return [*runs[:-1], run(len(values), metrics={"retrieval.recall@10": values[-1]}, verdict=verdict)]


def drawn(*values: float, verdict: str = "pass") -> tuple[ET.Element, list[tuple[float, float]]]:
    """The picture, and the points of its trend."""
    (spark,) = sparks(trail(*values, verdict=verdict), 3)  # type: ignore[arg-type]
    svg = ET.fromstring(str(spark.line))
    line = svg.find("polyline")
    points = "" if line is None else line.attrib["points"]
    return svg, [(float(x), float(y)) for x, y in re.findall(r"([\d.]+),([\d.]+)", points)]


def test_the_line_runs_from_left_to_right_and_higher_is_higher() -> None:
    _, points = drawn(0.8, 0.9, 0.85)
    assert [x for x, _ in points] == sorted(x for x, _ in points)
    heights = [y for _, y in points]
    assert heights[1] < heights[2] < heights[0]
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points)


def test_the_line_is_told_in_words() -> None:
    svg, _ = drawn(0.8, 0.9, 0.85)
    assert svg.attrib["role"] == "img"
    assert svg.findtext("title") == "recall@10 over 3 runs: from 0.800 to 0.850, between 0.800 and 0.900; last run passed"


def test_the_first_run_is_a_mark_without_a_line() -> None:
    svg, points = drawn(0.8)
    assert points == []
    assert svg.findtext("title") == "recall@10 0.800, no earlier run"
    assert svg.find("circle") is not None


def test_values_that_never_moved_lie_in_the_middle() -> None:
    _, points = drawn(0.5, 0.5, 0.5)
    assert {y for _, y in points} == {HEIGHT / 2}


@pytest.mark.parametrize(
    ("verdict", "shape"),
    [("pass", "circle"), ("inconclusive", "circle"), ("fail", "path"), ("rolled back", "path"), ("not evaluated", "circle")],
)
def test_a_verdict_has_a_shape_besides_its_colour(verdict: str, shape: str) -> None:
    svg, _ = drawn(0.8, 0.9, verdict=verdict)
    assert svg.attrib["class"] == f"spark {state_of(verdict)}"
    assert svg.find(shape) is not None


def test_runs_without_the_metric_are_passed_over() -> None:
    runs = [run(1, metrics={"a.b": 1.0}), run(2, metrics={}), run(3, metrics={"a.b": 2.0, "c.d": 1.0, "e.f": 1.0})]
    shown = sparks(runs, 2)
    assert [(spark.name, spark.value) for spark in shown] == [("b", "2.000"), ("d", "1.000")]
    assert "over 2 runs" in str(shown[0].line)
