"""Any gold set as native JSON lines or as Parquet."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..case import TAG
from ..errors import UsageError
from ..jsontext import dump_bytes, loads
from ..table import write_table
from .load import load_gold, load_source
from .source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import polars as pl

    from ..case import GoldSet

SUFFIXES = (".jsonl", ".parquet")
COLUMNS = ("id", "input", "structured", "expected", "cluster", "weight", "notes")


@dataclass(frozen=True, kw_only=True)
class Conversion:
    """What was written. `sha256` is the content hash of source and result; `not_carried` counts what was left out, by field."""

    cases: int
    sha256: str
    format: str
    not_carried: Mapping[str, int]


def convert(source_path: Path, out_path: Path, *, format: str | None = None) -> Conversion:  # noqa: A002
    """Write the gold set at `source_path` as `out_path`, JSON lines or Parquet by its suffix.

    The result is read back before it takes its place: it has the same content hash as the source.

    Raises:
        UsageError: the suffix is another one, the result cannot be written, or it would not read back as the same.
        Problems: the source has faults.
    """
    if out_path.suffix.lower() not in SUFFIXES:
        msg = f"a gold set is written as {' or '.join(SUFFIXES)}, not {out_path.suffix or 'without a suffix'}."
        raise UsageError(msg, where=str(out_path), next_step="Give the file another suffix.")
    source = Source(source_path)
    gold = load_source(source, format)
    _write(gold, out_path)
    return Conversion(
        cases=len(gold), sha256=gold.sha256, format=gold.format, not_carried=dict(sorted(source.left_out.items()))
    )


def native_records(gold: GoldSet) -> Iterator[dict[str, Any]]:
    """The cases as native records, fields that hold nothing left out."""
    for row in gold.frame.iter_rows(named=True):
        tags = {name.removeprefix(TAG): value for name, value in row.items() if name.startswith(TAG) and value is not None}
        record = {
            "id": row["id"],
            "input": loads(row["input"]) if row["structured"] else row["input"],
            "expected": loads(row["expected"]),
            "tags": tags,
            "cluster": row["cluster"],
            "weight": None if row["weight"] == 1 else row["weight"],
            "notes": row["notes"],
        }
        yield {name: value for name, value in record.items() if value is not None and value != {}}


def _write(gold: GoldSet, out_path: Path) -> None:
    temporary = out_path.with_name(f".{os.getpid()}-{out_path.name}")
    try:
        out_path.parent.mkdir(parents=True, exist_ok=True)
        if out_path.suffix.lower() == ".parquet":
            write_table(_flat(gold.frame), temporary)
        else:
            with temporary.open("wb") as file:
                file.writelines(dump_bytes(record) + b"\n" for record in native_records(gold))
        if load_gold(temporary).sha256 != gold.sha256:
            msg = "the converted gold set does not read back as the same."
            raise UsageError(msg, where=str(out_path), next_step="Write it in the other form, .jsonl or .parquet.")
        temporary.replace(out_path)
    except OSError as error:
        msg = f"the gold set cannot be written: {error.strerror or error}."
        raise UsageError(msg, where=str(out_path)) from error
    finally:
        temporary.unlink(missing_ok=True)


def _flat(frame: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    return frame.select(*COLUMNS, pl.col(rf"^{TAG}.*$"))
