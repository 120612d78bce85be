from __future__ import annotations

import errno
import io
import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from goldgate.eval.ask import rows
from goldgate.eval.ask.journal import Journal
from goldgate.eval.errors import OutsideError, UsageError
from goldgate.eval.results import Context, Response
from goldgate.eval.table import responses_frame

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

RESPONSE = Response(
    id="a",
    answer="é\n",
    retrieved=("s1",),
    contexts=(Context(id="s1", text="t", score=0.5),),
    citations=("s1",),
    label="x",
    scores={"x": 0.9, "y": 0.1},
    value=1.5,
    interval=(1.0, 2.0),
    quantiles={0.1: 1.0, 0.9: 2.0},
    latency_ms=1.5,
    input_tokens=1,
    output_tokens=2,
    cost_usd=0.1,
    attempts=2,
    asked_at="2026-11-20T14:02:12.000+00:00",
    repeat=3,
)
PLAIN = Response(id="b", answer="", value=0.0)
LATER = ("label", "scores", "value", "interval", "quantiles", "repeat")
HASHES = {"a": "h1", "b": "h2"}


def row(response: Response, case: str | None = None, side: int = 0) -> rows.Row:
    return rows.Row(response, case or HASHES[response.id], side)


SIZE = len(rows.lines([row(RESPONSE)]))


def written(path: Path, *responses: Response, **more: Any) -> Path:
    journal = Journal(path, subject="s", **more)
    journal.open()
    for response in responses:
        journal.add([row(response)])
    journal.close()
    return path


def reread(path: Path, subject: str = "s", baseline: str | None = None) -> pl.DataFrame:
    journal = Journal(path, subject=subject, baseline=baseline)
    try:
        return journal.open()
    finally:
        journal.close()


def test_what_was_written_is_read_back_whole(tmp_path: Path) -> None:
    found = reread(written(tmp_path / "deep" / "j.jsonl", RESPONSE, PLAIN))
    assert found.drop("case", "side").equals(responses_frame([RESPONSE, PLAIN]))
    assert found.select("case", "side").rows() == [("h1", 0), ("h2", 0)]


@pytest.mark.parametrize("torn", [b'{"id":"b","case":"h2","err', b"\xc3", b"{"])
def test_a_torn_last_line_is_cut_off_and_the_next_row_starts_clean(tmp_path: Path, torn: bytes) -> None:
    path = written(tmp_path / "j.jsonl", RESPONSE)
    path.write_bytes(path.read_bytes() + torn)
    assert reread(path)["id"].to_list() == ["a"]
    written(path, PLAIN)
    assert reread(path)["id"].to_list() == ["a", "b"]


@pytest.mark.parametrize("broken", [b"\x00\x00garbage", b"[]", b'{"id":"a"}', b'{"id":"a","case":"h1","latency_ms":"x"}'])
def test_a_broken_line_in_the_middle_costs_only_itself(tmp_path: Path, broken: bytes) -> None:
    path = written(tmp_path / "j.jsonl", PLAIN)
    path.write_bytes(path.read_bytes() + broken + b"\n")
    written(path, RESPONSE)
    assert reread(path).drop("case", "side").equals(responses_frame([PLAIN, RESPONSE]))


def test_an_older_journal_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "j.jsonl"
    fields = {**vars(Response(id="a", answer="x", latency_ms=1.5, asked_at="t")), "case": "h1"}
    line = json.dumps({name: value for name, value in fields.items() if name not in LATER}).encode() + b"\n"
    path.write_bytes(b'{"format":1,"subject":"s"}\n' + line)
    assert reread(path).select("id", "answer", "latency_ms", "repeat", "side").rows() == [("a", "x", 1.5, 1, 0)]


def test_of_two_rows_to_a_case_the_last_counts_unless_it_is_an_error() -> None:
    new = [
        row(Response(id="a", answer="1")),
        row(Response(id="a", answer="2")),
        row(Response(id="a", answer="old"), "h0"),
        row(Response(id="b", answer="x")),
        row(Response(id="b", error="HTTP 500")),
        row(Response(id="b", answer="y"), side=1),
    ]
    found = rows.newest(rows.frame(rows.lines(new)))
    assert found.select("id", "answer", "case", "side").rows() == [
        ("a", "2", "h1", 0),
        ("a", "old", "h0", 0),
        ("b", "y", "h2", 1),
    ]


@pytest.mark.parametrize(("subject", "baseline"), [("other", None), ("s", "live")])
def test_another_subject_is_refused_with_what_to_do(tmp_path: Path, subject: str, baseline: str | None) -> None:
    path = written(tmp_path / "j.jsonl", RESPONSE)
    with pytest.raises(UsageError, match="another image") as caught:
        reread(path, subject, baseline)
    assert caught.value.where == str(path)


def test_a_later_format_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "j.jsonl"
    path.write_text('{"format":99,"subject":"s"}\n')
    with pytest.raises(UsageError):
        reread(path)


def test_two_runs_cannot_write_one_journal(tmp_path: Path) -> None:
    first = Journal(tmp_path / "j.jsonl", subject="s")
    first.open()
    first.add([row(RESPONSE)])
    for resume in (True, False):
        with pytest.raises(UsageError, match="another run is writing this journal"):
            Journal(tmp_path / "j.jsonl", subject="s").open(resume=resume)
    first.close()
    assert reread(tmp_path / "j.jsonl").height == 1


class FullDisk(io.FileIO):
    """A file on a disk that has `room` bytes left."""

    room = 0

    def write(self, content: Any) -> int:
        if not self.room:
            raise OSError(errno.ENOSPC, "No space left on device")
        part = bytes(content)[: self.room]
        self.room -= len(part)
        return super().write(part)


@pytest.mark.parametrize(("more", "kept"), [(0, 0), (1, 0), (SIZE - 1, 0), (SIZE, 1), (SIZE + 9, 1)])
def test_a_full_disk_is_said_and_no_part_of_a_row_stays(tmp_path: Path, more: int, kept: int) -> None:
    path = written(tmp_path / "j.jsonl", PLAIN)
    content = path.read_bytes()
    file = FullDisk(os.open(path, os.O_RDWR | os.O_APPEND), "r+")
    file.room = more
    journal = Journal(path, subject="s", open_file=lambda _: file)
    journal.open()
    with pytest.raises(OutsideError, match="the disk is full; what was written before is kept") as caught:
        journal.add([row(RESPONSE), row(RESPONSE)])
    journal.close()
    assert caught.value.exit_code == 3
    assert path.read_bytes() == content + kept * rows.lines([row(RESPONSE)])
    assert reread(written(path, RESPONSE))["id"].to_list() == ["b", *["a"] * (kept + 1)]


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutsideError, match="cannot be written"):
        Journal(tmp_path / "file" / "j.jsonl", subject="s").open()
