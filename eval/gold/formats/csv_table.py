"""CSV with a column for each field of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .flat import records

if TYPE_CHECKING:
    from ..source import Source

__all__ = ["NAME", "recognises", "records"]

NAME = "csv"


def recognises(source: Source) -> bool:
    """Whether it is CSV, its delimiter a comma, semicolon or tab."""
    return source.is_table
