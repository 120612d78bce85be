"""Reading a gold file: its format is recognised, and everything wrong with it is said at once."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from ..case import GoldSet, rows_frame
from ..errors import GoldgateError, Problems, UsageError
from .consistency import contradictions, duplicate_ids
from .fields import read_row
from .formats import named, recognised
from .source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import polars as pl

    from ..case import GoldRow

AT_ONCE = 50_000


def load_gold(path: Path, format: str | None = None) -> GoldSet:  # noqa: A002
    """Read a gold set of any known format; without `format` it is told from the file.

    Raises:
        UsageError: the file is absent, not text, empty, or of no known format.
        Problems: broken lines, missing or wrong fields, unknown keys, repeated ids, contradictions; each with file and line.
    """
    return load_source(Source(path), format)


def load_source(source: Source, format: str | None = None) -> GoldSet:  # noqa: A002
    """The same for a source, which afterwards knows what its format could not carry over."""
    reader = recognised(source) if format is None else named(format)
    problems: list[GoldgateError] = []
    frame = _frame(reader.records(source, problems), source, problems)
    gold = GoldSet.of_frame(frame, path=source.path, format=reader.NAME)
    problems += duplicate_ids(gold.frame, str(gold.path)) + contradictions(gold.frame, str(gold.path))
    if problems:
        raise Problems(sorted(problems, key=_line))
    if not len(gold):
        msg = "the gold set has no case."
        raise UsageError(msg, where=str(source.path), next_step="Write one JSON object a line with id, input and expected.")
    return gold


def _frame(records: Iterator[tuple[int, dict[str, Any]]], source: Source, problems: list[GoldgateError]) -> pl.DataFrame:
    """The rows of the records, in pieces so that no more than one piece stands there as Python objects."""
    import polars as pl

    rows = _rows(records, source, problems)
    pieces = [rows_frame([])]
    while piece := list(islice(rows, AT_ONCE)):
        pieces.append(rows_frame(piece))
    return pl.concat(pieces, how="diagonal").rechunk()


def _rows(records: Iterator[tuple[int, dict[str, Any]]], source: Source, problems: list[GoldgateError]) -> Iterator[GoldRow]:
    for line, record in records:
        row = read_row(record, source.where, line, problems)
        if row is not None:
            yield row


def _line(problem: GoldgateError) -> int:
    digits = (problem.where or "").rpartition(":")[2]
    return int(digits) if digits.isdigit() else 0
