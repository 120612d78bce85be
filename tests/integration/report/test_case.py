"""An open case: what it tells, that it tells it as the plain rows do, and that long answers stay bearable."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from .browser import ids, opened, settled, unfolded, until
from .rich import LABELS, LONG, LONG_ANSWER, NOTE, REPEATED, SECRET, TAIL, WITH_NOTE

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.browser
LONGEST = """window.longest = 0;
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) window.longest = Math.max(window.longest, one.duration);
}).observe({ type: "longtask" });"""


def case(page: Page, wanted: str) -> Locator:
    settled(page)
    return unfolded(page, ids(page, 99).index(wanted))


def part(body: Locator, title: str) -> Locator:
    return body.locator(f'div:has(> h3:text-is("{title}"))')


def test_it_shows_both_answers_the_evidence_and_the_passages(browser: Browser, report: Path) -> None:
    with opened(browser, report) as watched:
        body = case(watched.page, "fr-0139")
        titles = body.locator("h3").all_inner_texts()
        assert titles == [
            "Expected",
            "Scores, live → this",
            "Live answered",
            "This answered",
            "Evidence that the gold set expects",
        ]
        assert part(body, "Live answered").locator("del").all_inner_texts() == ["890.5"]
        assert "1,006.3" in part(body, "This answered").locator("ins").first.inner_text()
        expect(part(body, "Live answered").locator("ins")).to_have_count(0)
        assert body.locator(".ev.missed .rank").inner_text() == "✕ missed, was 2nd"
        assert "890.5" in body.locator(".ev mark").all_inner_texts()
        body.locator(".passages > summary").last.click()
        expect(body.locator(".passages .ev")).to_have_count(9)
        assert "expected · cited" in body.locator(".passages .ev .rank").first.inner_text()
        facts = body.locator(".facts-line").inner_text()
        for words in ("198 ms → 314 ms", "tokens in", "line 139 of the gold set", "kind: number", "company: Delphin Freight"):
            assert words in facts


@pytest.mark.parametrize(("kind", "wanted"), [("report", "fr-0192"), ("full", WITH_NOTE), ("full", REPEATED)])
def test_python_and_the_page_tell_a_case_in_the_same_words(
    browser: Browser, kind: str, wanted: str, request: pytest.FixtureRequest
) -> None:
    path = request.getfixturevalue(kind)
    with opened(browser, path, javascript=False) as still:
        row = still.page.locator(f'.plain .case:has(.id:text-is("{wanted}"))')
        row.locator("summary").first.click()
        plain, line = row.locator(".body").inner_text(), row.locator("summary").first.inner_text()
    with opened(browser, path) as watched:
        body = case(watched.page, wanted)
        assert body.inner_text() == plain
        assert watched.page.locator("#list .case[open] > summary").inner_text() == line


def test_repeats_stand_one_by_one_and_another_answer_is_marked(browser: Browser, full: Path) -> None:
    with opened(browser, full) as watched:
        rows = part(case(watched.page, REPEATED), "Asked 3 times").locator(".ev")
        assert rows.locator(".rank").all_inner_texts() == ["1st, same answer", "2nd, differs", "3rd, no answer"]
        assert "Quite another answer" in rows.nth(1).locator("ins").first.inner_text()
        assert rows.nth(1).locator(".figures").inner_text() == "1 · 250 ms"
        assert "did not answer within 30 s" in rows.nth(2).inner_text()


def test_what_judges_noted_and_class_probabilities_are_shown(browser: Browser, full: Path) -> None:
    with opened(browser, full) as watched:
        body = case(watched.page, WITH_NOTE)
        assert part(body, "What the judges noted").locator(".ev").inner_text().split() == ["judge.faithfulness", *NOTE.split()]
        spans = part(body, "Class probabilities").locator("span").all_inner_texts()
        assert spans == [f"{label} {share:g}" for label, share in LABELS.items()]


def test_a_secret_is_masked_and_said_to_be(browser: Browser, full: Path) -> None:
    assert SECRET not in full.read_text(encoding="utf-8")
    with opened(browser, full) as watched:
        assert (
            "note: asked with password: [masked: password]" in case(watched.page, WITH_NOTE).locator(".facts-line").inner_text()
        )
        assert "1 text held what looks like a key, a token or a password" in watched.page.locator("#cases").inner_text()


def test_a_megabyte_of_answer_is_cut_until_all_of_it_is_asked_for(browser: Browser, full: Path) -> None:
    with opened(browser, full) as watched:
        page = watched.page
        page.evaluate(LONGEST)
        body = case(page, LONG)
        answer = part(body, "This answered")
        text = answer.locator(".text")
        assert len(text.text_content() or "") == 20_000
        assert (box := text.bounding_box()) is not None
        assert box["height"] < 400
        assert page.evaluate("window.longest") < 2_000
        button = answer.locator("button")
        assert button.inner_text() == f"Show all {len(LONG_ANSWER):,} characters"
        button.click()
        until(page, "(tail) => document.querySelector('#list .body').textContent.includes(tail)", TAIL)
        assert text.text_content() == LONG_ANSWER
        assert page.evaluate("window.longest") < 10_000


def test_a_metric_that_fell_is_marked_as_moved(browser: Browser, report: Path) -> None:
    with opened(browser, report) as watched:
        scores = part(case(watched.page, "fr-0139"), "Scores, live → this")
        assert scores.locator(".moved").first.inner_text() == "recall@10 1 → 0.5"
