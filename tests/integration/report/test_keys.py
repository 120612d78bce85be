"""Keys: moving, opening, searching, closing from the inside out; and none while somebody types or holds a modifier."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from .browser import choose, ids, opened, settled, shown, until

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
FOCUSED = "document.activeElement.querySelector('.id')?.textContent"
KEPT = "Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (text) => { window.copied = text; } } });"


def test_j_and_k_move_and_stay_on_the_screen(browser: Browser, report: Path) -> None:
    with opened(browser, report) as watched:
        page = watched.page
        settled(page)
        rows = ids(page, 14)
        for at in range(3):
            page.keyboard.press("j")
            assert page.evaluate(FOCUSED) == rows[at]
        page.keyboard.press("k")
        assert page.evaluate(FOCUSED) == rows[1]
        for _ in range(20):
            page.keyboard.press("j")
        assert page.evaluate(FOCUSED) == rows[13]
        box = page.evaluate("document.activeElement.getBoundingClientRect().toJSON()")
        assert box["top"] > 0
        assert box["bottom"] < 900
        for _ in range(20):
            page.keyboard.press("k")
        assert page.evaluate(FOCUSED) == rows[0]


def test_j_goes_on_past_the_first_twenty(browser: Browser, report: Path) -> None:
    with opened(browser, report) as watched:
        page = watched.page
        settled(page)
        choose(page, "all")
        shown(page, "240 of 240 cases shown")
        rows = ids(page, 20)
        page.evaluate("document.activeElement.blur()")
        for _ in range(21):
            page.keyboard.press("j")
        until(page, "document.activeElement.querySelector('.id')?.textContent")
        assert page.evaluate(FOCUSED) not in rows
        assert page.locator(".rest").is_hidden()


@pytest.mark.parametrize("key", ["Enter", "o"])
def test_enter_and_o_open_and_close(browser: Browser, report: Path, key: str) -> None:
    with opened(browser, report) as watched:
        page = watched.page
        settled(page)
        page.keyboard.press("j")
        page.keyboard.press(key)
        page.wait_for_selector("#list .case[open] .body")
        page.keyboard.press(key)
        expect(page.locator("#list .case[open]")).to_have_count(0)


def test_slash_searches_and_letters_then_are_text(browser: Browser, report: Path) -> None:
    with opened(browser, report) as watched:
        page = watched.page
        settled(page)
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.id") == "search"
        page.keyboard.type("jk?/o")
        assert page.input_value("#search") == "jk?/o"
        assert page.locator("#help").is_hidden()


def test_escape_closes_from_the_inside_out(browser: Browser, report: Path) -> None:
    with opened(browser, report) as watched:
        page = watched.page
        settled(page)
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        page.wait_for_selector("#list .case[open] .body")
        page.fill("#search", "freight")
        until(page, "location.hash.includes('q=freight')")
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("?")
        assert page.locator("#help").is_visible()
        page.keyboard.press("Escape")
        assert page.locator("#help").is_hidden()
        assert page.input_value("#search") == "freight"
        page.keyboard.press("Escape")
        assert page.input_value("#search") == ""
        shown(page, "14 of 240 cases shown")
        expect(page.locator("#list .case[open]")).to_have_count(1)
        page.keyboard.press("Escape")
        expect(page.locator("#list .case[open]")).to_have_count(0)
        assert page.evaluate(FOCUSED) == "fr-0139"


def test_help_lists_every_key(browser: Browser, report: Path) -> None:
    with opened(browser, report) as watched:
        page = watched.page
        settled(page)
        page.keyboard.press("?")
        assert page.locator("#help kbd").all_inner_texts() == ["j", "k", "Enter", "o", "/", "f", "e", "c", "Esc", "?"]
        page.keyboard.press("j")
        assert page.evaluate("document.activeElement.closest('#list')") is None


def test_e_f_and_c_open_the_export_the_filters_and_copy_the_link(browser: Browser, report: Path) -> None:
    with opened(browser, report, before=KEPT) as watched:
        page = watched.page
        settled(page)
        page.keyboard.press("e")
        assert page.locator("#export [data-form=csv]").is_visible()
        page.keyboard.press("Escape")
        assert page.locator("#export [data-form=csv]").is_hidden()
        page.keyboard.press("f")
        assert page.locator("#filters").is_visible()
        page.keyboard.press("Escape")
        assert page.locator("#filters").is_hidden()
        page.keyboard.press("j")
        page.keyboard.press("c")
        until(page, "window.copied")
        assert page.evaluate("window.copied").endswith("#cases?case=fr-0139")


@pytest.mark.parametrize("keys", ["Control+j", "Meta+k", "Alt+/", "Control+f"])
def test_keys_with_a_modifier_belong_to_the_browser(browser: Browser, report: Path, keys: str) -> None:
    with opened(browser, report) as watched:
        page = watched.page
        settled(page)
        page.evaluate("addEventListener('keydown', (event) => { window.taken = event.defaultPrevented; })")
        page.keyboard.press(keys)
        assert page.evaluate("window.taken") is False
        assert page.evaluate("document.activeElement === document.body")
