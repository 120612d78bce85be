"""Responses as JSON lines: how the journal and the cache write them, and how they become columns again."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import polars as pl

from ..jsontext import dump_bytes, loads
from ..table import LISTS, RESPONSE_SCHEMA

if TYPE_CHECKING:
    from ..results import Response

SCHEMA = {"id": pl.String(), "repeat": pl.Int32(), **RESPONSE_SCHEMA, "case": pl.String(), "side": pl.Int32()}
UNSET: tuple[Any, ...] = (None, (), {})


def line(response: Response, case: str, side: int = 0) -> bytes:
    """One row as JSON with its line end: the fields that are set, the hash of its case and its side."""
    fields = {name: value for name, value in response.__dict__.items() if value not in UNSET}
    if not response.asked_at:
        del fields["asked_at"]
    if response.contexts:
        fields["contexts"] = [part.__dict__ for part in response.contexts]
    if response.scores:
        fields["scores"] = [{"label": label, "probability": share} for label, share in response.scores.items()]
    if response.quantiles:
        fields["quantiles"] = [{"quantile": level, "value": value} for level, value in response.quantiles.items()]
    fields["case"], fields["side"] = case, side
    return dump_bytes(fields) + b"\n"


def frame(lines: bytes) -> pl.DataFrame:
    """The rows as columns: those of `responses_frame`, `case` and `side`. Lines that are no rows are left out."""
    found = _readable(lines).filter(pl.col("id").is_not_null(), pl.col("case").is_not_null())
    filled = found.with_columns(pl.col("repeat").fill_null(1), pl.col("side").fill_null(0))
    return filled.with_columns(pl.col(name).fill_null([]) for name in LISTS)


def newest(found: pl.DataFrame) -> pl.DataFrame:
    """Of each side's rows to one case and repeat the last, unless it is an error."""
    last = found.unique(["side", "case", "repeat"], keep="last", maintain_order=True)
    return last.filter(pl.col("error").is_null())


def _readable(lines: bytes) -> pl.DataFrame:
    """All lines at once; where that fails those that are JSON objects; where that fails too, those that can be read alone."""
    found = _read(lines)
    if found is None:
        objects = [content for content in lines.splitlines() if _is_object(content)]
        found = _read(b"\n".join(objects))
    if found is None:
        alone = [row for row in map(_read, objects) if row is not None]
        found = pl.concat([*alone, pl.DataFrame(schema=SCHEMA)])
    return found


def _read(lines: bytes) -> pl.DataFrame | None:
    if not lines.strip():
        return pl.DataFrame(schema=SCHEMA)
    try:
        return pl.read_ndjson(io.BytesIO(lines), schema=SCHEMA)
    except pl.exceptions.ComputeError:
        return None


def _is_object(content: bytes) -> bool:
    try:
        return isinstance(loads(content), dict)
    except (ValueError, RecursionError):
        return False
