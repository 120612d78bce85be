"""The tables of results in the docs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.docs import PAGES, filled

if TYPE_CHECKING:
    from pathlib import Path

PAGE = "before\n<!-- bench: a -->\nold\n<!-- end -->\nbetween\n<!-- bench: b -->\nkept\n<!-- end -->\nafter\n"


def test_tables_take_their_places(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("| new |\n")
    assert filled(PAGE, tmp_path) == PAGE.replace("old\n", "| new |\n")


def test_the_docs_hold_the_latest_results() -> None:
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        assert filled(text) == text, f"{page.name} is stale: run `make docs`"
