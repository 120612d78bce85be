"""The journal of an asking: one JSON line a response, on the disk within about 100 ms."""

from __future__ import annotations

import contextlib
import errno
import json
import os
from typing import IO, TYPE_CHECKING, Any

from ..errors import OutsideError, UsageError
from ..results import Context, Response

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

FORMAT = 1


def _open(path: Path) -> IO[bytes]:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("a+b")


class Journal:
    """An append-only file; its first line says whose answers it holds.

    Rows are bound to a case by its content hash: an edited case is asked again. A torn last line, left by a crash, is cut off.
    """

    def __init__(self, path: Path, *, subject: str, open_file: Callable[[Path], IO[bytes]] = _open) -> None:
        self.path = path
        self._open_file = open_file
        self._subject = subject
        self._file: IO[bytes] | None = None
        self._dirty = False

    def open(self, hashes: Mapping[str, str]) -> dict[str, Response]:
        """The answers that are there already, by case id, of cases whose hash is still that of `hashes` (id -> hash).

        A response with an error is left out, so that its case is asked again.

        Raises:
            UsageError: the journal belongs to another subject or another format.
            OutsideError: the file cannot be written.
        """
        with self._guard():
            self._file = self._open_file(self.path)
            self._file.seek(0)
            text = self._file.read()
            whole = text.rfind(b"\n") + 1
            if whole < len(text):
                self._file.truncate(whole)
            lines = text[:whole].splitlines()
            if not lines:
                self._append({"format": FORMAT, "subject": self._subject})
                return {}
        self._check_head(lines[0])
        rows = (row for row in map(_row, lines[1:]) if row is not None)
        return {row["id"]: _response(row) for row in rows if hashes.get(row["id"]) == row["case"] and not row["error"]}

    def add(self, response: Response, case_hash: str) -> None:
        """Append one response; it is durable after the next `sync`."""
        row = {**vars(response), "contexts": [vars(part) for part in response.contexts], "case": case_hash}
        with self._guard():
            self._append(row)

    def sync(self) -> None:
        """Flush to the disk what was added since the last time."""
        file = self._file
        if self._dirty and file is not None:
            self._dirty = False
            with self._guard():
                file.flush()
                os.fsync(file.fileno())

    def close(self) -> None:
        """Sync and close."""
        if self._file is not None:
            file, self._file = self._file, None
            with self._guard(), file:
                file.flush()
                os.fsync(file.fileno())

    def _append(self, row: dict[str, Any]) -> None:
        if self._file is None:
            msg = "the journal is not open."
            raise RuntimeError(msg)
        self._file.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
        self._dirty = True

    def _check_head(self, line: bytes) -> None:
        head = _row(line, needs=()) or {}
        if head.get("format") != FORMAT or head.get("subject") != self._subject:
            msg = "the journal holds the answers of another image, address or request mapping."
            raise UsageError(msg, where=str(self.path), next_step="Remove it, or give another --out.")

    @contextlib.contextmanager
    def _guard(self) -> Any:
        try:
            yield
        except OSError as error:
            what = "the disk is full" if error.errno == errno.ENOSPC else f"the journal cannot be written ({error.strerror})"
            msg = f"{what}; what was written before is kept."
            raise OutsideError(msg, where=str(self.path), next_step="Make room and run the same command again.") from error


def _row(line: bytes, needs: tuple[str, ...] = ("id", "case", "error")) -> dict[str, Any] | None:
    try:
        row = json.loads(line)
    except ValueError:
        return None
    return row if isinstance(row, dict) and all(name in row for name in needs) else None


def _response(row: dict[str, Any]) -> Response:
    fields = {key: value for key, value in row.items() if key in Response.__dataclass_fields__}
    fields["contexts"] = tuple(Context(**part) for part in row.get("contexts", ()))
    for name in ("retrieved", "citations"):
        fields[name] = tuple(row.get(name, ()))
    return Response(**fields)
