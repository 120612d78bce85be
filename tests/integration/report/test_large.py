"""Large pages: how soon they can be used, and that nothing stalls while one scrolls, searches and exports."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from goldgate.eval.report.page import write

from .browser import choose, ids, opened, settled, shown, until
from .large import large

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SIZES = [1_000, 10_000, 100_000]
TRIES = 3
FIRST = "(id) => document.querySelector('#list .id')?.textContent === id"
ALONE = "document.getElementById('found').textContent.startsWith('1 of ')"
FILTERED = "document.querySelector('.chip[aria-pressed=true]').dataset.show === 'fixed' && !document.querySelector('.blank')"
SCROLL = """async (steps) => {
  const list = document.querySelector("#list");
  const frames = [];
  let last = performance.now();
  for (let step = 1; step <= steps; step += 1) {
    window.scrollTo({ top: list.offsetTop + (list.offsetHeight * step) / (steps + 1), behavior: "instant" });
    await new Promise(requestAnimationFrame);
    frames.push(performance.now() - last);
    last = performance.now();
  }
  return frames.sort((one, other) => one - other);
}"""


@pytest.fixture(scope="module", params=SIZES)
def page_of(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[int, Path, float]:
    """The number of cases, the page, and the seconds that writing it took."""
    folder = tmp_path_factory.mktemp("large")
    report = large(folder, request.param)
    start = time.monotonic()
    page = write(report, folder / "index.html", limit=None)
    return request.param, page, time.monotonic() - start


def whole(page: Page, cases: int) -> None:
    settled(page)
    choose(page, "all")
    shown(page, f"{cases:,} of {cases:,} cases shown")
    page.locator(".rest").click()


def first_filter(browser: Browser, path: Path) -> float:
    """Seconds from the start of the navigation until a chip was pressed and its rows stand there."""
    with opened(browser, path) as watched:
        settled(watched.page)
        choose(watched.page, "fixed")
        until(watched.page, FILTERED)
        return float(watched.page.evaluate("performance.now()")) / 1000


def test_it_can_be_used_at_once_and_found_in(browser: Browser, page_of: tuple[int, Path, float], figures: Any) -> None:
    cases, path, seconds = page_of
    filtered = min(first_filter(browser, path) for _ in range(TRIES))
    with opened(browser, path) as watched:
        page = watched.page
        settled(page)
        choose(page, "all")
        shown(page, f"{cases:,} of {cases:,} cases shown")
        start = time.monotonic()
        page.fill("#search", f'"number {cases - 1} of"')
        until(page, FIRST, f"case-{cases - 1}")
        first = time.monotonic() - start
        until(page, ALONE)
        every = time.monotonic() - start
        start = time.monotonic()
        page.fill("#search", f'"number {cases - 2} of"')
        until(page, FIRST, f"case-{cases - 2}")
        until(page, ALONE)
        again = time.monotonic() - start
    size = path.stat().st_size / 1e6
    figures(cases, write=seconds, megabytes=size, filtered=filtered, first=first, every=every, again=again)
    assert seconds < 10
    assert filtered < 2
    assert first < 4
    assert again < every + 1


def test_scrolling_keeps_up_and_rows_stay_few(browser: Browser, page_of: tuple[int, Path, float], figures: Any) -> None:
    cases, path, _ = page_of
    with opened(browser, path) as watched:
        page = watched.page
        whole(page, cases)
        frames = page.evaluate(SCROLL, 60)
        ids(page)
        nodes = page.evaluate("document.querySelectorAll('#list *').length")
        heap = page.evaluate("performance.memory.usedJSHeapSize") / 1e6
    figures(cases, frame=frames[len(frames) // 2], slow_frame=frames[-1], nodes=nodes, heap=heap)
    assert nodes < 1_500
    assert frames[len(frames) // 2] < 100


def test_all_cases_are_exported(browser: Browser, page_of: tuple[int, Path, float], figures: Any) -> None:
    cases, path, _ = page_of
    with opened(browser, path) as watched:
        page = watched.page
        whole(page, cases)
        page.locator("#export > summary").click()
        start = time.monotonic()
        with page.expect_download(timeout=90_000) as download:
            page.locator('#export [data-form="csv"]').click()
        text = Path(download.value.path()).read_bytes()
        figures(cases, export=time.monotonic() - start, exported=len(text) / 1e6)
        assert text.count(b"\r\n") == cases + 1
