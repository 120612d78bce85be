"""Recorded responses that are columns already: Parquet and CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from ...errors import UsageError
from ...ranking import ranked
from ...table import CONTEXT, LISTS, RESPONSE_SCHEMA
from .rows import read as read_rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ...errors import GoldgateError
    from ..mapping import RequestMapping

TOKENS = {
    "input_tokens": ("input_tokens", "inputTokens", "prompt_tokens", "promptTokens"),
    "output_tokens": ("output_tokens", "outputTokens", "completion_tokens", "completionTokens"),
}
AT_ONCE = 20_000


class OtherShape(Exception):
    """A column that can only be read row by row."""


def read(path: Path, mapping: RequestMapping | None, problems: list[GoldgateError]) -> pl.DataFrame:
    """The rows of a Parquet, CSV or TSV file: line, id, repeat and the columns of `RESPONSE_SCHEMA`.

    Raises:
        UsageError: it is absent or unreadable, has no id, or holds `output` and there is no mapping.
    """
    frame = _read(path)
    if "id" not in frame.columns:
        msg = "the responses have no column id."
        raise UsageError(msg, where=str(path), next_step="Name the column that names the case id.")
    frame = frame.with_columns(line=pl.int_range(1, pl.len() + 1, dtype=pl.Int64))
    if "output" not in frame.columns:
        try:
            return responses(frame)
        except OtherShape:
            pass
    pieces = []
    for start in range(0, len(frame), AT_ONCE):
        rows = frame[start : start + AT_ONCE].iter_rows(named=True)
        pieces.append(read_rows(((row.pop("line"), row) for row in rows), mapping, path, problems))
    return pl.concat(pieces)


def _read(path: Path) -> pl.DataFrame:
    try:
        if path.suffix == ".parquet":
            return pl.read_parquet(path, glob=False)
        return pl.read_csv(path, separator="\t" if path.suffix == ".tsv" else ",", infer_schema_length=None, glob=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        msg = f"the responses cannot be read: {error}."
        raise UsageError(msg, where=str(path)) from error


def responses(frame: pl.DataFrame) -> pl.DataFrame:
    """The columns of recorded rows as a responses frame: line, id, repeat and the columns of `RESPONSE_SCHEMA`.

    Where a row has an error, its other columns are emptied; where it has contexts and nothing retrieved, their ids are that.

    Raises:
        OtherShape: a column has a type that is none of a response's.
    """
    given = {name: _column(frame, name) for name in RESPONSE_SCHEMA}
    given |= {name: _usage(frame, name, given[name]) for name in TOKENS}
    if given["retrieved"].null_count() and given["contexts"].null_count() < len(frame):
        shown = ranked(given["contexts"].list.eval(pl.element().struct.field("id")))
        given["retrieved"] = given["retrieved"].zip_with(given["retrieved"].is_not_null(), shown)
    repeat = frame["repeat"] if "repeat" in frame.columns else pl.repeat(1, len(frame), eager=True)
    head = {
        "line": frame["line"].cast(pl.Int64),
        "id": frame["id"].cast(pl.String),
        "repeat": repeat.cast(pl.Int32).fill_null(1),
    }
    return finished(pl.DataFrame(head | given))


def finished(frame: pl.DataFrame) -> pl.DataFrame:
    """Nothing but latency beside an error, empty lists for null ones, one attempt."""
    kept = {"error", "latency_ms", "attempts", "asked_at"}
    failed = pl.col("error").fill_null("") != ""
    emptied = [pl.when(failed).then(None).otherwise(pl.col(name)).alias(name) for name in RESPONSE_SCHEMA if name not in kept]
    lists = [pl.col(name).fill_null([]) for name in LISTS if name != "contexts"]
    text = pl.element().struct.field("text").fill_null("")
    lists.append(pl.col("contexts").fill_null([]).list.eval(pl.element().struct.with_fields(text=text)))
    frame = frame.with_columns(*emptied, error=pl.when(failed).then("error"), attempts=pl.col("attempts").fill_null(1))
    return frame.with_columns(lists)


def _column(frame: pl.DataFrame, name: str) -> pl.Series:
    dtype = RESPONSE_SCHEMA[name]
    if name not in frame.columns or frame.schema[name] == pl.Null:
        return pl.repeat(None, len(frame), dtype=dtype, eager=True).alias(name)
    column = frame[name]
    if column.dtype == dtype:
        return ranked(column) if name == "retrieved" else column
    read = READERS.get(name)
    if read is not None:
        return read(column).alias(name)
    if dtype == pl.String and not column.dtype.is_nested() and column.dtype != pl.Binary:
        return column.cast(pl.String)
    if dtype.is_numeric() and column.dtype.is_numeric():
        return column.cast(dtype)
    raise OtherShape


def _inner(column: pl.Series) -> Any:
    if not isinstance(column.dtype, pl.List):
        raise OtherShape
    return column.dtype.inner


def _retrieved(column: pl.Series) -> pl.Series:
    inner = _inner(column)
    scored = isinstance(inner, pl.Struct) and {"id", "score"} >= {part.name for part in inner.fields} >= {"id"}
    if not scored and not inner.is_integer():
        raise OtherShape
    return ranked(column)


def _texts(column: pl.Series) -> pl.Series:
    if _inner(column).is_nested():
        raise OtherShape
    return column.cast(pl.List(pl.String))


def _contexts(column: pl.Series) -> pl.Series:
    inner = _inner(column)
    if not isinstance(inner, pl.Struct) or "id" not in {part.name for part in inner.fields}:
        raise OtherShape
    if column.list.eval(pl.element().struct.field("id").is_null()).list.any().any():
        raise OtherShape
    names = {part.name for part in inner.fields}
    parts = [
        (pl.element().struct.field(part.name) if part.name in names else pl.lit(None)).cast(part.dtype).alias(part.name)
        for part in CONTEXT.fields
    ]
    return column.list.eval(pl.struct(*parts))


def _scores(column: pl.Series) -> pl.Series:
    if not isinstance(column.dtype, pl.Struct):
        raise OtherShape
    return _named(column, "label", "probability", pl.String())


def _quantiles(column: pl.Series) -> pl.Series:
    if not isinstance(column.dtype, pl.Struct):
        raise OtherShape
    return _named(column, "quantile", "value", pl.Float64())


def _named(column: pl.Series, key: str, value: str, dtype: pl.DataType) -> pl.Series:
    """A struct of named numbers as a list of (name, number), without those that are null."""
    parts = [
        pl.when(pl.col(part.name).is_not_null()).then(
            pl.struct(pl.lit(part.name).cast(dtype).alias(key), pl.col(part.name).cast(pl.Float64).alias(value))
        )
        for part in column.dtype.fields  # type: ignore[attr-defined]
    ]
    return column.struct.unnest().select(pl.concat_list(parts).list.drop_nulls()).to_series()


def _interval(column: pl.Series) -> pl.Series:
    if isinstance(column.dtype, pl.Array):
        column = column.arr.to_list()
    if not _inner(column).is_numeric():
        raise OtherShape
    return column.cast(pl.List(pl.Float64))


def _usage(frame: pl.DataFrame, name: str, given: pl.Series) -> pl.Series:
    """Tokens out of the column usage where there is none of their own."""
    usage = frame.schema.get("usage")
    if not isinstance(usage, pl.Struct):
        if usage is not None and usage != pl.Null:
            raise OtherShape
        return given
    names = [part.name for part in usage.fields if part.name in TOKENS[name]]
    fields = [frame["usage"].struct.field(part).cast(pl.Int64).alias(part) for part in names]
    return pl.select(pl.coalesce(given, *fields)).to_series().alias(name) if fields else given


READERS: dict[str, Callable[[pl.Series], pl.Series]] = {
    "retrieved": _retrieved,
    "citations": _texts,
    "contexts": _contexts,
    "scores": _scores,
    "quantiles": _quantiles,
    "interval": _interval,
}
