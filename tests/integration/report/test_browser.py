"""The page in a real browser: what leaves it, what fits, what stands out, and what it is without JavaScript and in print."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from .browser import choose, opened, settled, unfolded

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


def test_no_request_leaves_the_page_and_nothing_complains(browser: Browser, report: Path) -> None:
    with opened(browser, report) as watched:
        settled(watched.page)
        choose(watched.page, "all")
        unfolded(watched.page)
        assert watched.outside == []
        assert len([url for url in watched.requests if url.startswith("file:")]) == 1
        assert watched.complaints == []


def test_it_reads_without_javascript(browser: Browser, report: Path) -> None:
    with opened(browser, report, javascript=False) as watched:
        page = watched.page
        assert "fell by 9.1" in page.locator("h1").inner_text()
        expect(page.locator("table.gates tbody tr")).to_have_count(7)
        assert page.locator("table.metrics tbody tr").count() > 8
        expect(page.locator(".plain .case")).to_have_count(14)
        assert not page.locator(".tools").is_visible()
        page.locator(".plain summary").first.click()
        assert "Live answered" in page.locator(".plain .body").first.inner_text()


@pytest.mark.parametrize("width", [390, 768, 1440])
@pytest.mark.parametrize("kind", ["report", "hostile"])
def test_the_page_never_scrolls_sideways(browser: Browser, width: int, kind: str, request: pytest.FixtureRequest) -> None:
    with opened(browser, request.getfixturevalue(kind), width=width) as watched:
        page = watched.page
        settled(page)
        unfolded(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_in_light_and_dark(browser: Browser, report: Path, scheme: str) -> None:
    with opened(browser, report, scheme=scheme) as watched:
        page = watched.page
        settled(page)
        unfolded(page)
        assert page.evaluate((Path(__file__).parent / "faint.js").read_text(encoding="utf-8")) == []
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert ground == ("rgb(243, 245, 248)" if scheme == "light" else "rgb(13, 17, 22)")


def test_print_shows_what_got_worse_and_hides_the_tools(browser: Browser, report: Path) -> None:
    with opened(browser, report) as watched:
        page = watched.page
        settled(page)
        page.emulate_media(media="print")
        assert page.locator(".plain .case").first.is_visible()
        assert not page.locator(".tools").is_visible()
        assert not page.locator("#list").is_visible()
