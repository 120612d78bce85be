"""Export: the rows that are shown, as CSV that a spreadsheet does not run and as JSON lines."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest
from playwright.sync_api import expect

from .browser import choose, opened, settled, shown
from .rich import FORMULAS, QUOTED, REPEATED

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


def exported(page: Page, form: str) -> tuple[str, str]:
    """The name and the text of the file."""
    page.locator("#export > summary").click()
    with page.expect_download() as download:
        page.locator(f'#export [data-form="{form}"]').click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes().decode()


def rows(text: str) -> list[dict[str, str]]:
    csv.field_size_limit(len(text))
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_csv_holds_what_is_shown_in_its_order(browser: Browser, report: Path) -> None:
    with opened(browser, report) as watched:
        page = watched.page
        settled(page)
        choose(page, "fixed")
        shown(page, "7 of 240 cases shown")
        page.select_option("#sort", "id")
        name, text = exported(page, "csv")
        assert name == "finrag-20261120-140212-9f31c2e-fixed.csv"
        expect(page.locator("#exported")).to_have_text(f"{name}: 7 cases.")
    found = rows(text)
    assert [row["id"] for row in found] == sorted(row["id"] for row in found)
    assert {row["outcome"] for row in found} == {"fixed"}
    assert text.count("\r\n") == 8
    truth = {row["id"]: row for row in pl.read_parquet(report.parent / "cases.parquet").to_dicts()}
    before = {row["id"]: row for row in pl.read_parquet(report.parent / "live.parquet").to_dicts()}
    for row in found:
        assert row["question"] == truth[row["id"]]["input"]
        assert row["answer"] == truth[row["id"]]["answer"]
        assert row["live_answer"] == before[row["id"]]["answer"]
        assert float(row["latency_ms"]) == pytest.approx(truth[row["id"]]["latency_ms"], abs=0.06)
        assert int(row["input_tokens"]) == truth[row["id"]]["input_tokens"]
        assert row["tag:kind"] == truth[row["id"]]["tag:kind"]


def test_what_a_spreadsheet_would_run_is_held_and_numbers_stay_numbers(browser: Browser, full: Path) -> None:
    with opened(browser, full) as watched:
        page = watched.page
        settled(page)
        choose(page, "all")
        shown(page, "240 of 240 cases shown")
        name, text = exported(page, "csv")
    found = {row["id"]: row for row in rows(text)}
    assert name == "finrag-20261120-140212-9f31c2e-all.csv"
    assert len(found) == 240
    for place, formula in enumerate(FORMULAS, start=1):
        assert found[f"fr-{place:04d}"]["answer"] == f"'{formula}"
    assert found[f"fr-{len(FORMULAS) + 1:04d}"]["answer"] == QUOTED
    assert not any(row["latency_ms"].startswith("'") for row in found.values())


def test_json_lines_hold_lists_and_repeats(browser: Browser, full: Path) -> None:
    with opened(browser, full) as watched:
        page = watched.page
        settled(page)
        name, text = exported(page, "jsonl")
    found = [json.loads(line) for line in text.splitlines()]
    assert name == "finrag-20261120-140212-9f31c2e-worse.jsonl"
    assert len(found) == 14
    assert found[0]["id"] == "fr-0139"
    assert found[0]["scores"]["retrieval.recall@10"] == 0.5
    assert found[0]["live_scores"]["retrieval.recall@10"] == 1
    assert [part["rank"] for part in found[0]["evidence"]] == [None, 1]
    assert found[0]["tags"]["difficulty"] == "hard"
    assert found[0]["judge_notes"] == {"judge.faithfulness": "The figure is that of another year."}
    repeated = next(row for row in found if row["id"] == REPEATED)
    assert [part["answer"] for part in repeated["again"]][1:] == ["Quite another answer of $1.0 million.", None]


def test_the_file_is_named_after_the_filter(browser: Browser, report: Path) -> None:
    with opened(browser, f"{report.as_uri()}#cases?show=all&kind=number&q=%22net+income%22+..%2Ffiscal%2F..") as watched:
        shown(watched.page, "0 of 240 cases shown")
        name, text = exported(watched.page, "jsonl")
        assert name == "finrag-20261120-140212-9f31c2e-all-kind-number-net-income-..-fiscal.jsonl"
        assert text == ""
