"""Reading tables: a run folder, Parquet, CSV or JSONL; those to compare into an id and columns of numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from ..errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

BLANK = ("", "na", "n/a", "nan", "null", "none")
TRUTH = {"true": 1.0, "false": 0.0}
TEXT_ONLY = (".csv", ".tsv")
TEXTS = ("id", "cluster", "input", "expected", "answer", "label", "notes", "error")


def read_any(path: Path) -> pl.DataFrame:
    """A table with an id: a run folder (its only cases.parquet), Parquet, CSV or JSONL. Ids and clusters are text.

    A CSV's columns of numbers, of true and false, and of blanks (NA, null, nan) become numbers; the rest stays text.

    Raises:
        UsageError: it is absent, unreadable, ambiguous, without an id, or holds an id twice or none.
    """
    file = table_file(path)
    frame = read_plain(file)
    if file.suffix.lower() in TEXT_ONLY:
        frame = frame.with_columns(_numbers(frame[name]) for name in frame.columns if name not in TEXTS)
    return _keyed(frame, file)


def read_plain(file: Path) -> pl.DataFrame:
    """Parquet, CSV, TSV or JSON lines as they stand; every cell of a CSV is text.

    Raises:
        UsageError: it is absent, of another kind or unreadable.
    """
    readers: dict[str, Callable[[Path], pl.DataFrame]] = {
        ".parquet": lambda path: pl.read_parquet(path, glob=False),
        ".csv": lambda path: _read_csv(path, ","),
        ".tsv": lambda path: _read_csv(path, "\t"),
        ".jsonl": _read_jsonl,
        ".ndjson": _read_jsonl,
    }
    reader = readers.get(file.suffix.lower())
    if reader is None:
        msg = f'"{file.suffix}" is no table that can be read.'
        raise UsageError(msg, where=str(file), next_step="Give a run folder, or a .parquet, .csv, .tsv or .jsonl file.")
    try:
        return reader(file)
    except FileNotFoundError as error:
        msg = "there is no such table."
        raise UsageError(msg, where=str(file)) from error
    except (OSError, ValueError, TypeError, pl.exceptions.PolarsError) as error:
        first = str(error).strip().partition("\n")[0].rstrip(".:")
        msg = f"the table cannot be read: {first}."
        raise UsageError(msg, where=str(file)) from error


def table_file(path: Path) -> Path:
    """The table that a path stands for: itself, or the only cases.parquet of a run folder."""
    if not path.is_dir():
        return path
    found = sorted(path.glob("cases.parquet")) or sorted(path.glob("*/cases.parquet"))
    if len(found) == 1:
        return found[0]
    what = "holds no cases.parquet" if not found else f"holds the cases of {len(found)} services"
    msg = f"the folder {what}."
    raise UsageError(msg, where=str(path), next_step="Name the cases.parquet itself.")


def _keyed(frame: pl.DataFrame, file: Path) -> pl.DataFrame:
    if "id" not in frame.columns:
        msg = "the table has no column id."
        raise UsageError(msg, where=str(file), next_step="Name the column that tells the cases apart id.")
    frame = frame.with_columns(_text(frame[name]) for name in ("id", "cluster") if name in frame.columns)
    if frame["id"].null_count():
        row = int(frame["id"].is_null().arg_max() or 0) + 1
        msg = f"row {row:,} of the table has no id."
        raise UsageError(msg, where=str(file))
    if frame["id"].n_unique() < len(frame):
        twice = frame["id"].filter(frame["id"].is_duplicated())[0]
        msg = f'the id "{twice}" stands in the table more than once.'
        raise UsageError(msg, where=str(file), next_step="Give one row a case; of repeats, their mean.")
    return frame


def _text(column: pl.Series) -> pl.Series:
    """Ids as text: 7, 7.0 and "7" are the same case."""
    if column.dtype.is_float() and bool((column.drop_nulls() == column.drop_nulls().round()).all()):
        column = column.cast(pl.Int64)
    return column.cast(pl.String)


def _read_csv(path: Path, separator: str) -> pl.DataFrame:
    frame = pl.read_csv(path, infer_schema=False, separator=separator, encoding="utf8-lossy")
    return frame.rename({name: name.removeprefix("\ufeff").strip() for name in frame.columns})


def _numbers(column: pl.Series) -> pl.Series:
    numbers, blank = as_numbers(column)
    return numbers.alias(column.name) if bool((numbers.is_not_null() | blank).all()) else column


def as_numbers(column: pl.Series, truth: Mapping[str, float] = TRUTH) -> tuple[pl.Series, pl.Series]:
    """A column of text as numbers, null where a cell is none, and which cells are blank; `truth` are words that count."""
    text = column.str.strip_chars().str.to_lowercase()
    words = text.replace_strict(truth, default=None, return_dtype=pl.Float64)
    numbers = pl.select(pl.coalesce(words, text.cast(pl.Float64, strict=False))).to_series()
    return numbers, text.is_null() | text.is_in(list(BLANK))


def _read_jsonl(path: Path) -> pl.DataFrame:
    """JSON lines; a file that polars refuses (NaN, mixed kinds of numbers) is read line by line."""
    try:
        return pl.read_ndjson(path, infer_schema_length=None)
    except pl.exceptions.PolarsError:
        with path.open(encoding="utf-8-sig") as lines:
            rows = [_json_row(path, number, line) for number, line in enumerate(lines, start=1) if line.strip()]
        return pl.DataFrame(rows, infer_schema_length=None, strict=False)


def _json_row(path: Path, number: int, line: str) -> dict[str, Any]:
    import json

    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        msg = f"the line is no JSON: {error.msg}."
        raise UsageError(msg, where=f"{path}:{number}") from error
    if not isinstance(row, dict):
        msg = "the line is no JSON object."
        raise UsageError(msg, where=f"{path}:{number}")
    return row
