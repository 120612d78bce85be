"""What a judge said, kept on the disk: one JSON line a reply, so that nothing is asked twice."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import time
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Self

from ..errors import OutsideError
from .model import Completion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from .model import Prompt

FILE = "judgements.jsonl"
SYNC_SECONDS = 0.1


def reply_key(identity: str, prompt: Prompt) -> str:
    """What a reply depends on: the model's identity and the whole prompt, and so response, case, rubric and their wording."""
    text = "\0".join((identity, prompt.system, prompt.user, str(prompt.max_tokens)))
    return hashlib.sha256(text.encode()).hexdigest()


def _open(path: Path) -> IO[bytes]:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("a+b")


class Cache:
    """An append-only file that several processes may share; without a folder it lives in memory.

    A line that a crash tore is passed over. What was added is on the disk within about 100 ms of the next addition.
    """

    def __init__(self, folder: Path | None, *, open_file: Callable[[Path], IO[bytes]] = _open) -> None:
        self.path = None if folder is None else folder / FILE
        self._replies: dict[str, Completion] = {}
        self._file: IO[bytes] | None = None
        self._synced = time.monotonic()
        if self.path is not None:
            with self._guard():
                self._file = open_file(self.path)
                self._file.seek(0)
                self._read(self._file.read())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def get(self, key: str) -> Completion | None:
        """The reply that is kept under the key."""
        return self._replies.get(key)

    def add(self, key: str, reply: Completion) -> None:
        """Keep a reply; raises OutsideError where the disk is full."""
        self._replies[key] = reply
        if self._file is None:
            return
        row = {"key": key, **vars(reply)}
        with self._guard():
            self._file.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
            self._file.flush()
            if time.monotonic() - self._synced >= SYNC_SECONDS:
                os.fsync(self._file.fileno())
                self._synced = time.monotonic()

    def close(self) -> None:
        """Sync and close."""
        if self._file is not None:
            file, self._file = self._file, None
            with self._guard(), file:
                file.flush()
                os.fsync(file.fileno())

    def _read(self, content: bytes) -> None:
        for line in content.splitlines():
            try:
                row = json.loads(line)
                key = row.pop("key")
                self._replies[key] = Completion(**row)
            except (ValueError, TypeError, KeyError, AttributeError):
                continue
        if content and not content.endswith(b"\n") and self._file is not None:
            self._file.write(b"\n")

    @contextmanager
    def _guard(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            what = "the disk is full" if error.errno == errno.ENOSPC else f"the file cannot be written ({error.strerror})"
            msg = f"{what}; what the judge said before is kept."
            raise OutsideError(msg, where=str(self.path), next_step="Make room and run the same command again.") from error
