"""Responses as JSON lines: how the journal and the cache write them, and how they become columns again."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from ..jsontext import dump_bytes, loads
from ..table import LISTS, RESPONSE_SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..results import Response

SCHEMA = {"id": pl.String(), "repeat": pl.Int32(), **RESPONSE_SCHEMA, "case": pl.String(), "side": pl.Int32()}
UNSET: tuple[Any, ...] = (None, (), {})


class Row(NamedTuple):
    """A response, the content hash of its case, and which side gave it (0 the candidate, 1 the baseline)."""

    response: Response
    case: str
    side: int = 0


def lines(new: Iterable[Row]) -> bytes:
    """JSON lines: of each response the fields that are set, the hash of its case and its side."""
    return b"".join([_line(row.response, row.case, row.side) for row in new])


def _line(response: Response, case: str, side: int) -> bytes:
    fields = {name: value for name, value in response.__dict__.items() if value or value not in UNSET}
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


def frame(content: bytes) -> pl.DataFrame:
    """The rows as columns: those of `responses_frame`, `case` and `side`. Lines that are no rows are left out."""
    found = _readable(content).filter(pl.col("id").is_not_null(), pl.col("case").is_not_null())
    filled = found.with_columns(pl.col("repeat").fill_null(1), pl.col("side").fill_null(0))
    return filled.with_columns(pl.col(name).fill_null([]) for name in LISTS)


def newest(found: pl.DataFrame) -> pl.DataFrame:
    """Of each side's rows to one case and repeat the last, unless it is an error."""
    last = found.unique(["side", "case", "repeat"], keep="last", maintain_order=True)
    return last.filter(pl.col("error").is_null())


def _readable(content: bytes) -> pl.DataFrame:
    """All lines at once; where that fails those that are JSON objects; where that fails too, those that can be read alone."""
    found = _read(content)
    if found is None:
        objects = [line for line in content.splitlines() if _is_object(line)]
        found = _read(b"\n".join(objects))
    if found is None:
        alone = [row for row in map(_read, objects) if row is not None]
        found = pl.concat([*alone, pl.DataFrame(schema=SCHEMA)])
    return found


def _read(content: bytes) -> pl.DataFrame | None:
    if not content.strip():
        return pl.DataFrame(schema=SCHEMA)
    try:
        return pl.read_ndjson(io.BytesIO(content), schema=SCHEMA)
    except pl.exceptions.ComputeError:
        return None


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(loads(line), dict)
    except (ValueError, RecursionError):
        return False
