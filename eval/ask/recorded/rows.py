"""Recorded responses of any shape, row by row, as a live answer is read."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl

from ...errors import UsageError
from ...results import Response
from ...table import responses_frame
from ..mapping import RequestMapping
from ..reading import Reader, WrongShape, answer_text, number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from ...errors import GoldgateError

FIELDS = RequestMapping(
    answer=None, contexts="contexts", retrieved="retrieved", citations="citations", tokens="usage", cost="cost_usd",
    label="label", scores="scores", value="value", interval="interval", quantiles="quantiles",
)  # fmt: skip


def read(
    rows: Iterable[tuple[int, Mapping[str, Any]]], mapping: RequestMapping | None, path: Path, problems: list[GoldgateError]
) -> pl.DataFrame:
    """The rows (line, fields) as line, id, repeat and the columns of `RESPONSE_SCHEMA`; faults are added to `problems`.

    Raises:
        UsageError: a row holds `output` and there is no mapping.
    """
    plain, mapped = Reader(FIELDS), Reader(mapping) if mapping is not None else None
    lines, found = [], []
    for line, row in rows:
        try:
            response = _response(row, plain, mapped, path, line)
        except WrongShape as error:
            name = row.get("id")
            msg = f'the response to "{name}" has the wrong shape: {error}.'
            problems.append(UsageError(msg, where=f"{path}:{line}"))
            continue
        lines.append(line)
        found.append(response)
    return responses_frame(found).with_columns(line=pl.Series(lines, dtype=pl.Int64))


def _response(row: Mapping[str, Any], plain: Reader, mapped: Reader | None, path: Path, line: int) -> Response:
    raw = row.get("id")
    identity = str(raw) if isinstance(raw, int) and not isinstance(raw, bool) else raw if isinstance(raw, str) else ""
    repeat = row.get("repeat")
    kept: dict[str, Any] = {
        "latency_ms": number(row.get("latency_ms"), "latency_ms"),
        "asked_at": row.get("asked_at") or "",
        "repeat": 1 if repeat is None else _whole(repeat, "repeat"),
        "attempts": 1 if row.get("attempts") is None else _whole(row["attempts"], "attempts"),
    }
    if row.get("error"):
        return Response(id=identity, error=str(row["error"]), **kept)
    if row.get("output") is not None:
        if mapped is None:
            msg = 'it holds "output", which needs a request mapping to be read.'
            advice = "Name a configuration by --with-config, or record the fields themselves."
            raise UsageError(msg, where=f"{path}:{line}", next_step=advice)
        return replace(mapped.read(identity, row["output"]), **kept)
    response = plain.read(identity, {key: value for key, value in row.items() if value is not None})
    kept |= {name: _whole(row[name], name) for name in ("input_tokens", "output_tokens") if row.get(name) is not None}
    if row.get("retrieved") is None:
        kept["retrieved"] = tuple(dict.fromkeys(part.id for part in response.contexts))
    return replace(response, answer=answer_text(row.get("answer")), **kept)


def _whole(value: Any, name: str) -> int:
    found = number(value, name)
    if found is None or found != int(found):
        msg = f"{name} is {value!r} and no whole number"
        raise WrongShape(msg)
    return int(found)
