from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from goldgate.eval.report.site.store import FolderStore

if TYPE_CHECKING:
    from pathlib import Path


def test_what_is_written_is_there_with_a_mark_of_its_content(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "site")
    assert (store.load("a/b.html"), store.holds("a/b.html")) == (None, False)
    store.write("a/b.html", b"<p>", "text/html")
    first = store.load("a/b.html")
    store.write("a/b.html", b"<q>", "text/html")
    second = store.load("a/b.html")
    assert store.holds("a/b.html")
    assert first is not None
    assert second is not None
    assert (first[0], second[0], first[1] == second[1]) == (b"<p>", b"<q>", False)
    assert [path.name for path in (tmp_path / "site" / "a").iterdir()] == ["b.html"]


def test_a_swap_goes_through_only_on_the_content_that_was_seen(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    first = store.swap("index.json", b"1", "application/json", None)
    assert first is not None
    assert store.swap("index.json", b"2", "application/json", None) is None
    assert store.swap("index.json", b"2", "application/json", first) is not None
    assert store.swap("index.json", b"3", "application/json", first) is None
    assert (tmp_path / "index.json").read_bytes() == b"2"


def test_of_many_swaps_at_once_one_goes_through(tmp_path: Path) -> None:
    def swap(number: int) -> bool:
        return FolderStore(tmp_path).swap("index.json", str(number).encode(), "application/json", None) is not None

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(swap, range(16))) == 1
