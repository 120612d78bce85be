"""The reader's choices for the whole page: light or dark, the zone of its times."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .browser import opened, until

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
CLOSED = "Object.defineProperty(window, 'localStorage', { get() { throw new Error('closed'); } });"
LIGHT, DARK = "rgb(243, 245, 248)", "rgb(13, 17, 22)"


def ground(page: Page) -> str:
    found: str = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_follow_the_system_until_the_reader_chooses(browser: Browser, report: Path, scheme: str) -> None:
    with opened(browser, report, scheme=scheme) as watched:
        page = watched.page
        assert page.locator("#theme").inner_text() == "Colours: auto"
        assert ground(page) == (LIGHT if scheme == "light" else DARK)
        page.click("#theme")
        assert (page.locator("#theme").inner_text(), ground(page)) == ("Colours: light", LIGHT)
        page.click("#theme")
        assert (page.locator("#theme").inner_text(), ground(page)) == ("Colours: dark", DARK)
        page.reload()
        assert (page.locator("#theme").inner_text(), ground(page)) == ("Colours: dark", DARK)
        page.click("#theme")
        assert ground(page) == (LIGHT if scheme == "light" else DARK)


def test_print_is_light_whatever_was_chosen(browser: Browser, report: Path) -> None:
    with opened(browser, report, scheme="dark") as watched:
        page = watched.page
        page.click("#theme")
        page.click("#theme")
        page.emulate_media(media="print")
        assert page.evaluate("getComputedStyle(document.documentElement).color") == "rgb(0, 0, 0)"
        assert page.evaluate("getComputedStyle(document.body).color") == "rgb(22, 32, 43)"


def test_times_turn_to_the_readers_zone_and_back(browser: Browser, report: Path) -> None:
    with opened(browser, report, zone="Asia/Kolkata") as watched:
        page = watched.page
        time = page.locator(".masthead time")
        assert time.inner_text() == "20 Nov 2026, 14:02 UTC"
        assert page.locator("#zone").inner_text() == "Times in UTC"
        page.click("#zone")
        assert time.inner_text() == "20 Nov 2026, 19:32 GMT+5:30"
        assert page.locator("#zone").inner_text() in ("Times in Asia/Kolkata", "Times in Asia/Calcutta")
        page.reload()
        assert time.inner_text() == "20 Nov 2026, 19:32 GMT+5:30"
        page.click("#zone")
        assert time.inner_text() == "20 Nov 2026, 14:02 UTC"


def test_choices_hold_where_storage_is_closed(browser: Browser, report: Path) -> None:
    with opened(browser, report, before=CLOSED) as watched:
        page = watched.page
        page.click("#theme")
        page.click("#theme")
        assert ground(page) == DARK
        until(page, "document.querySelector('#list .case')")
        assert watched.complaints == []


def test_without_javascript_there_are_no_buttons(browser: Browser, report: Path) -> None:
    with opened(browser, report, javascript=False) as watched:
        assert watched.page.locator("#theme").is_hidden()
        assert watched.page.locator("#zone").is_hidden()
        assert watched.page.locator(".masthead time").inner_text() == "20 Nov 2026, 14:02 UTC"
