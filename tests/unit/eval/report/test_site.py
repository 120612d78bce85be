from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from goldgate.eval.errors import UsageError
from goldgate.eval.report.site import FORMAT, SHOWN, RunSummary, add_run, index_page

from .sample import HOSTILE

if TYPE_CHECKING:
    from pathlib import Path

RUN = RunSummary(
    run_id="20261120-140212-9f31c2e",
    service="finrag",
    environment="production",
    commit="9f31c2e",
    created_at="2026-11-20T14:02:12Z",
    verdict="fail",
    headline="recall@10 on hard questions fell by 6.1 points; 3.0 are allowed",
    metrics={"retrieval.recall@10": 0.901, "latency.p95_ms": 398.0},
    href="20261120-140212-9f31c2e/finrag/index.html",
)


class Memory:
    """A store that remembers what was read and written."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.types: dict[str, str] = {}
        self.touched: list[str] = []

    def read(self, name: str) -> bytes | None:
        self.touched.append(name)
        return self.files.get(name)

    def write(self, name: str, data: bytes, content_type: str) -> None:
        self.touched.append(name)
        self.files[name], self.types[name] = data, content_type


def runs(store: Memory) -> list[str]:
    return [entry["run_id"] for entry in json.loads(store.files["index.json"])["runs"]]


def test_the_newest_run_stands_first_whenever_it_was_added() -> None:
    store = Memory()
    for day in (18, 20, 19):
        add_run(store, replace(RUN, run_id=f"r{day}", created_at=f"2026-11-{day}T10:00:00Z"))
    assert runs(store) == ["r20", "r19", "r18"]
    assert json.loads(store.files["index.json"])["format"] == FORMAT


def test_a_run_added_again_replaces_itself_and_only_itself() -> None:
    store = Memory()
    add_run(store, RUN)
    add_run(store, replace(RUN, service="other"))
    add_run(store, replace(RUN, verdict="pass"))
    verdicts = {entry["service"]: entry["verdict"] for entry in json.loads(store.files["index.json"])["runs"]}
    assert verdicts == {"finrag": "pass", "other": "fail"}


def test_no_other_file_is_touched() -> None:
    store = Memory()
    add_run(store, RUN)
    assert set(store.touched) == {"index.json", "index.html"}
    assert store.types == {"index.json": "application/json", "index.html": "text/html; charset=utf-8"}


def test_the_page_tells_the_verdict_in_words_and_leads_to_the_report() -> None:
    page = index_page([RUN])
    assert "✕ Blocked" in page
    assert 'href="20261120-140212-9f31c2e/finrag/index.html"' in page
    assert "p95 latency <b>398 ms</b>" in page
    assert "✕ Rolled back" in index_page([replace(RUN, verdict="rolled back")])


@pytest.mark.parametrize("poison", HOSTILE)
def test_hostile_runs_are_text(poison: str) -> None:
    page = index_page([replace(RUN, service=poison, headline=poison, commit_subject=poison, href=poison, verdict=poison)])
    assert "<script" not in page
    assert "<svg" not in page
    assert "<img" not in page
    assert 'href="javascript' not in page


def test_a_long_history_keeps_the_page_short_and_the_index_whole() -> None:
    many = [replace(RUN, run_id=f"r{number}") for number in range(SHOWN + 1)]
    page = index_page(many)
    assert page.count("<tr") == SHOWN + 1
    assert f"the newest {SHOWN} are shown" in page


def test_a_folder_is_a_store_too(tmp_path: Path) -> None:
    add_run(tmp_path / "site", RUN)
    add_run(tmp_path / "site", replace(RUN, run_id="second"))
    assert sorted(path.name for path in (tmp_path / "site").iterdir()) == ["index.html", "index.json"]


BROKEN = (b"not json", b"[]", b'{"format": 1}', b'{"format": 1, "runs": [{}]}')


@pytest.mark.parametrize("stored", [*BROKEN, b'{"format": 2, "runs": []}'])
def test_an_index_that_is_none_is_not_overwritten(stored: bytes) -> None:
    store = Memory()
    store.files["index.json"] = stored
    with pytest.raises(UsageError):
        add_run(store, RUN)
    assert store.files["index.json"] == stored


def test_fields_that_a_later_version_added_do_no_harm() -> None:
    store = Memory()
    add_run(store, RUN)
    index = json.loads(store.files["index.json"])
    index["runs"][0]["author"] = "someone"
    store.files["index.json"] = json.dumps(index).encode()
    add_run(store, replace(RUN, run_id="second"))
    assert len(runs(store)) == 2
