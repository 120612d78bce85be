"""The graphs of real evaluations in a real browser: labels that can be read, one size, nothing sideways, nothing for axe."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from goldgate.eval.report.page import write
from goldgate.eval.report.plots.frame import WIDTH
from tests.unit.eval.report import evaluated

from .browser import opened

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
RUNS = ("classified", "regressed", "retrieved", "judged", "repeated")
SMALLEST = 11.0
LABELS = """(width) => [...document.querySelectorAll('svg.graph')].map((graph) => {
  const box = graph.getBoundingClientRect();
  const labels = [...graph.querySelectorAll('text')].map((text) => {
    const { left, right, top, bottom } = text.getBoundingClientRect();
    return { words: text.textContent, left, right, top, bottom,
             size: parseFloat(getComputedStyle(text).fontSize) * box.width / width };
  }).filter((label) => label.right > label.left);
  return { title: graph.querySelector('title').textContent, left: box.left, right: box.right,
           width: Math.round(box.width), labels };
})"""


@pytest.fixture(scope="module", params=RUNS)
def page(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp(request.param)
    with ThreadPoolExecutor(1) as apart:  # the browser's event loop runs in this thread, and asking needs one of its own
        run = apart.submit(getattr(evaluated, request.param), folder).result()
    return write(run.report, folder / "index.html")


def graphs(shown: Page) -> list[dict[str, Any]]:
    shown.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    found: list[dict[str, Any]] = shown.evaluate(LABELS, WIDTH)
    assert found
    return found


def overlapping(labels: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [
        (one["words"], other["words"])
        for place, one in enumerate(labels)
        for other in labels[place + 1 :]
        if one["left"] < other["right"] - 1 and other["left"] < one["right"] - 1
        if one["top"] < other["bottom"] - 2 and other["top"] < one["bottom"] - 2
    ]


@pytest.mark.parametrize("width", [360, 390, 768, 1440])
def test_labels_can_be_read(browser: Browser, page: Path, width: int) -> None:
    with opened(browser, page, width=width) as watched:
        found = graphs(watched.page)
        assert {graph["title"]: overlapping(graph["labels"]) for graph in found if overlapping(graph["labels"])} == {}
        assert min(label["size"] for graph in found for label in graph["labels"]) >= SMALLEST
        assert max(graph["width"] for graph in found) - min(graph["width"] for graph in found) <= 1
        assert all(label["left"] >= graph["left"] - 1 for graph in found for label in graph["labels"])
        assert all(label["right"] <= graph["right"] + 16 for graph in found for label in graph["labels"])
        assert watched.page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_graphs_and_tables(browser: Browser, page: Path, scheme: str) -> None:
    with opened(browser, page, width=390, scheme=scheme) as watched:
        graphs(watched.page)
        context = {"include": [[f"#{name}"] for name in ("slices", "distributions", "latency")]}
        found = Axe().run(watched.page, context=context).response["violations"]
        assert [json.dumps(one["id"]) for one in found if one["impact"] in ("serious", "critical")] == []


def test_tables_stand_open_on_paper(browser: Browser, page: Path) -> None:
    with opened(browser, page, javascript=False) as watched:
        watched.page.emulate_media(media="print")
        assert watched.page.locator(".drawn details table").first.is_visible()
