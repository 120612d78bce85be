"""The folder of a run: where the stages' records stand, one folder a run, one below it for each service."""

from __future__ import annotations

import fcntl
import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from .errors import Refused, UsageError
from .records import Record, read_json, write_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from typing import Any

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, kw_only=True)
class RunFolder:
    """One run's folder, seen for one service."""

    root: Path
    run_id: str
    service: str

    @property
    def path(self) -> Path:
        """`runs/<run-id>`."""
        return self.root / self.run_id

    @property
    def folder(self) -> Path:
        """`runs/<run-id>/<service>`."""
        return self.path / self.service

    @property
    def shown(self) -> str:
        """The run's folder as people see it."""
        return f"{self.root.name}/{self.run_id}"

    def write(self, record: Record) -> None:
        """Write a stage's record; a reader never sees half of it."""
        write_json(self.folder / f"{record.name}.json", record.to_json())

    def read(self, kind: type[R]) -> R:
        """Read a stage's record.

        Raises:
            Refused: the stage has not run in this run, so the chain does not hold.
        """
        path = self.folder / f"{kind.name}.json"
        if not path.is_file():
            msg = f"this run has no {kind.name} record, and the chain goes through it."
            raise Refused(msg, where=self.shown, next_step=f"Run `goldgate {COMMAND_OF[kind.name]} --run {self.run_id}` first.")
        return kind.from_json(read_json(path), str(path))

    def find(self, kind: type[R]) -> R | None:
        """A stage's record, or None where it has not run."""
        path = self.folder / f"{kind.name}.json"
        return kind.from_json(read_json(path), str(path)) if path.is_file() else None

    def write_run(self, data: Mapping[str, Any]) -> None:
        """Write run.json and point `runs/latest` at this run."""
        write_json(self.path / "run.json", {"format": 1, "run_id": self.run_id, **data})
        link = self.root / "latest"
        if link.is_dir() and not link.is_symlink():
            _give_way(link)
        temporary = self.root / f".latest.{os.getpid()}"
        temporary.unlink(missing_ok=True)
        temporary.symlink_to(self.run_id)
        temporary.replace(link)


COMMAND_OF = {
    "image": "build",
    "contract": "test",
    "evaluation": "evaluate",
    "push": "push",
    "release": "deploy",
    "verification": "deploy",
}


def new_run(root: Path, service: str, short_commit: str, now: datetime) -> RunFolder:
    """Name a new run after the time (UTC) and the commit; its folder is made by the first record that is written."""
    moment = now
    while (root / f"{moment:%Y%m%d-%H%M%S}-{short_commit[:7]}" / service).exists():
        moment += timedelta(seconds=1)
    return RunFolder(root=root, run_id=f"{moment:%Y%m%d-%H%M%S}-{short_commit[:7]}", service=service)


def open_run(root: Path, service: str, run_id: str = "latest") -> RunFolder:
    """Open an earlier run by its id or folder name; `latest` is the newest.

    Raises:
        UsageError: there is no such run, or it has nothing of this service.
    """
    path = root / run_id.removeprefix(f"{root.name}/").strip("/")
    if not path.is_dir():
        known = sorted((p.name for p in root.glob("2*") if p.is_dir()), reverse=True)[:3]
        have = f"The newest are {', '.join(known)}." if known else "There is no run yet: `goldgate run` makes one."
        msg = f"there is no run {run_id!r}."
        raise UsageError(msg, where=f"{root.name}/", next_step=have)
    return RunFolder(root=root, run_id=_id_of(path), service=service)


def _id_of(path: Path) -> str:
    """The id that run.json tells: an artifact turns the link `latest` into a copy."""
    told = read_json(path / "run.json").get("run_id") if (path / "run.json").is_file() else None
    return str(told) if told and (path.parent / str(told)).is_dir() else path.resolve().name


def _give_way(copy: Path) -> None:
    """Move a `latest` that an artifact made a folder to the place of its run, or remove it where the run is there."""
    told = read_json(copy / "run.json").get("run_id") if (copy / "run.json").is_file() else None
    home = copy.with_name(str(told or "latest-before"))
    if home.exists():
        shutil.rmtree(copy)
    else:
        copy.rename(home)


def all_runs(root: Path, service: str) -> Iterator[RunFolder]:
    """Every run of a service, newest first."""
    for path in sorted(root.glob("[0-9]*-[0-9]*-*"), reverse=True):
        if (path / service).is_dir():
            yield RunFolder(root=root, run_id=path.name, service=service)


@contextmanager
def lock(folder: Path, name: str) -> Iterator[None]:
    """Hold the right to run one service in one environment on this machine.

    Raises:
        Refused: another goldgate holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.lock"
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            msg = f"another goldgate (process {holder}) is running {name} in this checkout."
            raise Refused(msg, where=str(path), next_step="Wait for it to end, or stop it.") from error
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield
