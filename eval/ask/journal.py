"""The journal of an asking: one JSON line a response, on the disk within about 100 ms."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import io
import os
from typing import TYPE_CHECKING

from .. import jsontext
from ..errors import OutsideError, UsageError
from . import rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    import polars as pl

FORMAT = 2
READABLE = (1, 2)


def _open(path: Path) -> io.FileIO:
    path.parent.mkdir(parents=True, exist_ok=True)
    return io.FileIO(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644), "r+")


class Journal:
    """An append-only file; its first line says whose answers it holds (`subject`, and `baseline` where two are asked).

    Rows that were added are with the system, so that they outlive this process; `sync` makes them outlive the machine.
    A torn last line, left by a crash or a full disk, is cut off. One process writes at a time.
    """

    def __init__(
        self, path: Path, *, subject: str, baseline: str | None = None, open_file: Callable[[Path], io.FileIO] = _open
    ) -> None:
        self.path = path
        self._open_file = open_file
        self._head = {"format": FORMAT, "subject": subject, "baseline": baseline}
        self._file: io.FileIO | None = None
        self._end = 0
        self._dirty = False

    def open(self, *, resume: bool = True) -> pl.DataFrame:
        """The rows that are there already, as `rows.frame` gives them; without `resume` the old file is put aside.

        Raises:
            UsageError: the journal belongs to another subject or a later format, or another process is writing it.
            OutsideError: the file cannot be written.
        """
        with self._guard():
            if not resume and self.path.exists():
                self._refuse_if_written(self.path)
                self.path.replace(self.path.with_name(f"{self.path.name}.previous"))
            self._file = self._open_file(self.path)
            self._lock(self._file)
            content = _whole_lines(self._file)
            self._end = len(content)
            head, _, lines = content.partition(b"\n")
            if head:
                self._check_head(head)
            else:
                self._write(jsontext.dump_bytes(self._head) + b"\n")
        return rows.frame(lines)

    def add(self, new: Iterable[rows.Row]) -> None:
        """Append rows; they are durable after the next `sync`."""
        self.add_lines(rows.lines(new))

    def add_lines(self, content: bytes) -> None:
        """Append rows that are written already."""
        with self._guard():
            self._write(content)

    def sync(self) -> None:
        """Bring to the disk what was added since the last time."""
        file = self._file
        if self._dirty and file is not None:
            self._dirty = False
            with self._guard():
                os.fsync(file.fileno())

    def close(self) -> None:
        """Sync and close."""
        if self._file is not None:
            file, self._file = self._file, None
            with self._guard(), file:
                os.fsync(file.fileno())

    def _write(self, content: bytes) -> None:
        """Write all of it; of what a full disk let through, the part of a line at its end is cut off again."""
        if self._file is None:
            msg = "the journal is not open."
            raise RuntimeError(msg)
        left = memoryview(content)
        try:
            while left:
                left = left[self._file.write(left) or 0 :]
        except OSError:
            whole = content.rfind(b"\n", 0, len(content) - len(left)) + 1
            with contextlib.suppress(OSError):
                self._file.truncate(self._end + whole)
            self._end += whole
            raise
        self._end += len(content)
        self._dirty = True

    def _check_head(self, line: bytes) -> None:
        try:
            head = jsontext.loads(line)
        except ValueError:
            head = None
        same = isinstance(head, dict) and all(head.get(name) == self._head[name] for name in ("subject", "baseline"))
        if not same or head.get("format") not in READABLE:
            msg = "the journal holds the answers of another image, address or request mapping."
            raise UsageError(
                msg, where=str(self.path), next_step="Remove it, start anew without --resume, or give another --out."
            )

    def _refuse_if_written(self, path: Path) -> None:
        with self._open_file(path) as file:
            self._lock(file)

    def _lock(self, file: io.FileIO) -> None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.close()
            msg = "another run is writing this journal."
            raise UsageError(msg, where=str(self.path), next_step="Wait for it to end, or give another --out.") from error

    @contextlib.contextmanager
    def _guard(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            full = error.errno in {errno.ENOSPC, errno.EDQUOT}
            what = "the disk is full" if full else f"the journal cannot be written ({error.strerror})"
            msg = f"{what}; what was written before is kept."
            raise OutsideError(msg, where=str(self.path), next_step="Make room and run again with --resume.") from error


def _whole_lines(file: io.FileIO) -> bytes:
    """The content up to the last line end; what follows it is cut off."""
    file.seek(0)
    content = file.readall() or b""
    whole = content.rfind(b"\n") + 1
    if whole < len(content):
        file.truncate(whole)
    return content[:whole]
