"""Where the site lies: a folder here; S3 is the pipeline's."""

from __future__ import annotations

import fcntl
import hashlib
import os
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class File(NamedTuple):
    """What is stored under a name, and as what it is served."""

    data: bytes
    content_type: str


class SiteStore(Protocol):
    """A folder, or a bucket's prefix. Names are relative, with `/`. A mark tells one content of a name from another."""

    def load(self, name: str) -> tuple[bytes, str] | None:
        """The bytes under a name with their mark, or None where there is nothing."""

    def holds(self, name: str) -> bool:
        """Whether there is anything under the name."""

    def write(self, name: str, data: bytes, content_type: str) -> None:
        """Store the bytes under a name, replacing what was there."""

    def swap(self, name: str, data: bytes, content_type: str, mark: str | None) -> str | None:
        """Store the bytes if the name still has this mark (None: still holds nothing); the new mark, or None if it has not."""


class FolderStore:
    """A site in a folder: files are replaced as a whole, and a lock on the folder lets one process at a time swap."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def load(self, name: str) -> tuple[bytes, str] | None:
        """The bytes of the file and their hash, None when it is not there."""
        try:
            data = (self.folder / name).read_bytes()
        except FileNotFoundError:
            return None
        return data, _mark(data)

    def holds(self, name: str) -> bool:
        """Whether the file is there."""
        return (self.folder / name).is_file()

    def write(self, name: str, data: bytes, content_type: str) -> None:  # noqa: ARG002 - a folder keeps no content types
        """Write the file under a temporary name and rename it."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f".{path.name}.{uuid.uuid4().hex[:12]}.tmp")
        try:
            unfinished.write_bytes(data)
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)

    def swap(self, name: str, data: bytes, content_type: str, mark: str | None) -> str | None:
        """Compare and write under the lock."""
        with self._locked(name):
            held = self.load(name)
            if (held[1] if held else None) != mark:
                return None
            self.write(name, data, content_type)
        return _mark(data)

    @contextmanager
    def _locked(self, name: str) -> Iterator[None]:
        folder = (self.folder / name).parent
        folder.mkdir(parents=True, exist_ok=True)
        held = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(held, fcntl.LOCK_EX)
            yield
        finally:
            os.close(held)


def _mark(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
