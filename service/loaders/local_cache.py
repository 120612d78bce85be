"""`LocalCacheLoader`: the files of a folder."""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING

import polars as pl

from ..errors import LoadError
from .base import FileRead
from .parquet import select

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class LocalCacheLoader:
    """Reads `<folder>/<file>`; the version of a file is the MD5 of its bytes, as S3's ETag of a plain upload would be."""

    name = "local"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def table(self, file: str, columns: Sequence[str], where: pl.Expr | None = None) -> tuple[pl.DataFrame, FileRead]:
        """See Loader.table."""
        start = time.perf_counter()
        etag, size = self._version(file)
        path = self.folder / file
        frame = select(pl.scan_parquet(path), columns, where, str(path))
        return frame, self._read(file, size, etag, start, frame.height)

    def blob(self, file: str) -> tuple[bytes, FileRead]:
        """See Loader.blob."""
        start = time.perf_counter()
        etag, size = self._version(file)
        return (self.folder / file).read_bytes(), self._read(file, size, etag, start, None)

    def _version(self, file: str) -> tuple[str, int]:
        path = self.folder / file
        try:
            with path.open("rb") as handle:
                digest = hashlib.file_digest(handle, lambda: hashlib.md5(usedforsecurity=False))
            return digest.hexdigest(), path.stat().st_size
        except OSError as error:
            msg = f"the file cannot be read: {error.strerror}."
            raise LoadError(msg, where=str(path), next_step="Check data.folder in ml_config.yaml.") from error

    def _read(self, file: str, size: int, etag: str, start: float, rows: int | None) -> FileRead:
        ms = (time.perf_counter() - start) * 1000.0
        return FileRead(file=file, address=str(self.folder / file), path="folder", size=size, ms=ms, etag=etag, rows=rows)
