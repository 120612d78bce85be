"""`S3StreamingLoader`: S3 straight into memory, only the columns and row groups that are needed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import polars as pl

from . import s3
from .base import FileRead
from .parquet import select

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..config import MLConfig


class S3StreamingLoader:
    """Reads Parquet by byte ranges through polars; nothing touches the disk."""

    name = "s3_streaming"

    def __init__(self, config: MLConfig) -> None:
        self._config = config

    def table(self, file: str, columns: Sequence[str], where: pl.Expr | None = None) -> tuple[pl.DataFrame, FileRead]:
        """See Loader.table."""
        start = time.perf_counter()
        version = self._head(file)
        address = self._config.uri(file)
        frame = select(pl.scan_parquet(address, storage_options=self._config.get_storage_options()), columns, where, address)
        return frame, self._read(file, version, start, frame.height)

    def blob(self, file: str) -> tuple[bytes, FileRead]:
        """See Loader.blob."""
        start = time.perf_counter()
        version = self._head(file)
        body = s3.get(self._config.get_s3_client(), self._config.bucket, self._config.key(file), version)
        return body, self._read(file, version, start, None)

    def _head(self, file: str) -> s3.ObjectVersion:
        return s3.head(self._config.get_s3_client(), self._config.bucket, self._config.key(file))

    def _read(self, file: str, version: s3.ObjectVersion, start: float, rows: int | None) -> FileRead:
        return FileRead(
            file=file,
            address=self._config.uri(file),
            path="stream",
            size=version.size,
            ms=(time.perf_counter() - start) * 1000.0,
            etag=version.etag,
            version_id=version.version_id,
            rows=rows,
        )
