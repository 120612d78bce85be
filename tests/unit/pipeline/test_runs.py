from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from goldgate.pipeline.errors import Refused, UsageError
from goldgate.pipeline.records import (
    ContractRecord,
    EvaluationRecord,
    ImageRecord,
    PushRecord,
    Record,
    ReleaseRecord,
    VerificationRecord,
    read_json,
)
from goldgate.pipeline.runs import RunFolder, all_runs, lock, new_run, open_run

from .makers import image_record

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 20, 14, 2, 12, tzinfo=UTC)
ID = "20261120-140212-9f31c2e"


def run(root: Path, run_id: str, service: str = "finrag") -> RunFolder:
    """A run that has begun."""
    folder = RunFolder(root=root, run_id=run_id, service=service)
    folder.write(image_record())
    folder.write_run({"status": "running"})
    return folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "runs"


def test_a_run_is_named_after_time_and_commit(root: Path) -> None:
    folder = new_run(root, "finrag", "9f31c2e0123", NOW)
    assert folder.run_id == ID
    assert folder.shown == f"runs/{ID}"
    assert not root.exists()


def test_a_second_run_in_the_same_second_gets_the_next_one(root: Path) -> None:
    run(root, ID)
    assert new_run(root, "finrag", "9f31c2e0123", NOW).run_id == "20261120-140213-9f31c2e"


def test_another_service_joins_the_run_of_the_same_second(root: Path) -> None:
    run(root, ID, service="other")
    assert new_run(root, "finrag", "9f31c2e0123", NOW).run_id == ID


def test_records_come_back_as_they_were_written(root: Path) -> None:
    folder = run(root, ID)
    assert folder.read(ImageRecord) == image_record()
    assert folder.find(ImageRecord) == image_record()
    assert folder.find(PushRecord) is None


@pytest.mark.parametrize(
    ("kind", "command"),
    [
        (ImageRecord, "build"),
        (ContractRecord, "test"),
        (EvaluationRecord, "evaluate"),
        (PushRecord, "push"),
        (ReleaseRecord, "deploy"),
        (VerificationRecord, "deploy"),
    ],
)
def test_a_missing_record_is_refused_with_the_command_to_run(root: Path, kind: type[Record], command: str) -> None:
    folder = RunFolder(root=root, run_id=ID, service="finrag")
    with pytest.raises(Refused, match=f"no {kind.name} record") as caught:
        folder.read(kind)
    assert caught.value.exit_code == 6
    assert caught.value.next_step == f"Run `goldgate {command} --run {ID}` first."


def test_latest_follows_the_newest(root: Path) -> None:
    run(root, ID)
    run(root, "20261121-080000-aaaaaaa")
    assert open_run(root, "finrag").run_id == "20261121-080000-aaaaaaa"
    assert (root / "latest").readlink().as_posix() == "20261121-080000-aaaaaaa"
    assert {path.name for path in root.iterdir()} == {ID, "20261121-080000-aaaaaaa", "latest"}


def test_run_json_tells_its_id(root: Path) -> None:
    assert read_json(run(root, ID).path / "run.json") == {"format": 1, "run_id": ID, "status": "running"}


@pytest.mark.parametrize("name", [ID, f"runs/{ID}", f"runs/{ID}/", "latest", "runs/latest"])
def test_a_run_is_opened_by_id_or_folder(root: Path, name: str) -> None:
    run(root, ID)
    assert open_run(root, "finrag", name).run_id == ID


def test_latest_may_be_a_copy_as_an_artifact_makes_it(root: Path) -> None:
    folder = run(root, ID)
    (root / "latest").unlink()
    shutil.copytree(folder.path, root / "latest")
    assert open_run(root, "finrag").run_id == ID
    assert [each.run_id for each in all_runs(root, "finrag")] == [ID]


def test_a_copied_latest_gives_way_to_the_link(root: Path) -> None:
    folder = run(root, ID)
    (root / "latest").unlink()
    shutil.copytree(folder.path, root / "latest")
    run(root, "20261121-080000-aaaaaaa")
    assert (root / "latest").is_symlink()
    assert open_run(root, "finrag").run_id == "20261121-080000-aaaaaaa"
    assert open_run(root, "finrag", ID).read(ImageRecord) == image_record()


def test_a_copied_latest_without_its_run_is_kept_under_its_id(root: Path) -> None:
    folder = run(root, ID)
    (root / "latest").unlink()
    folder.path.rename(root / "latest")
    run(root, "20261121-080000-aaaaaaa")
    assert open_run(root, "finrag", ID).read(ImageRecord) == image_record()


@pytest.mark.parametrize(
    ("known", "words"),
    [([], "There is no run yet"), ([ID, "20261121-080000-aaaaaaa"], f"The newest are 20261121-080000-aaaaaaa, {ID}.")],
)
def test_an_unknown_run_is_said_with_the_newest_ones(root: Path, known: list[str], words: str) -> None:
    for name in known:
        run(root, name)
    with pytest.raises(UsageError, match="no run 'nope'") as caught:
        open_run(root, "finrag", "nope")
    assert words in str(caught.value.next_step)


def test_runs_come_newest_first_and_only_of_the_service(root: Path) -> None:
    for name in (ID, "20261119-000000-aaaaaaa", "20261121-080000-aaaaaaa"):
        run(root, name)
    run(root, "20261122-080000-aaaaaaa", service="other")
    (root / "notes").mkdir()
    assert [each.run_id for each in all_runs(root, "finrag")] == ["20261121-080000-aaaaaaa", ID, "20261119-000000-aaaaaaa"]


def test_a_held_lock_is_refused_and_names_the_holder(tmp_path: Path) -> None:
    with lock(tmp_path / "state", "finrag-local"):
        with (
            pytest.raises(Refused, match=rf"process {os.getpid()}\) is running finrag-local") as caught,
            lock(tmp_path / "state", "finrag-local"),
        ):
            pytest.fail("the lock was given twice")
        assert caught.value.exit_code == 6
        assert caught.value.where == str(tmp_path / "state" / "finrag-local.lock")


def test_another_lock_is_free_and_a_released_one_too(tmp_path: Path) -> None:
    held = []
    with lock(tmp_path, "finrag-local"), lock(tmp_path, "finrag-production"):
        held.append(1)
    with lock(tmp_path, "finrag-local"):
        held.append(2)
    assert held == [1, 2]


def test_a_lock_is_free_after_a_failure(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), lock(tmp_path, "x"):
        _ = 1 / 0
    with lock(tmp_path, "x"):
        assert (tmp_path / "x.lock").read_text() == f"{os.getpid()}\n"
