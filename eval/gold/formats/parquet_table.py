"""Parquet with a column for each field of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...case import TAG
from .flat import STRUCTURED, records

if TYPE_CHECKING:
    import polars as pl

    from ..source import Source

__all__ = ["NAME", "columns", "recognises", "records"]

NAME = "parquet"
PLAIN = frozenset({"id", "input", STRUCTURED, "cluster", "weight", "notes"})
TEXTS = ("id", "input", "cluster", "notes")


def recognises(source: Source) -> bool:
    """Whether it is Parquet."""
    return source.is_parquet


def columns(source: Source) -> pl.DataFrame | None:
    """The gold frame that the records make where cases expect graded evidence alone; null of a table of other cases."""
    import polars as pl

    from ..graded import graded_frame, read_graded

    tags = [name for name in source.keys if name.startswith(TAG)]
    if source.keys - PLAIN - set(tags) != {"expected"} or not {"id", "input"} <= source.keys:
        return None
    table = pl.read_parquet(source.path)
    if not _are_plain(table, tags) or (evidence := read_graded(table["expected"])) is None:
        return None
    cases = table.with_columns(line=pl.int_range(1, pl.len() + 1, dtype=pl.Int64))
    return graded_frame(cases.drop("expected", STRUCTURED, strict=False), evidence)


def _are_plain(table: pl.DataFrame, tags: list[str]) -> bool:
    """Whether texts are texts, weights numbers, and no input may be an object."""
    import polars as pl

    texts = [name for name in (*TEXTS, *tags, "expected") if name in table.columns]
    if any(table.schema[name] != pl.String for name in texts):
        return False
    if "weight" in table.columns and not table.schema["weight"].is_numeric():
        return False
    if STRUCTURED in table.columns and table.schema[STRUCTURED] == pl.Boolean:
        return not table[STRUCTURED].fill_null(value=True).any()
    return STRUCTURED not in table.columns and not table["input"].str.contains("{", literal=True).any()
