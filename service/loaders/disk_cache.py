"""Files on disk that are either whole and the right version, or not there.

Each entry is two files: the bytes, and a small JSON with their size and SHA-256. Both are written to a temporary name
and renamed, the JSON last; a reader checks the bytes against it before anyone parses them. A lock per entry keeps two
processes from fetching the same file twice; it is the kernel's, so a killed process leaves none behind.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import LoadError

if TYPE_CHECKING:
    from collections.abc import Iterator

FORMAT = 1


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A checked file of the cache: its bytes and what fetching them took."""

    body: bytes
    cold_ms: float


class DiskCache:
    """A folder of versioned files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def locked(self, name: str) -> Iterator[None]:
        """Hold the lock of `name`; waits for another process that holds it."""
        with self._path(name, "lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def read(self, name: str, version: str) -> Entry | None:
        """The bytes of `name` at `version`; None where they are absent, of another version, cut short or damaged."""
        try:
            note = json.loads(self._path(name, "json").read_text(encoding="utf-8"))
            if note["format"] != FORMAT or note["version"] != version:
                return None
            body = self._path(name, "data").read_bytes()
            if len(body) != note["size"] or hashlib.sha256(body).hexdigest() != note["sha256"]:
                return None
            return Entry(body=body, cold_ms=float(note["cold_ms"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, name: str, version: str, body: bytes, cold_ms: float) -> None:
        """Put `body` in place as `name` at `version`; call it inside `locked(name)`."""
        note = {
            "format": FORMAT,
            "version": version,
            "size": len(body),
            "sha256": hashlib.sha256(body).hexdigest(),
            "cold_ms": cold_ms,
        }
        self._replace(self._path(name, "data"), body)
        self._replace(self._path(name, "json"), json.dumps(note).encode())

    def _path(self, name: str, kind: str) -> Path:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self._unwritable(error) from error
        return self.folder / f"{name}.{kind}"

    def _replace(self, path: Path, body: bytes) -> None:
        try:
            handle, temporary = tempfile.mkstemp(dir=self.folder, prefix=f".{path.name}.")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(body)
                    file.flush()
                    os.fsync(file.fileno())
                Path(temporary).replace(path)
            except BaseException:
                Path(temporary).unlink(missing_ok=True)
                raise
        except OSError as error:
            raise self._unwritable(error) from error

    def _unwritable(self, error: OSError) -> LoadError:
        msg = f"the cache folder cannot be written: {error.strerror}."
        return LoadError(msg, where=str(self.folder), next_step="FINRAG_CACHE_DIR names another one.")
