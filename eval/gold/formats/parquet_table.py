"""Parquet with a column for each field of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .flat import records

if TYPE_CHECKING:
    from ..source import Source

__all__ = ["NAME", "recognises", "records"]

NAME = "parquet"


def recognises(source: Source) -> bool:
    """Whether it is Parquet."""
    return source.is_parquet
