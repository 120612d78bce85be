"""Responses that were recorded before: JSONL or Parquet, one row a case."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ..errors import GoldgateError, Problems, UsageError
from ..results import Response
from .mapping import RequestMapping
from .reading import Reader, WrongShape, number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from ..case import GoldSet

FIELDS = RequestMapping(
    answer=None, contexts="contexts", retrieved="retrieved", citations="citations", tokens="usage", cost="cost_usd"
)
NO_ROW = "no response was recorded"


def read_recorded(path: Path, gold: GoldSet, mapping: RequestMapping | None = None) -> dict[str, Response]:
    """The recorded responses by case id; a case without one gets an error.

    Raises:
        UsageError: the file is absent, unreadable, or `output` stands in it without a mapping.
        Problems: broken rows, rows without an id, repeated ids, ids that the gold set lacks; each with its line.
    """
    plain, mapped = Reader(FIELDS), Reader(mapping) if mapping is not None else None
    known = {case.id for case in gold.cases}
    problems: list[GoldgateError] = []
    responses: dict[str, Response] = {}
    for line, row in _rows(path, problems):
        fault = _fault(row, responses, known, gold)
        if fault is None:
            try:
                responses[row["id"]] = _response(row, plain, mapped)
            except WrongShape as error:
                fault = f'the response to "{row["id"]}" has the wrong shape: {error}.'
        if fault is not None:
            problems.append(UsageError(fault, where=f"{path}:{line}"))
    if problems:
        raise Problems(problems)
    missing = {case.id: Response(id=case.id, error=NO_ROW, attempts=0) for case in gold.cases if case.id not in responses}
    return responses | missing


def _rows(path: Path, problems: list[GoldgateError]) -> Iterable[tuple[int, Mapping[str, Any]]]:
    if path.suffix == ".parquet":
        yield from enumerate(_parquet(path), start=1)
        return
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        msg = f"the responses cannot be read: {reason}."
        raise UsageError(msg, where=str(path), next_step="Give a JSONL or Parquet file.") from error
    for line, content in enumerate(text.split("\n"), start=1):
        if content.strip():
            try:
                row = json.loads(content)
            except ValueError as error:
                problems.append(UsageError(f"broken JSON: {error}.", where=f"{path}:{line}"))
                continue
            if isinstance(row, dict):
                yield line, row
            else:
                problems.append(UsageError("a response must be a JSON object.", where=f"{path}:{line}"))


def _parquet(path: Path) -> Iterable[Mapping[str, Any]]:
    import polars as pl

    try:
        return pl.read_parquet(path).iter_rows(named=True)
    except (OSError, pl.exceptions.PolarsError) as error:
        msg = f"the responses cannot be read: {error}."
        raise UsageError(msg, where=str(path)) from error


def _fault(row: Mapping[str, Any], seen: Mapping[str, Response], known: set[str], gold: GoldSet) -> str | None:
    identity = row.get("id")
    if not isinstance(identity, str) or not identity:
        return "the response has no id."
    if identity in seen:
        return f'the id "{identity}" stands on an earlier line already.'
    return None if identity in known else f'the gold set {gold.path} has no case "{identity}".'


def _response(row: Mapping[str, Any], plain: Reader, mapped: Reader | None) -> Response:
    identity, error = row["id"], row.get("error")
    latency = number(row.get("latency_ms"), "latency_ms")
    if error:
        return Response(id=identity, error=str(error), latency_ms=latency)
    if row.get("output") is not None:
        if mapped is None:
            msg = 'it holds "output", which needs a request mapping to be read.'
            raise UsageError(msg, where=f'response "{identity}"', next_step="Give a config, or record the fields themselves.")
        response = mapped.read(identity, row["output"])
        fields = {name: getattr(response, name) for name in Response.__dataclass_fields__}
    else:
        response = plain.read(identity, {key: value for key, value in row.items() if value is not None})
        fields = {name: getattr(response, name) for name in Response.__dataclass_fields__}
        fields["answer"] = _answer(row.get("answer"))
        fields["input_tokens"] = fields["input_tokens"] if row.get("input_tokens") is None else row["input_tokens"]
        fields["output_tokens"] = fields["output_tokens"] if row.get("output_tokens") is None else row["output_tokens"]
    return Response(**{**fields, "latency_ms": latency})


def _answer(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)
