"""What narrows the list: outcomes, tags, ranges and words, several at once, and taking them off again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest
from playwright.sync_api import expect

from .browser import choose, ids, opened, settled, shown, until
from .rich import LONG, TAIL

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


def set_chips(page: Page) -> list[str]:
    return [text.removesuffix(" \u00d7") for text in page.locator(".on .chip").all_inner_texts()]


def pick(page: Page, tag: str, value: str) -> None:
    if page.locator("#filters").is_hidden():
        page.click("#filters-button")
    page.select_option(f'#filters [data-tag="{tag}"]', label=value)


def between(page: Page, figure: str, low: str, high: str) -> None:
    if page.locator("#filters").is_hidden():
        page.click("#filters-button")
    page.select_option('#filters [name="figure"]', figure)
    page.fill('#filters [name="from"]', low)
    page.fill('#filters [name="to"]', high)


def test_outcomes_narrow_the_list_and_one_is_pressed(browser: Browser, report: Path) -> None:
    with opened(browser, report) as watched:
        page = watched.page
        settled(page)
        shown(page, "14 of 240 cases shown")
        for show, count in (("fixed", 7), ("both wrong", 20), ("error", 1), ("all", 240)):
            choose(page, show)
            shown(page, f"{count} of 240 cases shown")
            expect(page.locator('.chip[aria-pressed="true"]')).to_have_count(1)
            assert page.locator('.chip[aria-pressed="true"] b').inner_text() == str(count)


def test_tags_narrow_together_and_chips_count_what_is_left(browser: Browser, report: Path) -> None:
    with opened(browser, report) as watched:
        page = watched.page
        settled(page)
        choose(page, "all")
        pick(page, "kind", "number")
        shown(page, "64 of 240 cases shown")
        pick(page, "difficulty", "hard")
        shown(page, "14 of 240 cases shown")
        assert set_chips(page) == ["kind: number", "difficulty: hard"]
        assert page.locator('.chip[data-show="all"] b').inner_text() == "14"
        page.locator(".on .chip").first.click()
        assert set_chips(page) == ["difficulty: hard"]
        page.locator(".on .clear").click()
        shown(page, "240 of 240 cases shown")
        assert set_chips(page) == []
        assert page.input_value('#filters [data-tag="difficulty"]') == "any"


def test_a_tag_with_many_values_is_searched(browser: Browser, full: Path) -> None:
    with opened(browser, full) as watched:
        page = watched.page
        settled(page)
        choose(page, "all")
        page.click("#filters-button")
        field = page.locator('#filters input[data-tag="topic"]')
        field.fill("topic 10")
        expect(page.locator("#filters datalist option")).to_have_count(10)
        field.fill("topic 107")
        field.press("Enter")
        field.blur()
        shown(page, "1 of 240 cases shown")
        assert ids(page) == ["fr-0108"]
        field.fill("no such topic")
        field.blur()
        shown(page, "1 of 240 cases shown")
        field.fill("")
        field.blur()
        shown(page, "240 of 240 cases shown")


def test_a_range_is_counted_while_it_is_typed_and_then_applied(browser: Browser, report: Path) -> None:
    with opened(browser, report) as watched:
        page = watched.page
        settled(page)
        choose(page, "all")
        between(page, "latency_ms", "200", "300")
        count = pl.read_parquet(report.parent / "cases.parquet")["latency_ms"].round(1).is_between(200, 300).sum()
        expect(page.locator("#tally")).to_have_text(f"{count} cases")
        shown(page, "240 of 240 cases shown")
        page.locator(".range button").click()
        shown(page, f"{count} of 240 cases shown")
        assert set_chips(page) == ["latency, ms 200 to 300"]
        between(page, "change:latency_ms", "", "0")
        page.locator(".range button").click()
        expect(page.locator(".on .chip")).to_have_count(2)
        page.select_option("#sort", "latency_ms")
        page.wait_for_selector("#list .by")
        said = page.evaluate("[...document.querySelectorAll('#list .by')].map((one) => parseFloat(one.textContent))")
        assert len(said) > 5
        assert all(200 <= amount <= 300 for amount in said)
        page.locator(".on .chip").first.click()
        expect(page.locator(".on .chip")).to_have_count(1)


@pytest.mark.parametrize(("typed", "said"), [("1,200", "1,200"), ("0,5", "0.5"), ("0.00025", "0.00025")])
def test_numbers_are_read_as_people_type_them(browser: Browser, report: Path, typed: str, said: str) -> None:
    with opened(browser, report) as watched:
        page = watched.page
        settled(page)
        between(page, "tokens", typed, "")
        page.locator(".range button").click()
        expect(page.locator(".on .chip")).to_have_count(1)
        assert set_chips(page) == [f"tokens \u2265 {said}"]


def test_what_is_no_number_is_no_range(browser: Browser, report: Path) -> None:
    with opened(browser, report) as watched:
        page = watched.page
        settled(page)
        between(page, "latency_ms", "fast", "")
        page.locator(".range button").click()
        assert set_chips(page) == []
        shown(page, "14 of 240 cases shown")


def test_search_finds_questions_answers_evidence_and_ids(browser: Browser, report: Path) -> None:
    with opened(browser, report) as watched:
        page = watched.page
        settled(page)
        choose(page, "all")
        for words, count in (
            ("fr-0122", 1),
            ("names lower freight", 28),
            ('"lower freight costs"', 28),
            ('"costs freight"', 0),
            ("DID NOT ANSWER within", 1),
            ("no such words", 0),
        ):
            page.fill("#search", words)
            shown(page, f"{count} of 240 cases shown")
        until(page, "getComputedStyle(document.getElementById('list'), '::after').content === '\"No case matches.\"'")
        page.keyboard.press("Escape")
        shown(page, "240 of 240 cases shown")


def test_an_evidence_id_finds_its_case(browser: Browser, report: Path) -> None:
    with opened(browser, report) as watched:
        page = watched.page
        settled(page)
        page.fill("#search", "de-23-0303")
        shown(page, "1 of 240 cases shown")
        assert ids(page) == ["fr-0139"]


def test_the_end_of_a_long_answer_is_found(browser: Browser, full: Path) -> None:
    with opened(browser, full) as watched:
        page = watched.page
        settled(page)
        page.fill("#search", f'"{TAIL}"')
        shown(page, "1 of 240 cases shown")
        assert ids(page) == [LONG]


def test_only_the_last_search_counts(browser: Browser, report: Path) -> None:
    with opened(browser, report) as watched:
        page = watched.page
        settled(page)
        choose(page, "all")
        for words in ("a", "ab", "fr-0", "fr-01", "fr-012", "fr-0122"):
            page.fill("#search", words)
        shown(page, "1 of 240 cases shown")
        page.wait_for_timeout(400)
        shown(page, "1 of 240 cases shown")
        assert ids(page) == ["fr-0122"]
