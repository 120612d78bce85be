from __future__ import annotations

import multiprocessing
from typing import TYPE_CHECKING

import pytest

from goldgate.eval.ask.cache import ResponseCache, Shelf
from goldgate.eval.ask.rows import Row
from goldgate.eval.results import Response
from tests.fakes.subject import ScriptedSubject

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def subject(digest: str | None, identity: str = "scripted") -> ScriptedSubject:
    found = ScriptedSubject(identity=identity)
    found.digest = digest
    return found


def shelf(folder: Path, digest: str = "sha256:1", identity: str = "scripted") -> Shelf:
    found = ResponseCache(folder).shelf(subject(digest, identity))
    assert found is not None
    return found


def kept(found: Shelf) -> list[str]:
    return found.read()["id"].to_list()


def test_a_subject_without_a_digest_has_no_shelf(tmp_path: Path) -> None:
    assert ResponseCache(tmp_path).shelf(subject(None)) is None


def test_what_was_kept_is_there_for_the_same_digest_and_request_only(tmp_path: Path) -> None:
    first = shelf(tmp_path)
    first.add([Row(Response(id="a", answer="x"), "h1"), Row(Response(id="b", error="HTTP 500"), "h2")])
    first.close()
    assert shelf(tmp_path).read().select("id", "answer", "case").rows() == [("a", "x", "h1")]
    assert kept(shelf(tmp_path, digest="sha256:2")) == []
    assert kept(shelf(tmp_path, identity="another request")) == []


@pytest.mark.parametrize("torn", [b'{"id":"b","ca', b"\xff\x00"])
def test_a_line_that_a_crash_tore_costs_only_itself(tmp_path: Path, torn: bytes) -> None:
    first = shelf(tmp_path)
    first.add([Row(Response(id="a"), "h1")])
    first.close()
    with first.path.open("ab") as file:
        file.write(torn)
    second = shelf(tmp_path)
    second.add([Row(Response(id="c"), "h3")])
    second.close()
    assert kept(shelf(tmp_path)) == ["a", "c"]


def test_a_cache_that_cannot_be_written_says_so_and_stands_in_nobodys_way(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    found = shelf(tmp_path / "file")
    found.add([Row(Response(id="a"), "h1")])
    found.add([Row(Response(id="a"), "h1")])
    assert found.fault is not None
    assert found.fault.startswith("the answers are no longer cached: ")


def _write(folder: Path, name: str) -> None:
    found = shelf(folder)
    for place in range(500):
        found.add([Row(Response(id=f"{name}{place}", answer="x" * 300), f"{name}{place}")])
    found.close()


def test_two_processes_may_write_at_once(tmp_path: Path) -> None:
    spawn: Callable[..., multiprocessing.Process] = multiprocessing.get_context("spawn").Process  # type: ignore[assignment]
    processes = [spawn(target=_write, args=(tmp_path, name)) for name in "ab"]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
        assert process.exitcode == 0
    assert sorted(kept(shelf(tmp_path))) == sorted(f"{name}{place}" for name in "ab" for place in range(500))
