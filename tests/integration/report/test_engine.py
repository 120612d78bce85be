"""Where the engine runs, and what the page does when it cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from .browser import choose, ids, opened, settled, shown, unfolded

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
NO_WORKER = "window.Worker = class { constructor() { throw new Error('refused'); } };"
SILENT_WORKER = (
    "window.Worker = class { constructor() { setTimeout(() => this.onerror(new Event('error'))); } postMessage() {} };"
)


def test_it_runs_in_a_worker_made_of_the_pages_own_text(browser: Browser, report: Path) -> None:
    with opened(browser, report) as watched:
        settled(watched.page)
        assert [worker.url.partition(":")[0] for worker in watched.page.workers] == ["blob"]
        assert watched.complaints == []


@pytest.mark.parametrize("before", [NO_WORKER, SILENT_WORKER])
def test_where_no_worker_can_be_made_it_runs_on_the_page(browser: Browser, report: Path, before: str) -> None:
    with opened(browser, report, before=before) as watched:
        page = watched.page
        settled(page)
        assert page.workers == []
        choose(page, "all")
        page.fill("#search", "names lower freight")
        shown(page, "28 of 240 cases shown")
        assert len(ids(page)) == 5
        assert "This answered" in unfolded(page).inner_text()
        assert watched.complaints == []


def test_blocks_that_cannot_be_read_leave_the_plain_rows(browser: Browser, report: Path, tmp_path: Path) -> None:
    text = report.read_text(encoding="utf-8")
    at = text.index(">", text.index('id="block-head"')) + 1
    broken = tmp_path / "broken.html"
    broken.write_text(text[:at] + "!!!!!!!!" + text[at + 8 :], encoding="utf-8")
    with opened(browser, broken) as watched:
        page = watched.page
        expect(page.locator("#notice")).to_contain_text("The packed cases cannot be read")
        expect(page.locator(".plain .case")).to_have_count(14)
        assert page.locator(".plain .case").first.is_visible()
        assert page.locator(".tools").is_hidden()


def test_a_browser_without_decompression_keeps_the_plain_rows(browser: Browser, report: Path) -> None:
    with opened(browser, report, before="delete window.DecompressionStream;") as watched:
        assert watched.page.locator(".plain .case").first.is_visible()
        assert watched.page.locator(".tools").is_hidden()
        assert watched.page.locator("#theme").is_visible()
