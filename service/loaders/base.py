"""What every loader does: hand out tables and files, and say how long each took and which version it was."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

ReadPath = Literal["cold", "warm", "stream", "folder"]


@dataclass(frozen=True, kw_only=True)
class FileRead:
    """How one file was read.

    `path` is "cold" (fetched into the cache), "warm" (from the cache), "stream" (from S3 into memory) or "folder".
    `ms` is the time of this read, `cold_ms` what fetching it took whenever that was, `size` the bytes of the whole file.
    """

    file: str
    address: str
    path: ReadPath
    size: int
    ms: float
    etag: str
    version_id: str | None = None
    cold_ms: float | None = None
    rows: int | None = None

    def to_json(self) -> dict[str, object]:
        """The fields with times rounded to 0.1 ms."""
        fields = asdict(self)
        fields["ms"] = round(self.ms, 1)
        fields["cold_ms"] = None if self.cold_ms is None else round(self.cold_ms, 1)
        return fields


class Loader(Protocol):
    """Where tables and files come from. Every method raises LoadError naming the address and the cause."""

    @property
    def name(self) -> str:
        """The loader's name in ml_config.yaml."""

    def table(self, file: str, columns: Sequence[str], where: pl.Expr | None = None) -> tuple[pl.DataFrame, FileRead]:
        """The columns of a Parquet file that exist, of the rows for which `where` holds."""

    def blob(self, file: str) -> tuple[bytes, FileRead]:
        """A whole file."""
