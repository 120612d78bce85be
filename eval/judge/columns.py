"""Reading a plain table of scores: CSV, TSV, Parquet or JSONL; no column is needed but those that are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ..errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def read_columns(path: Path) -> pl.DataFrame:
    """The table as it stands; every cell of a CSV is text.

    Raises:
        UsageError: it is absent, of another kind, empty or unreadable.
    """
    readers: dict[str, Callable[[Path], pl.DataFrame]] = {
        ".parquet": lambda file: pl.read_parquet(file, glob=False),
        ".csv": lambda file: pl.read_csv(file, infer_schema=False),
        ".tsv": lambda file: pl.read_csv(file, infer_schema=False, separator="\t"),
        ".jsonl": lambda file: pl.read_ndjson(file, infer_schema_length=None),
        ".ndjson": lambda file: pl.read_ndjson(file, infer_schema_length=None),
    }
    reader = readers.get(path.suffix.lower())
    if reader is None:
        msg = f'"{path.suffix}" is no table that can be read.'
        raise UsageError(msg, where=str(path), next_step="Give a .csv, .tsv, .parquet or .jsonl file.")
    try:
        frame = reader(path)
    except FileNotFoundError as error:
        msg = "there is no such table."
        raise UsageError(msg, where=str(path)) from error
    except (OSError, ValueError, pl.exceptions.PolarsError) as error:
        msg = f"the table cannot be read: {str(error).splitlines()[0]}."
        raise UsageError(msg, where=str(path)) from error
    if frame.is_empty():
        msg = "the table has no row."
        raise UsageError(msg, where=str(path))
    return frame
