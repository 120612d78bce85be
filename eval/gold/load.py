"""Reading a gold file: its format is recognised, and everything wrong with it is said at once."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from ..case import GoldSet, gold_row, rows_frame
from ..errors import GoldgateError, Problems, UsageError
from ..garbage import seldom_collected
from .consistency import contradictions, duplicate_ids
from .fields import read_case
from .formats import named, recognised
from .plain import plain_frame
from .source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import polars as pl

    from .formats import Format

AT_ONCE = 10_000


def load_gold(path: Path, format: str | None = None) -> GoldSet:  # noqa: A002
    """Read a gold set of any known format; without `format` it is told from the file.

    Raises:
        UsageError: the file is absent, not text, empty, or of no known format.
        Problems: broken lines, missing or wrong fields, unknown keys, repeated ids, contradictions; each with file and line.
    """
    return load_source(Source(path), format)


@seldom_collected()
def load_source(source: Source, format: str | None = None) -> GoldSet:  # noqa: A002
    """The same for a source, which afterwards knows what its format could not carry over."""
    reader = recognised(source) if format is None else named(format)
    problems: list[GoldgateError] = []
    frame = _columns(reader, source)
    if frame is None:
        frame = _frame(reader.records(source, problems), source, problems)
    gold = GoldSet.of_frame(frame, path=source.path, format=reader.NAME)
    problems += duplicate_ids(gold.frame, str(gold.path)) + contradictions(gold.frame, str(gold.path))
    if problems:
        raise Problems(sorted(problems, key=_line))
    if not len(gold):
        msg = "the gold set has no case."
        raise UsageError(msg, where=str(source.path), next_step="Write one JSON object a line with id, input and expected.")
    return gold


def _columns(reader: Format, source: Source) -> pl.DataFrame | None:
    """The frame of a file whose format reads whole columns, where it can."""
    read = getattr(reader, "columns", None)
    found: pl.DataFrame | None = None if read is None else read(source)
    return found


def _frame(records: Iterator[tuple[int, dict[str, Any]]], source: Source, problems: list[GoldgateError]) -> pl.DataFrame:
    """The rows of the records, in pieces so that no more than one piece stands there as Python objects."""
    import polars as pl

    pieces = [rows_frame([])]
    while piece := list(islice(records, AT_ONCE)):
        found = plain_frame([record for _, record in piece], [line for line, _ in piece])
        pieces.append(_careful(piece, source, problems) if found is None else found)
    if not all("evidence" in piece.columns for piece in pieces[1:]):
        pieces = [piece.drop("evidence", strict=False) for piece in pieces]
    return pl.concat(pieces, how="diagonal").rechunk()


def _careful(piece: list[tuple[int, dict[str, Any]]], source: Source, problems: list[GoldgateError]) -> pl.DataFrame:
    """The rows of the records that are right, read one after another; the faults of the others are said."""
    cases = (read_case(record, source.where(line), line, problems) for line, record in piece)
    return rows_frame([gold_row(case) for case in cases if case is not None])


def _line(problem: GoldgateError) -> int:
    digits = (problem.where or "").rpartition(":")[2]
    return int(digits) if digits.isdigit() else 0
