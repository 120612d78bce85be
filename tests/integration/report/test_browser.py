"""The page in a real browser: what runs, what leaves it, what fits, and what the keys do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from goldgate.eval.report.page import write
from tests.unit.eval.report.sample import sample

from .browser import CHROMIUM, chromium, opened, settled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.is_file(), reason="Chromium is not installed: apt-get install chromium"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    return write(sample(folder), folder / "index.html")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    return write(sample(folder, cases=40, hostile=True), folder / "index.html")


def shown(page: Page) -> str:
    return page.locator("#found").text_content() or ""


def choose(page: Page, show: str) -> None:
    page.locator(f'.chip[data-show="{show}"]').click()


def test_no_request_leaves_the_page_and_nothing_complains(browser: Browser, report: Path) -> None:
    with opened(browser, report) as watched:
        settled(watched.page)
        choose(watched.page, "all")
        watched.page.locator("#list summary").first.click()
        watched.page.wait_for_selector("#list .body")
        assert [url for url in watched.requests if not url.startswith(("file:", "data:"))] == []
        assert len([url for url in watched.requests if url.startswith("file:")]) == 1
        assert watched.complaints == []


def test_hostile_text_never_runs(browser: Browser, hostile: Path) -> None:
    with opened(browser, hostile) as watched:
        page = watched.page
        settled(page)
        choose(page, "all")
        page.locator(".rest").click()
        page.evaluate("document.querySelectorAll('#list .case').forEach((one) => { one.open = true; })")
        expect(page.locator("#list .body")).to_have_count(40)
        page.evaluate("document.querySelectorAll('#list .passages').forEach((one) => { one.open = true; })")
        page.wait_for_timeout(300)
        assert page.evaluate("window.tripped") is None
        assert page.locator("#list img, #list script, #list svg, #list a").count() == 0
        assert page.locator("#list").inner_text().count("<script>window.tripped=1</script>") > 1
        assert watched.complaints == []


def test_filters_narrow_the_list(browser: Browser, report: Path) -> None:
    with opened(browser, report) as watched:
        page = watched.page
        settled(page)
        assert shown(page) == "14 of 240 cases shown"
        choose(page, "fixed")
        assert shown(page) == "7 of 240 cases shown"
        assert page.locator('.chip[aria-pressed="true"]').count() == 1
        choose(page, "all")
        page.select_option('select[data-tag="kind"]', label="kind: number")
        assert shown(page) == "64 of 240 cases shown"
        page.select_option('select[data-tag="difficulty"]', label="difficulty: hard")
        assert shown(page) == "14 of 240 cases shown"


def test_search_finds_questions_answers_and_ids(browser: Browser, report: Path) -> None:
    with opened(browser, report) as watched:
        page = watched.page
        settled(page)
        choose(page, "all")
        page.fill("#search", "fr-0122")
        expect(page.locator("#found")).to_have_text("1 of 240 cases shown")
        page.fill("#search", "names lower freight")
        expect(page.locator("#found")).to_have_text("28 of 240 cases shown")
        page.keyboard.press("Escape")
        expect(page.locator("#found")).to_have_text("240 of 240 cases shown")
        page.fill("#search", "no such words")
        page.wait_for_selector("text=No case matches.")


def test_keys_move_open_search_and_help(browser: Browser, report: Path) -> None:
    with opened(browser, report) as watched:
        page = watched.page
        settled(page)
        focused = "document.activeElement.querySelector('.id').textContent"
        page.keyboard.press("j")
        first = page.evaluate(focused)
        page.keyboard.press("j")
        assert page.evaluate(focused) != first
        page.keyboard.press("k")
        assert page.evaluate(focused) == first
        page.keyboard.press("Enter")
        page.wait_for_selector("#list .case[open] .body")
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.id") == "search"
        page.keyboard.press("j")
        assert page.input_value("#search") == "j"
        page.keyboard.press("Escape")
        page.keyboard.press("?")
        assert page.locator("#help").is_visible()
        page.keyboard.press("Escape")
        assert not page.locator("#help").is_visible()


def test_an_open_case_shows_both_answers_the_evidence_and_the_passages(browser: Browser, report: Path) -> None:
    with opened(browser, report) as watched:
        page = watched.page
        settled(page)
        page.locator("#list summary").first.click()
        body = page.locator("#list .body").first
        body.wait_for()
        words = body.inner_text()
        for part in ("Expected", "Live answered", "This answered", "Scores, live → this", "Evidence that the gold set expects"):
            assert part in words
        assert body.locator("del").count() > 0
        assert body.locator("ins").count() > 0
        assert body.locator(".ev.missed").count() == 1
        body.locator(".passages > summary").last.click()
        body.locator(".passages .ev").first.wait_for()


def test_python_and_the_page_tell_a_case_in_the_same_words(browser: Browser, report: Path) -> None:
    with opened(browser, report, javascript=False) as still:
        still.page.locator(".plain summary").first.click()
        plain = still.page.locator(".plain .body").first.inner_text()
    with opened(browser, report) as watched:
        settled(watched.page)
        watched.page.locator("#list summary").first.click()
        watched.page.wait_for_selector("#list .body")
        assert watched.page.locator("#list .body").first.inner_text() == plain


def test_it_reads_without_javascript(browser: Browser, report: Path) -> None:
    with opened(browser, report, javascript=False) as watched:
        page = watched.page
        assert "fell by 9.1 points" in page.locator("h1").inner_text()
        assert page.locator("table.gates tbody tr").count() == 7
        assert page.locator("table.metrics tbody tr").count() > 8
        assert page.locator(".plain .case").count() == 14
        assert not page.locator(".tools").is_visible()
        page.locator(".plain summary").first.click()
        assert "Live answered" in page.locator(".plain .body").first.inner_text()


@pytest.mark.parametrize("width", [390, 768, 1440])
@pytest.mark.parametrize("kind", ["report", "hostile"])
def test_the_page_never_scrolls_sideways(browser: Browser, width: int, kind: str, request: pytest.FixtureRequest) -> None:
    with opened(browser, request.getfixturevalue(kind), width=width) as watched:
        page = watched.page
        settled(page)
        page.locator("#list summary").first.click()
        page.wait_for_selector("#list .body")
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_in_light_and_dark(browser: Browser, report: Path, scheme: str) -> None:
    with opened(browser, report, scheme=scheme) as watched:
        page = watched.page
        settled(page)
        page.locator("#list summary").first.click()
        page.wait_for_selector("#list .body")
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


@pytest.mark.slow
def test_ten_thousand_cases_stay_fluid(browser: Browser, tmp_path: Path) -> None:
    path = write(sample(tmp_path, cases=10_000), tmp_path / "index.html")
    with opened(browser, path) as watched:
        page = watched.page
        settled(page)
        first = page.evaluate("performance.now()")
        spent = page.evaluate(
            """() => { const start = performance.now();
            document.querySelector('.chip[data-show="all"]').click();
            document.querySelector('.rest').click();
            return performance.now() - start; }"""
        )
        page.evaluate("window.scrollTo({top: 200000, behavior: 'instant'})")
        page.wait_for_timeout(300)
        nodes = page.evaluate("document.querySelectorAll('#list *').length")
        assert page.locator("#list .case").count() > 0
        assert nodes < 6_000
        assert first < 5_000
        assert spent < 1_000
        assert path.stat().st_size < 8_000_000
