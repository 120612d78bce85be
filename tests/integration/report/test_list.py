"""The list of cases: what it sorts by, what exists of it, and that nothing jumps."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from .browser import choose, ids, opened, settled, shown, unfolded, until

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
ROW = "(id) => [...document.querySelectorAll('#list .case')].find((one) => one.querySelector('.id')?.textContent === id)"


def everything(page: Page) -> None:
    settled(page)
    choose(page, "all")
    shown(page, "240 of 240 cases shown")
    page.locator(".rest").click()


def figures(page: Page) -> list[str]:
    ids(page)
    found: list[str] = page.evaluate("[...document.querySelectorAll('#list .by')].map((one) => one.textContent)")
    return found


def test_the_first_twenty_stand_until_all_are_asked_for(browser: Browser, report: Path) -> None:
    with opened(browser, report) as watched:
        page = watched.page
        settled(page)
        assert page.locator(".rest").is_hidden()
        choose(page, "all")
        expect(page.locator(".rest")).to_have_text("Show all 240")
        assert len(ids(page, 99)) == 20
        page.locator(".rest").click()
        assert page.locator(".rest").is_hidden()
        assert page.evaluate("document.querySelector('#list').offsetHeight") == 240 * 41


def test_rows_exist_near_the_screen_only_and_have_their_words(browser: Browser, report: Path) -> None:
    with opened(browser, report) as watched:
        page = watched.page
        everything(page)
        page.select_option("#sort", "id")
        until(page, "document.querySelector('#list .id')?.textContent === 'fr-0001'")
        page.evaluate("window.scrollTo({top: document.querySelector('#list').offsetTop + 41 * 150, behavior: 'instant'})")
        until(page, "[...document.querySelectorAll('#list .id')].some((one) => one.textContent === 'fr-0151')")
        found = ids(page, 999)
        assert len(found) < 80
        assert found == sorted(found)
        assert "fr-0001" not in found
        assert page.evaluate(f"(id) => ({ROW})(id).style.top", "fr-0151") == f"{41 * 150}px"


@pytest.mark.parametrize(
    ("sort", "form", "rising"),
    [("latency_ms", "ms", False), ("cost_usd", "$", False), ("tokens", "", False), ("retrieval.recall@10", "", True)],
)
def test_it_sorts_by_a_figure_the_worst_first_and_shows_it(
    browser: Browser, report: Path, sort: str, form: str, rising: bool
) -> None:
    with opened(browser, report) as watched:
        page = watched.page
        everything(page)
        page.select_option("#sort", sort)
        page.wait_for_selector("#list .by")
        said = figures(page)
        amounts = [float(text.replace(",", "").strip("ms $")) for text in said]
        assert len(amounts) > 15
        assert all(form in text for text in said)
        assert amounts == sorted(amounts, reverse=not rising)
        page.click("#turned")
        until(page, "([first]) => (document.querySelector('#list .by')?.textContent ?? first) !== first", said[:1])
        turned = [float(text.replace(",", "").strip("ms $")) for text in figures(page)]
        assert turned == sorted(turned, reverse=rising)


def test_a_change_carries_its_sign_and_missing_values_come_last(browser: Browser, report: Path) -> None:
    with opened(browser, report) as watched:
        page = watched.page
        everything(page)
        page.select_option("#sort", "change:answer.numeric_match")
        page.wait_for_selector("#list .by")
        said = figures(page)
        assert said[0] == "\u22121"
        assert said[-1] == "±0"
        page.evaluate("window.scrollTo({top: document.querySelector('#list').offsetTop + 41 * 230, behavior: 'instant'})")
        until(page, "[...document.querySelectorAll('#list .by')].at(-1)?.textContent === 'none'")


def test_ids_are_ordered_by_their_numbers(browser: Browser, report: Path) -> None:
    with opened(browser, report) as watched:
        page = watched.page
        everything(page)
        page.select_option("#sort", "id")
        until(page, "document.querySelector('#list .id')?.textContent === 'fr-0001'")
        assert ids(page, 3) == ["fr-0001", "fr-0002", "fr-0003"]
        page.click("#turned")
        until(page, "document.querySelector('#list .id')?.textContent === 'fr-0240'")


def test_an_open_case_pushes_those_below_and_stays_open_out_of_sight(browser: Browser, report: Path) -> None:
    with opened(browser, report) as watched:
        page = watched.page
        everything(page)
        unfolded(page)
        until(page, "parseFloat(document.querySelectorAll('#list .case')[1].style.top) > 200")
        first, second = (page.locator("#list .case").nth(place).bounding_box() for place in (0, 1))
        assert first is not None
        assert second is not None
        assert abs(first["y"] + first["height"] - second["y"]) < 1
        page.evaluate("window.scrollTo({top: document.querySelector('#list').offsetTop + 41 * 200, behavior: 'instant'})")
        page.evaluate("document.getElementById('cases').scrollIntoView({behavior: 'instant'})")
        page.wait_for_selector("#list .case[open] .body")


def test_what_grows_above_the_screen_does_not_move_what_is_read(browser: Browser, report: Path) -> None:
    with opened(browser, report) as watched:
        page = watched.page
        everything(page)
        unfolded(page)
        page.evaluate("document.activeElement.blur()")
        bottom = page.locator("#list .case").first.evaluate("(one) => one.getBoundingClientRect().bottom")
        page.evaluate("(top) => window.scrollBy({top, behavior: 'instant'})", bottom + 60)
        page.wait_for_timeout(200)
        read = "[...document.querySelectorAll('#list .case')].find((one) => one.getBoundingClientRect().top > 200)"
        seen = page.evaluate(f"{read}.querySelector('.id').textContent")
        watch = f"(id) => ({ROW})(id).getBoundingClientRect().top"
        before = page.evaluate(watch, seen)
        height = page.evaluate("document.querySelector('#list').offsetHeight")
        page.evaluate("document.querySelectorAll('#list .case[open] .passages').forEach((one) => { one.open = true; })")
        until(page, "(height) => document.querySelector('#list').offsetHeight > height + 200", height)
        assert abs(page.evaluate(watch, seen) - before) < 2


def test_narrowing_far_down_the_list_shows_its_top(browser: Browser, report: Path) -> None:
    with opened(browser, report) as watched:
        page = watched.page
        everything(page)
        page.evaluate("window.scrollTo({top: document.querySelector('#list').offsetTop + 41 * 200, behavior: 'instant'})")
        choose(page, "fixed")
        shown(page, "7 of 240 cases shown")
        top = page.evaluate("document.querySelector('#list .case').getBoundingClientRect().top")
        assert 0 < top < 300


def test_on_a_phone_rows_are_cards_of_one_height(browser: Browser, report: Path) -> None:
    with opened(browser, report, width=390) as watched:
        page = watched.page
        everything(page)
        ids(page)
        heights = page.evaluate("[...new Set([...document.querySelectorAll('#list .case')].map((one) => one.offsetHeight))]")
        assert heights == [79]
        boxes = page.evaluate("[...document.querySelectorAll('#list .case')].map((one) => one.getBoundingClientRect().top)")
        assert all(abs(below - above - 79) < 1 for above, below in pairwise(boxes))
