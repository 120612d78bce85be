"""Three loaders of one interface: a folder, S3 into memory, S3 through a disk cache."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from .base import FileRead, Loader
from .cached_s3 import CachedS3Loader
from .local_cache import LocalCacheLoader
from .s3_streaming import S3StreamingLoader

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..config import MLConfig

__all__ = ["CachedS3Loader", "FileRead", "Loader", "LocalCacheLoader", "S3StreamingLoader", "cache_folder", "make_loader"]


def cache_folder(env: Mapping[str, str]) -> Path:
    """The folder of the disk cache: FINRAG_CACHE_DIR, else a folder under the temporary one."""
    return Path(env.get("FINRAG_CACHE_DIR") or Path(tempfile.gettempdir()) / "finrag-cache")


def make_loader(config: MLConfig, folder: Path) -> Loader:
    """The loader that `retrieval.loader` names; `folder` is where a disk cache may lie."""
    if config.retrieval.loader == "local":
        return LocalCacheLoader(Path(config.data.folder or ""))
    if config.retrieval.loader == "s3_streaming":
        return S3StreamingLoader(config)
    return CachedS3Loader(config, folder)
