"""Recorded responses as JSON lines: column by column where they are plain, else row by row."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

import polars as pl

from ...errors import UsageError
from ...jsontext import loads
from ...table import CONTEXT, RESPONSE_SCHEMA, cut_lists
from . import tables
from .rows import read as read_rows
from .tables import OtherShape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ...errors import GoldgateError
    from ..mapping import RequestMapping

AT_ONCE = 50_000
BOM = b"\xef\xbb\xbf"
Row = dict[str, Any]


def read(path: Path, mapping: RequestMapping | None, problems: list[GoldgateError]) -> pl.DataFrame:
    """The rows of a JSONL file: line, id, repeat and the columns of `RESPONSE_SCHEMA`; broken lines are added to `problems`.

    Raises:
        UsageError: the file cannot be read, or a row holds `output` and there is no mapping.
    """
    pieces = []
    try:
        with path.open("rb") as file:
            lines = enumerate(file, start=1)
            while chunk := list(islice(lines, AT_ONCE)):
                pieces.append(_chunk(chunk, mapping, path, problems))
    except OSError as error:
        msg = f"the responses cannot be read: {error.strerror or error}."
        raise UsageError(msg, where=str(path), next_step="Give a JSONL, Parquet or CSV file, or a TREC run.") from error
    return pl.concat(pieces) if pieces else read_rows([], mapping, path, problems)


def _chunk(
    lines: list[tuple[int, bytes]], mapping: RequestMapping | None, path: Path, problems: list[GoldgateError]
) -> pl.DataFrame:
    numbered = list(_objects(lines, path, problems))
    rows = [row for _, row in numbered]
    try:
        return columns(rows, [line for line, _ in numbered])
    except (OtherShape, TypeError, OverflowError):
        return read_rows(numbered, mapping, path, problems)


def _objects(lines: list[tuple[int, bytes]], path: Path, problems: list[GoldgateError]) -> Iterator[tuple[int, Row]]:
    for line, text in lines:
        content = text.removeprefix(BOM) if line == 1 else text
        if not content.strip():
            continue
        try:
            row = loads(content)
        except (ValueError, RecursionError) as error:
            problems.append(UsageError(f"broken JSON: {error}.", where=f"{path}:{line}"))
            continue
        if isinstance(row, dict):
            yield line, row
        else:
            problems.append(UsageError("a response must be a JSON object.", where=f"{path}:{line}"))


def columns(rows: list[Row], lines: list[int]) -> pl.DataFrame:
    """Plain rows as a responses frame, a tenth of the time that one response after another takes.

    Raises:
        OtherShape: a field has a type that only the reader of live answers can judge.
        TypeError: the same.
    """
    keys = set().union(*rows)
    if "output" in keys:
        raise OtherShape
    given = {"line": pl.Series(lines, dtype=pl.Int64), "id": _texts(rows, "id"), "repeat": _numbers(rows, "repeat", pl.Int32())}
    for name in keys & RESPONSE_SCHEMA.keys():
        build = BUILDERS.get(name)
        if build is not None:
            given[name] = build(rows)
        elif RESPONSE_SCHEMA[name] == pl.String:
            given[name] = _texts(rows, name)
        else:
            given[name] = _numbers(rows, name, RESPONSE_SCHEMA[name])
    if "usage" in keys:
        for name, used in _usage(rows).items():
            own = given.get(name)
            given[name] = used if own is None else own.zip_with(own.is_not_null(), used)
    return tables.responses(pl.DataFrame(given))


def _texts(rows: list[Row], name: str) -> pl.Series:
    return pl.Series(name, [row.get(name) for row in rows], dtype=pl.String, strict=True)


def _numbers(rows: list[Row], name: str, dtype: pl.DataType) -> pl.Series:
    values = [row.get(name) for row in rows]
    if any(type(value) is bool for value in values):
        raise OtherShape
    return pl.Series(name, values, dtype=dtype, strict=True)


def _parts(rows: list[Row], name: str, kind: type) -> list[Any]:
    values = [row.get(name) or () for row in rows]
    if not all(type(value) is kind or value == () for value in values):
        raise OtherShape
    return values


def _ids(rows: list[Row], name: str) -> pl.Series:
    lists = _parts(rows, name, list)
    flat = pl.Series([part for row in lists for part in row], dtype=pl.String, strict=True)
    return cut_lists(flat, [len(row) for row in lists]).alias(name)


def _retrieved(rows: list[Row]) -> pl.Series:
    """Ids or objects {id, score}; null where nothing is said of what was retrieved."""
    lists = _parts(rows, "retrieved", list)
    flat = [part for row in lists for part in row]
    plain = not flat or type(flat[0]) is str
    parts = pl.Series(flat, dtype=pl.String) if plain else _structs(flat, {"id": pl.String(), "score": pl.Float64()})
    given = pl.Series([row.get("retrieved") is not None for row in rows])
    found = cut_lists(parts, [len(row) for row in lists])
    return found.zip_with(given, pl.Series([None] * len(rows), dtype=found.dtype)).alias("retrieved")


def _contexts(rows: list[Row]) -> pl.Series:
    lists = _parts(rows, "contexts", list)
    flat = [part for row in lists for part in row]
    fields = {part.name: part.dtype for part in CONTEXT.fields}
    return cut_lists(_structs(flat, fields), [len(row) for row in lists]).alias("contexts")


def _structs(parts: list[Any], fields: dict[str, Any]) -> pl.Series:
    """Objects as a struct column; all must be objects with an id."""
    if not all(type(part) is dict and type(part.get("id")) is str for part in parts):
        raise OtherShape
    return pl.DataFrame([_numbers(parts, name, dtype) for name, dtype in fields.items()]).to_struct()


def _named(rows: list[Row], name: str, key: str, value: str) -> pl.Series:
    """Objects of named numbers as lists of (name, number)."""
    objects = _parts(rows, name, dict)
    names = [part for row in objects for part in row]
    keys = pl.Series(key, [float(part) for part in names] if key == "quantile" else names)
    numbers = _numbers([{value: part} for row in objects for part in dict(row).values()], value, pl.Float64())
    if not names:
        raise OtherShape
    return cut_lists(pl.DataFrame([keys, numbers]).to_struct(), [len(row) for row in objects]).alias(name)


def _interval(rows: list[Row]) -> pl.Series:
    values = [row.get("interval") for row in rows]
    if not all(value is None or (type(value) is list and len(value) == 2) for value in values):
        raise OtherShape
    return pl.Series("interval", values, dtype=pl.List(pl.Float64), strict=True)


def _usage(rows: list[Row]) -> dict[str, pl.Series]:
    objects = [row.get("usage") or {} for row in rows]
    if not all(type(value) is dict for value in objects):
        raise OtherShape
    keys = set[str]().union(*objects)
    found = {}
    for name, spellings in tables.TOKENS.items():
        spelled = [_numbers(objects, key, pl.Int64()) for key in spellings if key in keys]
        none = pl.Series(name, [None], dtype=pl.Int64).new_from_index(0, len(rows))
        found[name] = pl.select(pl.coalesce(*spelled, none)).to_series() if spelled else none
    return found


BUILDERS: dict[str, Callable[[list[Row]], pl.Series]] = {
    "retrieved": _retrieved,
    "contexts": _contexts,
    "citations": lambda rows: _ids(rows, "citations"),
    "scores": lambda rows: _named(rows, "scores", "label", "probability"),
    "quantiles": lambda rows: _named(rows, "quantiles", "quantile", "value"),
    "interval": _interval,
}
