"""What a judge said: kept, found again, and never lost by a torn line or a full disk."""

from __future__ import annotations

import errno
import io
from typing import IO, TYPE_CHECKING

import pytest

from goldgate.eval.errors import OutsideError
from goldgate.eval.judge.cache import FILE, Cache, reply_key
from goldgate.eval.judge.model import Completion, Prompt

if TYPE_CHECKING:
    from pathlib import Path

PROMPT = Prompt(system="s", user="u")
REPLY = Completion(text="4", input_tokens=3, output_tokens=1, cost_usd=0.25)


def test_a_reply_is_found_by_another_process(tmp_path: Path) -> None:
    with Cache(tmp_path / "new") as first:
        first.add("k", REPLY)
        with Cache(tmp_path / "new") as second:
            assert second.get("k") == REPLY
            assert second.get("other") is None


def test_a_torn_line_is_passed_over_and_does_not_spoil_the_next(tmp_path: Path) -> None:
    with Cache(tmp_path) as first:
        first.add("a", REPLY)
    with (tmp_path / FILE).open("ab") as file:
        file.write(b'{"key": "b", "te')
    with Cache(tmp_path) as second:
        second.add("c", REPLY)
    with Cache(tmp_path) as third:
        assert [third.get(key) for key in "abc"] == [REPLY, None, REPLY]


def test_without_a_folder_it_lives_in_memory() -> None:
    cache = Cache(None)
    cache.add("k", REPLY)
    cache.close()
    assert cache.get("k") == REPLY


def test_the_key_is_of_model_and_whole_prompt() -> None:
    others = [Prompt(system="t", user="u"), Prompt(system="s", user="v"), Prompt(system="s", user="u", max_tokens=9)]
    keys = {reply_key("m", PROMPT), reply_key("n", PROMPT), *(reply_key("m", other) for other in others)}
    assert len(keys) == 5


class FullDisk(io.BytesIO):
    def write(self, data: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_is_said(tmp_path: Path) -> None:
    def opened(path: Path) -> IO[bytes]:
        return FullDisk()

    with pytest.raises(OutsideError, match="the disk is full; what the judge said before is kept"):
        Cache(tmp_path, open_file=opened).add("k", REPLY)
