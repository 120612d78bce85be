from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from goldgate.eval.errors import OutsideError, UsageError
from goldgate.eval.report.site.index import PAGE, SHOWN, dumped
from goldgate.eval.report.site.keep import ATTEMPTS, add_run, set_live

from .samples import PLACE, RUN, Memory, index, run
from .test_index import long

if TYPE_CHECKING:
    from pathlib import Path

STANDING = {
    "index.json": "application/json",
    "index.html": "text/html; charset=utf-8",
    "feed.xml": "application/atom+xml",
    "badge/finrag/production.svg": "image/svg+xml",
    "latest/finrag/production/index.html": "text/html; charset=utf-8",
}


def runs(store: Memory) -> list[str]:
    return [entry["run_id"] for entry in json.loads(store.files["index.json"])["runs"]]


def test_a_run_touches_the_index_and_what_speaks_of_its_service() -> None:
    store = Memory()
    add_run(store, RUN)
    assert store.types == STANDING
    assert set(store.read) == {"index.json"}
    add_run(store, RUN, live=RUN.run_id)
    assert store.types.keys() - STANDING.keys() == {"live/finrag/production/index.html"}


def test_a_folder_with_a_latest_of_its_own_keeps_it() -> None:
    store = Memory()
    add_run(store, RUN, latest=False)
    assert not [name for name in store.files if name.startswith("latest/")]


def test_run_3001_touches_no_other_runs_files() -> None:
    store = Memory()
    store.files["index.json"] = dumped(long(3000))
    pages = {f"runs-{number:04}.html" for number in range(1, 11)}
    store.files |= dict.fromkeys(pages, b"")
    add_run(store, run(3000))
    assert sorted(store.written) == sorted(STANDING)
    assert len(runs(store)) == 3001
    assert store.text("index.html").count("<tr class") == SHOWN + 1


def test_the_run_that_fills_a_page_writes_it() -> None:
    store = Memory()
    store.files["index.json"] = dumped(long(SHOWN + PAGE - 1))
    add_run(store, run(SHOWN + PAGE - 1))
    assert store.text("runs-0001.html").count("<tr class") == PAGE
    add_run(store, run(SHOWN + PAGE))
    assert store.written.count("runs-0001.html") == 1


def test_a_run_published_again_writes_its_old_page() -> None:
    store = Memory()
    store.files["index.json"] = dumped(long(SHOWN + PAGE))
    store.files["runs-0001.html"] = b""
    add_run(store, run(3, verdict="inconclusive"))
    assert store.text("runs-0001.html").count('data-verdict="inconclusive"') == 1


def test_a_page_that_a_dead_writer_left_out_is_written_by_the_next() -> None:
    store = Memory()
    store.files["index.json"] = dumped(long(SHOWN + PAGE))
    add_run(store, run(9999))
    assert "runs-0001.html" in store.written


def test_latest_is_the_newest_run_and_not_the_last_one_added() -> None:
    store = Memory()
    add_run(store, run(2))
    add_run(store, run(1))
    assert "r00002/finrag" in store.text("latest/finrag/production/index.html")


def test_live_stays_until_another_run_is_said_to_be_live() -> None:
    store, page = Memory(), "live/finrag/production/index.html"
    add_run(store, run(1), live="r00001")
    add_run(store, run(2))
    assert "r00001/finrag" in store.text(page)
    set_live(store, PLACE, "r00002")
    assert "r00002/finrag" in store.text(page)
    assert json.loads(store.files["index.json"])["live"] == {"finrag": {"production": "r00002"}}


def test_a_live_run_that_the_index_does_not_hold_is_named_and_leads_nowhere() -> None:
    store = Memory()
    add_run(store, run(1), live="r00001")
    set_live(store, PLACE, "r00000")
    page = store.text("live/finrag/production/index.html")
    assert "run r00000 has no report" in page
    assert "r00001" not in page
    assert "live" not in store.text("badge/finrag/production.svg")


def test_where_there_is_no_site_nothing_is_said_to_be_live() -> None:
    store = Memory()
    set_live(store, PLACE, "r00001")
    assert store.files == {}


def test_whoever_loses_the_race_tries_again_and_no_line_is_lost() -> None:
    store, others, slept = Memory(), [run(1), run(2)], list[float]()

    def somebody_goes_first() -> None:
        if others:
            other = others.pop()
            store.before_swap, kept = (lambda: None), store.before_swap
            add_run(store, other)
            store.before_swap = kept

    store.before_swap = somebody_goes_first
    add_run(store, run(3), sleep=slept.append)
    assert runs(store) == ["r00003", "r00002", "r00001"]
    assert len(slept) == 2
    assert all(0 < pause < 1 for pause in slept)
    assert store.text("index.html").count("<tr class") == 3


def test_pages_of_an_index_that_was_overtaken_are_written_again() -> None:
    store, others = Memory(), [run(2)]

    def somebody_comes_between(name: str) -> None:
        if name == "index.json" and others:
            others.pop()
            store.files["index.json"] = dumped(index(run(1), run(2)))

    store.after_write = somebody_comes_between
    add_run(store, run(1))
    assert store.text("index.html").count("<tr class") == 2
    assert "r00002/finrag" in store.text("latest/finrag/production/index.html")


def test_a_race_that_never_ends_is_given_up_and_said() -> None:
    store, number = Memory(), iter(range(1, 1000))

    def somebody_always_goes_first() -> None:
        store.files["index.json"] = dumped(index(run(next(number))))

    store.before_swap = somebody_always_goes_first
    slept = list[float]()
    with pytest.raises(OutsideError, match=f"{ATTEMPTS} attempts"):
        add_run(store, RUN, sleep=slept.append)
    assert len(slept) == ATTEMPTS


def test_an_index_that_is_none_is_not_overwritten() -> None:
    store = Memory()
    store.files["index.json"] = b"not json"
    with pytest.raises(UsageError):
        add_run(store, RUN)
    assert store.files == {"index.json": b"not json"}


def test_two_writers_in_one_folder_lose_nothing(tmp_path: Path) -> None:
    def writer(first: int) -> None:
        for number in range(first, first + 8):
            add_run(tmp_path, replace(run(number), service=f"s{first}"))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(writer, (0, 100)))
    told = json.loads((tmp_path / "index.json").read_bytes())["runs"]
    assert len(told) == 16
    assert (tmp_path / "index.html").read_text().count("<tr class") == 16
    assert {path.name for path in tmp_path.iterdir()} == {
        "index.json", "index.html", "feed.xml", "badge", "latest",
    }  # fmt: skip
