"""The records of a gold file and the lines where they begin: JSON lists, JSON lines, CSV, Parquet."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

from ..errors import UsageError
from ..jsontext import loads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from ..errors import GoldgateError

    Where = Callable[[int], str]

DELIMITERS = ",;\t"
CELL_LIMIT = 1 << 27
BETWEEN = " \t\r\n,"


def list_elements(document: Sequence[Any], text: str) -> Iterator[tuple[int, Any]]:
    """Line and value of each element of the JSON list that `text` holds and `document` is."""
    return zip(element_lines(text, text.index("[") + 1), document, strict=True)


def element_lines(text: str, position: int) -> Iterator[int]:
    """The line on which each element of a sound JSON list begins; `position` lies behind its bracket."""
    decode = json.JSONDecoder().raw_decode
    line, counted = 1, 0
    while True:
        while text[position] in BETWEEN:
            position += 1
        if text[position] == "]":
            return
        line += text.count("\n", counted, position)
        counted = position
        yield line
        _, position = decode(text, position)


def objects(
    elements: Iterator[tuple[int, Any]], where: Where, problems: list[GoldgateError]
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Those elements that are objects; any other one is a problem."""
    for line, value in elements:
        if isinstance(value, dict):
            yield line, value
        else:
            problems.append(UsageError(f"a case must be a JSON object, not {type(value).__name__}.", where=where(line)))


def json_lines(text: str, where: Where, problems: list[GoldgateError]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Line and object of each line that is not blank."""
    return objects(_json_values(text, where, problems), where, problems)


def _json_values(text: str, where: Where, problems: list[GoldgateError]) -> Iterator[tuple[int, Any]]:
    for line, content in enumerate(text.split("\n"), start=1):
        if not content.strip():
            continue
        try:
            yield line, loads(content)
        except (ValueError, RecursionError) as error:
            column, reason = getattr(error, "colno", 1), getattr(error, "msg", "nested too deeply")
            problems.append(UsageError(f"broken JSON at column {column}: {reason}.", where=where(line)))


def csv_columns(text: str) -> list[str]:
    """The names in the first line of a CSV."""
    return next(_reader(text), [])


def csv_rows(text: str, where: Where, problems: list[GoldgateError]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Line and cells of each row that is not blank; empty cells are left out, a row of another width is a problem."""
    reader = _reader(text)
    names: list[str] = next(reader, [])
    begins = reader.line_num + 1
    try:
        for cells in reader:
            line, begins = begins, reader.line_num + 1
            if len(cells) == len(names):
                yield line, {name: cell for name, cell in zip(names, cells, strict=True) if cell}
            elif cells:
                msg = f"the row has {len(cells)} cells, the header {len(names)}."
                problems.append(UsageError(msg, where=where(line), next_step="Quote cells that hold the delimiter."))
    except csv.Error as error:
        problems.append(UsageError(f"broken CSV: {error}.", where=where(begins)))


def _reader(text: str) -> Any:
    header = text.partition("\n")[0]
    csv.field_size_limit(CELL_LIMIT)
    return csv.reader(io.StringIO(text, newline=""), delimiter=max(DELIMITERS, key=header.count), strict=True)


def parquet_columns(path: Path) -> list[str]:
    """The names of the columns.

    Raises:
        UsageError: it is no Parquet.
    """
    import polars as pl

    try:
        return list(pl.read_parquet_schema(path))
    except (OSError, pl.exceptions.PolarsError) as error:
        raise _no_parquet(path, error) from error


def parquet_rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Number and cells of each row, nulls left out.

    Raises:
        UsageError: it is no Parquet.
    """
    import polars as pl

    try:
        frame = pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise _no_parquet(path, error) from error
    full = not any(frame.null_count().row(0))
    for row, cells in enumerate(frame.iter_rows(named=True), start=1):
        yield row, cells if full else {name: cell for name, cell in cells.items() if cell is not None}


def _no_parquet(path: Path, error: Exception) -> UsageError:
    msg = f"the gold set cannot be read as Parquet: {error}."
    return UsageError(msg, where=str(path))
