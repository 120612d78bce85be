from __future__ import annotations

import errno
import io
from typing import TYPE_CHECKING

import pytest

from goldgate.eval.ask.journal import Journal
from goldgate.eval.errors import OutsideError, UsageError
from goldgate.eval.results import Context, Response

if TYPE_CHECKING:
    from pathlib import Path

RESPONSE = Response(
    id="a",
    answer="é\n",
    retrieved=("s1",),
    contexts=(Context(id="s1", text="t", score=0.5),),
    citations=("s1",),
    latency_ms=1.5,
    input_tokens=1,
    output_tokens=2,
    cost_usd=0.1,
    attempts=2,
    asked_at="2026-11-20T14:02:12.000+00:00",
)
HASHES = {"a": "h1", "b": "h2"}


def written(path: Path, *responses: Response) -> Path:
    journal = Journal(path, subject="s")
    journal.open(HASHES)
    for response in responses:
        journal.add(response, HASHES[response.id])
    journal.close()
    return path


def reread(path: Path, subject: str = "s", hashes: dict[str, str] | None = None) -> dict[str, Response]:
    journal = Journal(path, subject=subject)
    try:
        return journal.open(hashes or HASHES)
    finally:
        journal.close()


def test_what_was_written_is_read_back_whole(tmp_path: Path) -> None:
    assert reread(written(tmp_path / "deep" / "j.jsonl", RESPONSE)) == {"a": RESPONSE}


def test_a_case_that_changed_or_ended_in_an_error_is_asked_again(tmp_path: Path) -> None:
    path = written(tmp_path / "j.jsonl", RESPONSE, Response(id="b", error="HTTP 500"))
    assert reread(path) == {"a": RESPONSE}
    assert reread(path, hashes={"a": "other"}) == {}


@pytest.mark.parametrize("torn", [b'{"id":"b","case":"h2","err', b"\xc3", b"{"])
def test_a_torn_last_line_is_cut_off_and_the_next_row_starts_clean(tmp_path: Path, torn: bytes) -> None:
    path = written(tmp_path / "j.jsonl", RESPONSE)
    path.write_bytes(path.read_bytes() + torn)
    assert reread(path) == {"a": RESPONSE}
    written(path, Response(id="b", answer="later"))
    assert sorted(reread(path)) == ["a", "b"]


def test_a_broken_line_in_the_middle_costs_only_itself(tmp_path: Path) -> None:
    path = written(tmp_path / "j.jsonl", Response(id="b", answer="x"))
    path.write_bytes(path.read_bytes() + b"\x00\x00garbage\n")
    written(path, RESPONSE)
    assert sorted(reread(path)) == ["a", "b"]


def test_another_subject_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = written(tmp_path / "j.jsonl", RESPONSE)
    with pytest.raises(UsageError, match="another image") as caught:
        reread(path, subject="other")
    assert caught.value.where == str(path)


class FullDisk(io.BytesIO):
    """A file on a full disk: what is buffered cannot be flushed."""

    def flush(self) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_is_said_and_what_was_written_stays(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j.jsonl", subject="s", open_file=lambda _: FullDisk())
    journal.open(HASHES)
    journal.add(RESPONSE, "h1")
    with pytest.raises(OutsideError, match="the disk is full; what was written before is kept"):
        journal.sync()


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutsideError, match="cannot be written"):
        Journal(tmp_path / "file" / "j.jsonl", subject="s").open(HASHES)
