"""What the address says of the list: filters and cases that can be linked, back and forward, sections."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from .browser import choose, ids, opened, settled, shown, unfolded, until

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
FORBIDDEN = "Object.defineProperty(navigator, 'clipboard', { value: undefined });"
KEPT = "Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (text) => { window.copied = text; } } });"
ON_SCREEN = """(id) => {
  const row = [...document.querySelectorAll("#list .case")].find((one) => one.querySelector(".id")?.textContent === id);
  const top = row?.getBoundingClientRect().top ?? -1;
  return Boolean(row?.open && row.querySelector(".body")) && top >= 0 && top < 300;
}"""


def fragment(page: Page) -> str:
    return page.url.partition("#")[2]


def test_what_is_chosen_stands_in_the_address_and_comes_back_from_it(browser: Browser, report: Path) -> None:
    with opened(browser, report) as watched:
        page = watched.page
        settled(page)
        assert fragment(page) == ""
        choose(page, "all")
        page.click("#filters-button")
        page.select_option('#filters [data-tag="kind"]', label="number")
        page.select_option("#sort", "latency_ms")
        before = page.locator("#found").inner_text()
        page.fill("#search", "capital expenditure")
        expect(page.locator("#found")).not_to_have_text(before)
        assert fragment(page) == "cases?show=all&kind=number&q=capital+expenditure&sort=-latency_ms"
        said, rows = page.locator("#found").inner_text(), ids(page)
        address = page.url
    with opened(browser, address) as watched:
        page = watched.page
        shown(page, said)
        assert ids(page) == rows
        assert page.input_value("#search") == "capital expenditure"
        assert page.input_value("#sort") == "latency_ms"
        expect(page.locator(".on .chip")).to_have_count(2)
        assert page.evaluate("document.getElementById('cases').getBoundingClientRect().top") < 100


def test_a_range_in_the_address_narrows(browser: Browser, report: Path) -> None:
    with opened(browser, f"{report.as_uri()}#cases?show=all&range=retrieval.recall@10:..0.5&difficulty=hard") as watched:
        page = watched.page
        settled(page)
        expect(page.locator(".on .chip")).to_have_count(2)
        assert page.locator(".on .chip").last.inner_text().startswith("recall@10 ≤ 0.5")
        assert page.locator("#found").inner_text() != "240 of 240 cases shown"


def test_an_address_that_makes_no_sense_shows_the_list_as_it_is(browser: Browser, report: Path) -> None:
    with opened(browser, f"{report.as_uri()}#cases?show=<b>&range=nothing:1..2&sort=%00&unknown=1") as watched:
        settled(watched.page)
        shown(watched.page, "14 of 240 cases shown")
        assert watched.complaints == []


def test_back_and_forward_go_through_what_was_shown(browser: Browser, report: Path) -> None:
    with opened(browser, report) as watched:
        page = watched.page
        settled(page)
        choose(page, "fixed")
        shown(page, "7 of 240 cases shown")
        choose(page, "all")
        shown(page, "240 of 240 cases shown")
        page.go_back()
        shown(page, "7 of 240 cases shown")
        page.go_back()
        shown(page, "14 of 240 cases shown")
        page.go_forward()
        shown(page, "7 of 240 cases shown")
        assert page.locator('.chip[aria-pressed="true"]').get_attribute("data-show") == "fixed"


def test_sections_are_linked_as_ever_and_leave_the_filters(browser: Browser, report: Path) -> None:
    with opened(browser, report) as watched:
        page = watched.page
        settled(page)
        choose(page, "fixed")
        shown(page, "7 of 240 cases shown")
        page.locator('.ways a[href="#gates"]').click()
        until(page, "Math.abs(document.getElementById('gates').getBoundingClientRect().top) < 120")
        assert fragment(page) == "gates"
        shown(page, "7 of 240 cases shown")
        page.locator('.ways a[href="#cases"]').click()
        shown(page, "7 of 240 cases shown")
    with opened(browser, f"{report.as_uri()}#latency") as watched:
        until(watched.page, "Math.abs(document.getElementById('latency').getBoundingClientRect().top) < 200")


def test_the_link_to_a_case_is_copied_and_opens_it(browser: Browser, report: Path) -> None:
    with opened(browser, report, before=KEPT) as watched:
        page = watched.page
        settled(page)
        unfolded(page, 3)
        case = page.locator("#list .case[open] .id").inner_text()
        page.get_by_role("button", name="Copy link to this case").click()
        expect(page.get_by_role("button", name="Link copied")).to_be_visible()
        address = page.evaluate("window.copied")
        assert address == f"{report.as_uri()}#cases?case={case}"
    with opened(browser, address) as watched:
        until(watched.page, ON_SCREEN, case)
        assert watched.page.locator("#notice").is_hidden()


def test_where_the_clipboard_is_closed_the_address_stands_to_be_selected(browser: Browser, report: Path) -> None:
    with opened(browser, report, before=FORBIDDEN) as watched:
        page = watched.page
        settled(page)
        unfolded(page)
        page.get_by_role("button", name="Copy link to this case").click()
        field = page.get_by_label("Link to this case")
        assert field.input_value().endswith("#cases?case=fr-0139")
        assert page.evaluate("document.activeElement.selectionEnd") == len(field.input_value())


def test_a_linked_case_is_shown_although_filters_would_hide_it_and_says_so(browser: Browser, report: Path) -> None:
    with opened(browser, f"{report.as_uri()}#cases?show=fixed&case=fr-0139") as watched:
        page = watched.page
        until(page, ON_SCREEN, "fr-0139")
        shown(page, "7 of 240 cases shown")
        assert "fr-0139 is not among the cases that these filters show" in page.locator("#notice").inner_text()
        choose(page, "fixed")
        expect(page.locator("#notice")).to_be_hidden()
        assert "fr-0139" not in ids(page, 20)


def test_a_case_far_down_is_reached(browser: Browser, report: Path) -> None:
    with opened(browser, f"{report.as_uri()}#cases?show=all&sort=id&case=fr-0200") as watched:
        until(watched.page, ON_SCREEN, "fr-0200")
        assert watched.page.locator("#notice").is_hidden()


def test_a_case_that_the_run_does_not_have_is_said(browser: Browser, report: Path) -> None:
    with opened(browser, f"{report.as_uri()}#cases?case=fr-9999") as watched:
        settled(watched.page)
        assert watched.page.locator("#notice").inner_text() == "There is no case fr-9999 in this run."
        shown(watched.page, "14 of 240 cases shown")


def test_an_open_case_stands_in_the_address_until_it_is_closed(browser: Browser, report: Path) -> None:
    with opened(browser, report) as watched:
        page = watched.page
        settled(page)
        unfolded(page)
        until(page, "location.hash === '#cases?case=fr-0139'")
        page.locator("#list summary").first.click()
        until(page, "location.hash === '#cases'")


def test_back_closes_the_case_and_forward_opens_it(browser: Browser, report: Path) -> None:
    with opened(browser, report) as watched:
        page = watched.page
        settled(page)
        unfolded(page)
        until(page, "location.hash === '#cases?case=fr-0139'")
        page.go_back()
        expect(page.locator("#list .case[open]")).to_have_count(0)
        page.go_forward()
        until(page, ON_SCREEN, "fr-0139")
