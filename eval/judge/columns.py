"""Plain tables of scores: CSV, TSV, Parquet or JSONL, of which only the columns asked for need to be there."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import polars as pl

from ..errors import UsageError
from ..verdict.tables import TRUTH, as_numbers, read_plain, table_file

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

WORDS = TRUTH | {"yes": 1.0, "no": 0.0}


def read_columns(path: Path) -> pl.DataFrame:
    """The table as it stands, or that of a run folder; every cell of a CSV is text.

    Raises:
        UsageError: it is absent, of another kind, empty or unreadable.
    """
    file = table_file(path)
    frame = read_plain(file)
    if frame.is_empty():
        msg = "the table has no row."
        raise UsageError(msg, where=str(file))
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
    if column.dtype == pl.String:
        numbers, blank = as_numbers(column, WORDS)
    else:
        numbers, blank = column.cast(pl.Float64, strict=False), column.is_null()
    if strange := column.filter(numbers.is_null() & ~blank).to_list():
        msg = f'the column "{name}" holds {strange[0]!r}, which is no number.'
        raise UsageError(msg, where=where, next_step="Write scores as numbers, or as true and false.")
    finite = pl.select(pl.when(numbers.is_finite()).then(numbers)).to_series()
    return finite.fill_null(math.nan).to_numpy()
