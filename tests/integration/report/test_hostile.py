"""Hostile texts in every field of a run, in a real browser: nothing runs, nothing leaves, all of it is read as text."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from playwright.sync_api import Error

from goldgate.eval.report.page import write
from goldgate.eval.report.site.pages import index_page
from goldgate.eval.report.text import visible
from goldgate.eval.table import read_table
from tests.unit.eval.report.hostile import HOSTILE, NAMES, OUT
from tests.unit.eval.report.poisoned import huge, poisoned, runs

from .browser import choose, opened, settled, shown, until

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from .browser import Watched

pytestmark = pytest.mark.browser
ALL = f"{len(HOSTILE)} of {len(HOSTILE)} cases shown"
FOREIGN = (
    "img, iframe, object, embed, base, math, audio, video, source, template, marquee, portal, frameset, foreignObject, "
    "animate, image, use, set, meta[http-equiv=refresh], link:not([rel=icon], [href='feed.xml']), body body, "
    ".body script, .body style, .body svg, .body a[href]"
)
OPEN = """(id) => [...document.querySelectorAll('#list .case[open]')]
  .some((one) => one.querySelector('.id')?.textContent === id && one.querySelector('.body'))"""
OPEN_ALL = "document.querySelectorAll('#list .case[open] details').forEach((one) => { one.open = true; })"
CLOSE_ALL = "document.querySelectorAll('#list .case[open]').forEach((one) => { one.open = false; })"
FOUND = "/^[1-9].* shown$/.test(document.getElementById('found').textContent)"
FITS = "document.documentElement.scrollWidth <= window.innerWidth"
NAMED = [text for text in HOSTILE if text.strip()]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("poisoned")
    return write(poisoned(folder), folder / "index.html")


def unharmed(watched: Watched) -> None:
    page = watched.page
    assert watched.trips == []
    assert watched.outside == []
    assert watched.complaints == []
    assert len(set(watched.visited)) == 1
    assert len(page.frames) == 1
    assert page.evaluate("(foreign) => [...document.querySelectorAll(foreign)].map((one) => one.outerHTML)", FOREIGN) == []
    handlers = (
        "[...document.querySelectorAll('*')].flatMap((one) => one.getAttributeNames()).filter((name) => /^on/.test(name))"
    )
    assert page.evaluate(handlers) == []


def link_to(page: Page, case_id: str) -> None:
    """Follow a link to a case, and open all that can be opened there."""
    page.evaluate("(hash) => { window.location.hash = hash; }", f"#cases?show=all&case={quote(stored(case_id), safe='')}")
    until(page, OPEN, visible(case_id))
    page.evaluate(OPEN_ALL)


def stored(text: str) -> str:
    """A text as the page's blocks hold it, which are cut at NUL."""
    return text.replace("\x00", "[U+0000]")


def same_words(text: str) -> str:
    return "".join(text.split())


def test_the_tripwire_hears_what_runs_what_leaves_and_what_goes_elsewhere(browser: Browser, tmp_path: Path) -> None:
    trap = tmp_path / "trap.html"
    steps = "window.tripped = 7; alert(1); Object.prototype.polluted = 1;"
    trap.write_text(f"<script>{steps}</script><img src='{OUT}/a.png' onerror='window.tripped = 8'>", encoding="utf-8")
    other = tmp_path / "other.html"
    other.write_text(f"<meta http-equiv=refresh content='0;url={trap.as_uri()}'>", encoding="utf-8")
    with opened(browser, trap) as watched:
        until(watched.page, "window.allTrips().length > 3")
        assert watched.trips == ["tripped = 7", "alert", "tripped = 8", "Object.prototype was changed"]
        assert watched.outside == [f"{OUT}/a.png"]
        assert watched.complaints != []
    with opened(browser, other) as watched:
        watched.page.wait_for_url(trap.as_uri())
        until(watched.page, "window.allTrips().length > 3")
        assert len(set(watched.visited)) == 2


def test_the_texts_do_run_where_nothing_holds_them(browser: Browser, tmp_path: Path) -> None:
    """Else the corpus would prove nothing."""
    bare = tmp_path / "bare.html"
    bare.write_text("<p>bare</p>", encoding="utf-8")
    with opened(browser, bare) as watched:
        caught = [text for text in HOSTILE if falls(watched, bare, text)]
    assert len(caught) > 40


def falls(watched: Watched, path: Path, text: str) -> bool:
    """Whether a page that prints a text as it is runs something, asks for something or is left for another."""
    path.write_text(f'<meta charset="utf-8"><div title="{text}">{text}</div>', encoding="utf-8", newline="")
    asked, visited = len(watched.outside), len(watched.visited)
    try:
        watched.page.goto(path.as_uri(), wait_until="domcontentloaded")
        watched.page.wait_for_timeout(20)
        return bool(watched.trips) or len(watched.outside) > asked or len(watched.visited) > visited
    except Error:
        return True


@pytest.mark.slow
@pytest.mark.parametrize(("width", "policy", "step"), [(1280, True, 4), (390, False, 1)])
def test_cases_are_linked_opened_and_read_as_text(browser: Browser, page: Path, width: int, policy: bool, step: int) -> None:
    rows = {row["id"]: row for row in read_table(page.parent / "cases.parquet").to_dicts()}
    with opened(browser, page, width=width, policy=policy) as watched:
        settled(watched.page)
        for case_id in NAMED[::step]:
            link_to(watched.page, case_id)
            said = same_words(watched.page.locator("#list .case[open]").last.text_content() or "")
            assert watched.page.evaluate(FITS), case_id
            for field in ("answer", "notes", "error"):
                if rows[case_id][field] and len(rows[case_id][field]) < 300:
                    assert same_words(visible(rows[case_id][field])) in said, (case_id, field)
            watched.page.evaluate(CLOSE_ALL)
        unharmed(watched)


@pytest.mark.slow
def test_every_text_can_be_searched_for(browser: Browser, page: Path) -> None:
    with opened(browser, page, policy=False) as watched:
        settled(watched.page)
        choose(watched.page, "all")
        for text in (*NAMES, *NAMED[::4]):
            watched.page.fill("#search", text)
            until(watched.page, FOUND)
        unharmed(watched)


@pytest.mark.parametrize("key", [*NAMES, "show", "case", "<img src=x onerror=window.tripped=1>", "a=b&c", "%", "\u2028"])
def test_an_address_can_name_anything(browser: Browser, page: Path, key: str) -> None:
    value = quote(key, safe="")
    fragment = f"show={value}&sort={value}&range={value}:1..2&{value}={value}&q={value}&case={value}"
    with opened(browser, page, fragment=f"#cases?{fragment}") as watched:
        until(watched.page, "/shown/.test(document.getElementById('found').textContent)")
        unharmed(watched)


@pytest.mark.parametrize("tag", ["__proto__", "constructor", "<script>window.tripped=1</script>", "=1+1"])
def test_a_tag_of_any_name_filters(browser: Browser, page: Path, tag: str) -> None:
    frame = read_table(page.parent / "cases.parquet")
    value = frame[f"tag:{tag}"][30]
    with opened(browser, page, fragment=f"#cases?show=all&{quote(tag, safe='')}={quote(value, safe='')}") as watched:
        until(watched.page, "/^1 of/.test(document.getElementById('found').textContent)")
        settled(watched.page)
        assert watched.page.locator("#list .id").first.text_content() == visible(frame["id"][30])
        unharmed(watched)


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_every_case_is_exported_and_no_cell_is_a_formula(browser: Browser, page: Path, form: str) -> None:
    with opened(browser, page, policy=False) as watched:
        settled(watched.page)
        choose(watched.page, "all")
        shown(watched.page, ALL)
        watched.page.locator("#export > summary").click()
        with watched.page.expect_download() as download:
            watched.page.locator(f'#export [data-form="{form}"]').click()
        text = download.value.path().read_bytes().decode("utf-8-sig")
        assert download.value.suggested_filename.isprintable()
        unharmed(watched)
    if form == "jsonl":
        rows = [json.loads(line) for line in text.rstrip("\n").split("\n")]
        assert {row["id"] for row in rows} == set(map(stored, HOSTILE))
        return
    cells = list(csv.reader(io.StringIO(text, newline="")))
    assert len(cells) == 1 + len(HOSTILE)
    formulas = [cell for row in cells for cell in row if cell[:1] in ("=", "+", "-", "@", "\t", "\r") and not _number(cell)]
    assert formulas == []


def _number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("width", [1280, 390])
def test_texts_of_a_million_characters_open(browser: Browser, tmp_path: Path, width: int) -> None:
    with opened(browser, write(huge(tmp_path), tmp_path / "index.html"), width=width, policy=False) as watched:
        settled(watched.page)
        choose(watched.page, "all")
        case_id = read_table(tmp_path / "cases.parquet")["id"][0]
        link_to(watched.page, case_id)
        assert watched.page.evaluate(FITS)
        assert "window.tripped=1" in (watched.page.locator("#list .case[open]").text_content() or "")
        unharmed(watched)


def test_without_javascript_all_is_text_too(browser: Browser, page: Path) -> None:
    with opened(browser, page, javascript=False, policy=False, width=390) as watched:
        watched.page.locator(".plain summary").first.click()
        assert watched.outside == []
        assert watched.page.locator(FOREIGN).count() == 0
        assert watched.page.evaluate(FITS)


@pytest.mark.parametrize("width", [1280, 390])
def test_the_index_of_runs_is_text(browser: Browser, tmp_path: Path, width: int) -> None:
    path = tmp_path / "index.html"
    path.write_text(index_page(runs()), encoding="utf-8", errors="replace")
    with opened(browser, path, width=width, policy=False) as watched:
        watched.page.wait_for_timeout(100)
        assert watched.page.evaluate(FITS)
        unharmed(watched)
