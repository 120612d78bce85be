"""`CachedS3Loader`: S3 through a disk cache that is checked by ETag and VersionId."""

from __future__ import annotations

import hashlib
import io
import time
from typing import TYPE_CHECKING

import polars as pl

from . import s3
from .base import FileRead, ReadPath
from .disk_cache import DiskCache
from .parquet import select

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ..config import MLConfig


class CachedS3Loader:
    """Asks S3 which version is current and fetches only what the cache does not hold; what is parsed was checked before."""

    name = "cached_s3"

    def __init__(self, config: MLConfig, folder: Path) -> None:
        self._config = config
        self._cache = DiskCache(folder)

    def table(self, file: str, columns: Sequence[str], where: pl.Expr | None = None) -> tuple[pl.DataFrame, FileRead]:
        """See Loader.table."""
        start = time.perf_counter()
        body, version, path, cold_ms = self._fetch(file)
        frame = select(pl.scan_parquet(io.BytesIO(body)), columns, where, self._config.uri(file))
        return frame, self._read(file, version, path, cold_ms, start, frame.height)

    def blob(self, file: str) -> tuple[bytes, FileRead]:
        """See Loader.blob."""
        start = time.perf_counter()
        body, version, path, cold_ms = self._fetch(file)
        return body, self._read(file, version, path, cold_ms, start, None)

    def _fetch(self, file: str) -> tuple[bytes, s3.ObjectVersion, ReadPath, float]:
        client, bucket, key = self._config.get_s3_client(), self._config.bucket, self._config.key(file)
        version = s3.head(client, bucket, key)
        name = _entry_name(bucket, key)
        mark = f"{version.etag} {version.version_id or ''}".strip()
        with self._cache.locked(name):
            entry = self._cache.read(name, mark)
            if entry:
                return entry.body, version, "warm", entry.cold_ms
            start = time.perf_counter()
            body = s3.get(client, bucket, key, version)
            cold_ms = (time.perf_counter() - start) * 1000.0
            self._cache.write(name, mark, body, cold_ms)
        return body, version, "cold", cold_ms

    def _read(
        self, file: str, version: s3.ObjectVersion, path: ReadPath, cold_ms: float, start: float, rows: int | None
    ) -> FileRead:
        return FileRead(
            file=file,
            address=self._config.uri(file),
            path=path,
            size=version.size,
            ms=(time.perf_counter() - start) * 1000.0,
            etag=version.etag,
            version_id=version.version_id,
            cold_ms=cold_ms,
            rows=rows,
        )


def _entry_name(bucket: str, key: str) -> str:
    """A file name that is readable and unique per bucket and key."""
    digest = hashlib.sha256(f"{bucket}/{key}".encode()).hexdigest()[:12]
    return f"{key.rsplit('/', 1)[-1]}-{digest}"
