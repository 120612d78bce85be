"""The state folder without a process around it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from moto.core.base_backend import BackendDict

from emulator import backends, snapshot
from emulator.files import write_atomically
from emulator.snapshot import BlobStore
from emulator.state import State, StateError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakes.in_process_aws import InProcessAws


def again(service: str, blobs: BlobStore) -> set[str]:
    """Save, forget and load a service; returns the contents that it needs."""
    data, names = snapshot.dump(service, blobs)
    BackendDict.reset()
    assert snapshot.load(service, data, blobs) == names
    return names


def test_objects_keep_their_versions_and_large_contents_are_files(aws: InProcessAws, tmp_path: Path) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="bucket")
    s3.put_bucket_versioning(Bucket="bucket", VersioningConfiguration={"Status": "Enabled"})
    large = b"x" * 100_000
    for body in (b"small", large):
        s3.put_object(Bucket="bucket", Key="k", Body=body)
    before = s3.list_object_versions(Bucket="bucket")["Versions"]
    names = again("s3", BlobStore(tmp_path))
    assert s3.list_object_versions(Bucket="bucket")["Versions"] == before
    assert s3.get_object(Bucket="bucket", Key="k")["Body"].read() == large
    assert {path.name for path in tmp_path.iterdir()} == names
    assert len(names) == 1


def test_a_content_that_was_kept_is_not_read_again(aws: InProcessAws, tmp_path: Path) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="bucket")
    s3.put_object(Bucket="bucket", Key="k", Body=b"x" * 100_000)
    blobs = BlobStore(tmp_path)
    first = snapshot.dump("s3", blobs)

    class Refusing(BlobStore):
        def put(self, data: bytes) -> str:
            raise AssertionError

    assert snapshot.dump("s3", Refusing(tmp_path)) == first
    s3.put_object(Bucket="bucket", Key="k", Body=b"y" * 100_000)
    with pytest.raises(AssertionError):
        snapshot.dump("s3", Refusing(tmp_path))


def test_a_damaged_content_is_an_error(aws: InProcessAws, tmp_path: Path) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="bucket")
    s3.put_object(Bucket="bucket", Key="k", Body=b"x" * 100_000)
    blobs = BlobStore(tmp_path)
    data, names = snapshot.dump("s3", blobs)
    (tmp_path / next(iter(names))).write_bytes(b"other")
    with pytest.raises(ValueError, match="is missing or damaged"):
        snapshot.load("s3", data, blobs)


@pytest.mark.parametrize("service", backends.MOTO_SERVICES)
def test_every_service_can_be_saved(service: str, aws: InProcessAws, tmp_path: Path) -> None:
    backends.backend(service)
    assert again(service, BlobStore(tmp_path)) == set()


def test_what_is_swept_is_what_nobody_uses(tmp_path: Path) -> None:
    blobs = BlobStore(tmp_path)
    kept, _ = blobs.put(b"kept"), blobs.put(b"gone")
    blobs.sweep({kept})
    assert [path.name for path in tmp_path.iterdir()] == [kept]


def test_a_file_is_whole_or_not_there(tmp_path: Path) -> None:
    target = tmp_path / "file"
    write_atomically(target, b"old")
    wrong: Any = "not bytes"
    with pytest.raises(TypeError):
        write_atomically(target, wrong)
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_state_of_another_version_is_set_aside(aws: InProcessAws, tmp_path: Path) -> None:
    aws.client("s3").create_bucket(Bucket="old")
    state = State(tmp_path, [aws.store])
    state.hold()
    state.start()
    state.changed("s3")
    state.stop()
    meta = tmp_path / "state.json"
    meta.write_text(json.dumps({**json.loads(meta.read_text()), "moto": "0.0.1"}))
    later = State(tmp_path, [aws.store])
    later.hold()
    assert later.load() is False
    assert aws.client("s3").list_buckets()["Buckets"] == []
    assert len(list(tmp_path.glob("unreadable-*/services/s3.pickle"))) == 1
    later.stop()


def test_only_one_may_hold_a_folder(tmp_path: Path) -> None:
    first = State(tmp_path, [])
    first.hold()
    with pytest.raises(StateError, match="another emulator holds the state folder"):
        State(tmp_path, []).hold()
    first.stop()
    second = State(tmp_path, [])
    second.hold()
    second.stop()
