from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from goldgate.eval.report.site.badge import badge

from ..hostile import HOSTILE
from .samples import RUN, run

SVG = "{http://www.w3.org/2000/svg}"


def texts(svg: str) -> list[str]:
    return [str(text.text) for text in ET.fromstring(svg).iter(f"{SVG}text")]


def test_a_badge_tells_verdict_main_metric_and_what_is_live() -> None:
    svg = badge(RUN, run(1, commit="0a1b2c3d4e5f6a7b"))
    assert texts(svg) == ["finrag production", "✕ blocked · recall@10 0.901", "live 0a1b2c3"]
    root = ET.fromstring(svg)
    assert root.attrib["role"] == "img"
    assert (
        root.findtext(f"{SVG}title")
        == root.attrib["aria-label"]
        == "finrag production: ✕ blocked · recall@10 0.901, live 0a1b2c3"
    )


def test_without_metrics_and_live_it_is_shorter() -> None:
    assert texts(badge(run(1, metrics={}), None)) == ["finrag production", "✓ passed"]
    assert texts(badge(run(1, metrics={}, verdict="rolled back"), None))[1] == "✕ rolled back"


def test_the_parts_lie_side_by_side_and_hold_their_text() -> None:
    root = ET.fromstring(badge(RUN, RUN))
    (group,) = root.findall(f"{SVG}g")
    boxes = [(float(box.attrib["x"]), float(box.attrib["width"])) for box in group.findall(f"{SVG}rect")]
    words = [(float(text.attrib["x"]), float(text.attrib["textLength"])) for text in group.findall(f"{SVG}text")]
    left = 0.0
    for (x, width), (start, length) in zip(boxes, words, strict=True):
        assert x == pytest.approx(left, abs=0.11)
        assert x < start < start + length < x + width
        left = x + width
    assert float(root.attrib["width"]) == pytest.approx(left, abs=0.2)


def test_nothing_is_fetched() -> None:
    svg = badge(RUN, RUN).replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert "http" not in svg
    assert "url(#" in svg


@pytest.mark.parametrize("poison", HOSTILE)
def test_hostile_names_are_text(poison: str) -> None:
    told = replace(RUN, service=poison, environment=poison, commit=poison, verdict=poison)
    root = ET.fromstring(badge(told, told))
    assert {node.tag for node in root.iter()} == {f"{SVG}{tag}" for tag in ("svg", "title", "clipPath", "rect", "g", "text")}
