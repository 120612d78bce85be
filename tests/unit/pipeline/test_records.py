from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

import pytest

from goldgate.pipeline.errors import UsageError
from goldgate.pipeline.records import ImageRecord, Record, ReleaseRecord, read_json, write_json

from .makers import (
    contract_record,
    evaluation_record,
    image_record,
    push_record,
    release_record,
    verification_record,
)

if TYPE_CHECKING:
    from pathlib import Path

RECORDS = [
    image_record(base_image="goldgate-base:bookworm"),
    contract_record(passed=False),
    evaluation_record(worse=["fr-0147"], reused_from="20261119-090000-6b02aaa"),
    push_record(already_there=True),
    release_record(status="in_progress", resume={"deployment": "d1"}),
    verification_record(problems=["1 of 2 tasks run"]),
]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: str(record.name))
def test_every_record_survives_its_file(record: Record, tmp_path: Path) -> None:
    path = tmp_path / f"{record.name}.json"
    write_json(path, record.to_json())
    assert type(record).from_json(read_json(path), str(path)) == record
    assert json.loads(path.read_text())["format"] == 1


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: str(record.name))
def test_fields_with_a_default_may_be_absent_in_an_older_file(record: Record) -> None:
    optional = {f.name for f in dataclasses.fields(record) if f.default is not dataclasses.MISSING}
    data = {key: value for key, value in record.to_json().items() if key not in optional}
    read = type(record).from_json(data, "x")
    assert all(getattr(read, f.name) == f.default for f in dataclasses.fields(record) if f.name in optional)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"format": 2}, "record format 2 is not 1"),
        ({"format": None}, "record format None is not 1"),
        ({"digest": ..., "steps": ...}, "the record lacks digest, steps."),
    ],
)
def test_what_is_no_whole_record_of_this_format_is_said(change: dict[str, Any], words: str) -> None:
    data = {key: value for key, value in {**release_record().to_json(), **change}.items() if value is not ...}
    with pytest.raises(UsageError) as caught:
        ReleaseRecord.from_json(data, "runs/x/finrag/release.json")
    assert caught.value.what.startswith(words)
    assert caught.value.where == "runs/x/finrag/release.json"
    assert "again" in str(caught.value.next_step)


def test_fields_of_a_later_writer_are_dropped() -> None:
    assert ImageRecord.from_json({**image_record().to_json(), "moon_phase": "full"}, "x") == image_record()


def test_a_failure_in_the_middle_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "image.json"
    write_json(path, {"was": 1})
    with pytest.raises(TypeError):
        write_json(path, {"is": 2, "cannot": object()})
    assert json.loads(path.read_text()) == {"was": 1}
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_is_made_with_its_folders_and_ends_in_a_newline(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "c.json"
    write_json(path, {"ü": 1})
    assert path.read_text(encoding="utf-8") == '{\n  "ü": 1\n}\n'


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "there is no such file"),
        (b'{"half": ', "cannot be read as JSON"),
        (b"\xff\xfe", "cannot be read as JSON"),
        (b"[1]", "holds no JSON object"),
    ],
)
def test_an_unreadable_file_is_said(tmp_path: Path, content: bytes | None, words: str) -> None:
    path = tmp_path / "x.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError, match=words) as caught:
        read_json(path)
    assert caught.value.where == str(path)


def test_a_folder_in_the_place_of_a_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read as JSON"):
        read_json(tmp_path)
