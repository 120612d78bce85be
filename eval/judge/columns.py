"""Plain tables of scores: CSV, TSV, Parquet or JSONL, of which only the columns asked for need to be there."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

import polars as pl

from ..errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

BLANK = ("", "na", "n/a", "nan", "null", "none")
TRUTH = {"true": 1.0, "yes": 1.0, "false": 0.0, "no": 0.0}


def read_columns(path: Path) -> pl.DataFrame:
    """The table as it stands; every cell of a CSV is text.

    Raises:
        UsageError: it is absent, of another kind, empty or unreadable.
    """
    readers: dict[str, Callable[[Path], pl.DataFrame]] = {
        ".parquet": lambda file: pl.read_parquet(file, glob=False),
        ".csv": lambda file: _read_csv(file, ","),
        ".tsv": lambda file: _read_csv(file, "\t"),
        ".jsonl": _read_jsonl,
        ".ndjson": _read_jsonl,
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
    except (OSError, ValueError, TypeError, pl.exceptions.PolarsError) as error:
        msg = f"the table cannot be read: {str(error).partition(chr(10))[0]}."
        raise UsageError(msg, where=str(path)) from error
    if frame.is_empty():
        msg = "the table has no row."
        raise UsageError(msg, where=str(path))
    return frame


def scores_of(table: pl.DataFrame, name: str, where: str) -> NDArray[np.float64]:
    """A column as numbers, NaN where it is blank or not finite; true and yes count as 1, false and no as 0.

    Raises:
        UsageError: there is no such column, or a cell is no number; `where` names the table.
    """
    if name not in table.columns:
        msg = f'the table has no column "{name}".'
        raise UsageError(msg, where=where, next_step=f"It has {', '.join(table.columns)}.")
    column = table[name]
    blank = column.is_null()
    if column.dtype == pl.String:
        text = column.str.strip_chars().str.to_lowercase()
        blank |= text.is_in(list(BLANK))
        words = text.replace_strict(TRUTH, default=None, return_dtype=pl.Float64)
        numbers = pl.select(pl.coalesce(words, text.cast(pl.Float64, strict=False))).to_series()
    else:
        numbers = column.cast(pl.Float64, strict=False)
    if strange := column.filter(numbers.is_null() & ~blank).to_list():
        msg = f'the column "{name}" holds {strange[0]!r}, which is no number.'
        raise UsageError(msg, where=where, next_step="Write scores as numbers, or as true and false.")
    finite = pl.select(pl.when(numbers.is_finite()).then(numbers)).to_series()
    return finite.fill_null(math.nan).to_numpy()


def _read_csv(path: Path, separator: str) -> pl.DataFrame:
    frame = pl.read_csv(path, infer_schema=False, separator=separator)
    return frame.rename({name: name.removeprefix("\ufeff").strip() for name in frame.columns})


def _read_jsonl(path: Path) -> pl.DataFrame:
    """JSON lines; what polars refuses (NaN, whole numbers and fractions in one column) is read line by line."""
    try:
        return pl.read_ndjson(path, infer_schema_length=None)
    except pl.exceptions.PolarsError:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
        return pl.DataFrame([json.loads(line) for line in lines if line.strip()], infer_schema_length=None, strict=False)
