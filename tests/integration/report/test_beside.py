"""Block files beside the page: loaded when they are needed, from a folder and over HTTP; said where they are not there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest
from playwright.sync_api import expect

from goldgate.eval.report.page import beside, write
from tests.unit.eval.report.sample import sample

from .browser import choose, ids, opened, settled, shown, unfolded, until

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
NUMBERS = "#cases?show=all&kind=number"


@pytest.fixture
def split(tmp_path: Path) -> Path:
    """A page with a limit so low that texts go beside it."""
    page = write(sample(tmp_path), tmp_path / "index.html", limit=1)
    assert beside(page)
    return page


def passing(page: Page) -> None:
    """Show the last number of the page: unchanged and passing, with an answer of its own."""
    settled(page)
    shown(page, "64 of 240 cases shown")
    page.locator(".rest").click()
    page.evaluate("document.activeElement.blur()")
    page.evaluate("document.querySelector('#cases > .key').scrollIntoView({block: 'end', behavior: 'instant'})")
    until(page, "(top) => document.querySelector('#list').lastElementChild.style.top === top", f"{63 * 41}px")
    ids(page)


@pytest.mark.parametrize("way", ["file", "http"])
def test_the_files_are_loaded_when_a_case_needs_them(
    browser: Browser, split: Path, served: Callable[[Path], str], way: str
) -> None:
    address = split.as_uri() if way == "file" else f"{served(split.parent)}/index.html"
    with opened(browser, address, fragment=NUMBERS) as watched:
        page = watched.page
        passing(page)
        assert not any("/texts/" in url for url in watched.requests)
        body = unfolded(page, page.locator("#list .case").count() - 1)
        assert "not there" not in body.inner_text()
        assert body.locator(".text").count() > 3
        assert any("/texts/t" in url for url in watched.requests)
        assert watched.complaints == []


def test_a_search_looks_into_them(browser: Browser, split: Path) -> None:
    with opened(browser, split) as watched:
        page = watched.page
        settled(page)
        choose(page, "all")
        answers = pl.concat(
            pl.read_parquet(split.parent / name).select("id", "answer") for name in ("cases.parquet", "live.parquet")
        )
        count = answers.filter(pl.col("answer").str.contains("names higher volumes, lower freight"))["id"].n_unique()
        page.fill("#search", '"names higher volumes, lower freight"')
        shown(page, f"{count} of 240 cases shown")
        assert any("/texts/t" in url for url in watched.requests)


def test_what_is_not_there_is_said(browser: Browser, split: Path) -> None:
    for path in beside(split):
        path.unlink()
    with opened(browser, split, fragment=NUMBERS) as watched:
        page = watched.page
        passing(page)
        words = unfolded(page, page.locator("#list .case").count() - 1).inner_text()
        assert "The texts of unchanged passing cases lie in texts/ beside the page; " in words
        assert ".js is not there." in words or ".js are not there." in words
        assert "in a file beside the page that is not there" in words
        assert "no answer: the service should say" not in words
        page.fill("#search", "reported")
        until(page, "document.getElementById('found').textContent.includes('could not be searched')")
        said = page.locator("#found").inner_text()
        assert "their texts lie in texts/ beside the page and are not there" in said
        page.fill("#search", "")
        shown(page, "64 of 240 cases shown")
        page.locator("#export > summary").click()
        with page.expect_download() as download:
            page.locator('#export [data-form="jsonl"]').click()
        expect(page.locator("#exported")).to_contain_text("not beside the page")
        lines = Path(download.value.path()).read_text(encoding="utf-8").splitlines()
        assert sum("answer" not in json.loads(line) for line in lines) > 20


def test_regressions_are_whole_without_the_files(browser: Browser, split: Path) -> None:
    for path in beside(split):
        path.unlink()
    with opened(browser, split) as watched:
        settled(watched.page)
        words = unfolded(watched.page).inner_text()
        assert "not there" not in words
        assert "890.5 USD million" in words
