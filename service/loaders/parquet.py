"""Parquet bytes and folders to tables: only the columns asked for, only the rows that a filter keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ..errors import LoadError

if TYPE_CHECKING:
    from collections.abc import Sequence


def select(frame: pl.LazyFrame, columns: Sequence[str], where: pl.Expr | None, address: str) -> pl.DataFrame:
    """Collect `columns` (those that exist) of the rows of `frame` that `where` keeps.

    The filter reaches the Parquet reader, which skips row groups by their statistics.
    Raises LoadError where the file is no Parquet or lacks a column that the filter needs.
    """
    try:
        present = frame.collect_schema().names()
        wanted = [column for column in columns if column in present]
        if where is not None:
            frame = frame.filter(where)
        return frame.select(wanted).collect()
    except (pl.exceptions.PolarsError, OSError) as error:
        msg = f"the file is not readable Parquet: {_first_line(error)}"
        raise LoadError(msg, where=address, next_step="Run the ingest again.") from error


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
