"""What holds for each section that draws."""

from __future__ import annotations

import re

import pytest

from goldgate.eval.report.cases import CaseTable
from goldgate.eval.report.model import ReportInput
from goldgate.eval.report.page import SECTIONS

from ..evaluated import Run
from .drawn import Outline, markup

DRAWING = ("distributions", "retrieval", "calibration", "latency", "spending", "judges", "asking", "slices")
RUNS = ("classified", "regressed", "retrieved", "judged", "repeated", "answered")
SHOWN = {
    "classified": {"distributions", "calibration", "latency", "slices"},
    "regressed": {"distributions", "calibration", "latency", "slices"},
    "retrieved": {"distributions", "retrieval", "latency", "slices"},
    "judged": {"distributions", "latency", "judges", "slices"},
    "repeated": {"distributions", "latency", "spending", "asking", "slices"},
    "answered": {"distributions", "retrieval", "latency", "spending", "slices"},
}
BARE = Run(report=ReportInput(service="s", environment="e", run_id="r", commit="c"), table=CaseTable())


@pytest.fixture(params=RUNS)
def run(request: pytest.FixtureRequest) -> tuple[str, Run]:
    return request.param, request.getfixturevalue(request.param)


def test_a_run_shows_the_sections_that_it_has_something_for(run: tuple[str, Run]) -> None:
    assert {name for name in DRAWING if markup(run[1], name)} == SHOWN[run[0]]


def test_each_graph_speaks_and_has_a_table_behind_it_or_beside_it(run: tuple[str, Run]) -> None:
    for name in DRAWING:
        found = Outline(markup(run[1], name))
        assert found.graphs == found.titles == found.descriptions == found.figures
        assert found.tables >= found.graphs


def test_no_section_styles_inline_or_loads_anything(run: tuple[str, Run]) -> None:
    for name in DRAWING:
        for attributes in Outline(markup(run[1], name)).attributes:
            assert not {"style", "src", "onclick", "xlink:href"} & attributes.keys()


def test_no_place_in_a_graph_is_not_a_number(run: tuple[str, Run]) -> None:
    for name in DRAWING:
        for path in re.findall(r' (?:d|x|y|cx|cy|x1|x2|y1|y2|width|height|points)="([^"]*)"', markup(run[1], name)):
            assert not re.search(r"nan|inf|None", path)


@pytest.mark.parametrize("section", SECTIONS, ids=lambda part: part.name)
def test_without_a_run_no_section_that_draws_is_shown(section: object) -> None:
    if getattr(section, "name", "") in DRAWING:
        assert markup(BARE, getattr(section, "name", "")) == ""
