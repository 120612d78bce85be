"""Answers kept across runs, of subjects whose digest says that they never change."""

from __future__ import annotations

import hashlib
import io
import os
from typing import TYPE_CHECKING

import polars as pl

from . import rows

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from .subject import Subject

FLAGS = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC


class Shelf:
    """The answers of one subject, asked in one way: a file of rows that several processes may add to at once.

    Each row goes out in one write to the end of the file, and a line that a crash tore costs only itself. A disk that cannot
    take more ends the keeping, not the run: `fault` then says why.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.fault: str | None = None
        self._file: io.FileIO | None = None

    def read(self) -> pl.DataFrame:
        """All rows, as `rows.frame` gives them."""
        try:
            return rows.frame(self.path.read_bytes())
        except FileNotFoundError:
            return pl.DataFrame(schema=rows.SCHEMA)

    def add(self, new: Iterable[rows.Row]) -> None:
        """Keep responses; one with an error is never kept."""
        content = rows.lines(row._replace(side=0) for row in new if row.response.error is None)
        if not content or self.fault is not None:
            return
        try:
            self._opened().write(content)
        except OSError as error:
            self.fault = f"the answers are no longer cached: {error.strerror} ({self.path})"

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _opened(self) -> io.FileIO:
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = io.FileIO(os.open(self.path, FLAGS, 0o644), "r+")
            size = os.fstat(self._file.fileno()).st_size
            if size and os.pread(self._file.fileno(), 1, size - 1) != b"\n":
                self._file.write(b"\n")
        return self._file


class ResponseCache:
    """A folder with one file for each subject and request mapping; rows in it are found by the content hash of their case."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def shelf(self, subject: Subject) -> Shelf | None:
        """The answers of a subject; null where its digest is not known."""
        if subject.digest is None:
            return None
        key = hashlib.sha256(f"{subject.digest}\n{subject.identity}".encode()).hexdigest()[:32]
        return Shelf(self.folder / f"{key}.jsonl")
