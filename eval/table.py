"""The table of cases: one row a case, as it stands in cases.parquet."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import polars as pl

from .errors import UsageError
from .results import Context, Response

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from .case import Case, GoldSet

CASE_SCHEMA: dict[str, pl.DataType] = {
    "id": pl.String(),
    "line": pl.Int64(),
    "input": pl.String(),
    "expected": pl.String(),
    "cluster": pl.String(),
    "weight": pl.Float64(),
    "notes": pl.String(),
    "evidence_missing": pl.List(pl.String()),
}
RESPONSE_SCHEMA: dict[str, pl.DataType] = {
    "answer": pl.String(),
    "retrieved": pl.List(pl.String()),
    "contexts": pl.List(pl.Struct({"id": pl.String(), "text": pl.String(), "score": pl.Float64()})),
    "citations": pl.List(pl.String()),
    "latency_ms": pl.Float64(),
    "input_tokens": pl.Int64(),
    "output_tokens": pl.Int64(),
    "cost_usd": pl.Float64(),
    "error": pl.String(),
    "attempts": pl.Int32(),
    "asked_at": pl.String(),
}
TAG = "tag:"


def input_text(case: Case) -> str:
    """The input as text: itself, or JSON of an object."""
    return case.input if isinstance(case.input, str) else json.dumps(case.input, ensure_ascii=False, sort_keys=True)


def cases_frame(gold: GoldSet, responses: Mapping[str, Response]) -> pl.DataFrame:
    """One row for each case in the order of the gold set; a case without a response has nulls and empty lists."""
    cases = gold.cases
    columns: dict[str, pl.Series] = {
        "id": pl.Series([case.id for case in cases], dtype=pl.String()),
        "line": pl.Series([case.line for case in cases], dtype=pl.Int64()),
        "input": pl.Series([input_text(case) for case in cases], dtype=pl.String()),
        "expected": pl.Series(
            [json.dumps(case.expected.to_json(), ensure_ascii=False, sort_keys=True) for case in cases], dtype=pl.String()
        ),
    }
    for name in gold.tag_names:
        columns[TAG + name] = pl.Series([case.tags.get(name) for case in cases], dtype=pl.String())
    columns |= {
        "cluster": pl.Series([case.cluster for case in cases], dtype=pl.String()),
        "weight": pl.Series([case.weight for case in cases], dtype=pl.Float64()),
        "notes": pl.Series([case.notes for case in cases], dtype=pl.String()),
        "evidence_missing": pl.Series([list(case.evidence_missing) for case in cases], dtype=pl.List(pl.String())),
    }
    rows = [responses.get(case.id) or Response(id=case.id, attempts=0) for case in cases]
    columns |= _response_columns(rows)
    return pl.DataFrame(columns)


def _response_columns(rows: list[Response]) -> dict[str, pl.Series]:
    columns = {}
    for name, dtype in RESPONSE_SCHEMA.items():
        if name == "contexts":
            columns[name] = _contexts([row.contexts for row in rows])
        elif name in {"retrieved", "citations"}:
            lists = [getattr(row, name) for row in rows]
            columns[name] = _lists(lists, pl.Series([part for row in lists for part in row], dtype=pl.String))
        elif name == "asked_at":
            columns[name] = pl.Series([row.asked_at or None for row in rows], dtype=dtype)
        else:
            columns[name] = pl.Series([getattr(row, name) for row in rows], dtype=dtype)
    return columns


def _contexts(rows: list[tuple[Context, ...]]) -> pl.Series:
    parts = [part for row in rows for part in row]
    flat = pl.DataFrame(
        {
            "id": pl.Series([part.id for part in parts], dtype=pl.String),
            "text": pl.Series([part.text for part in parts], dtype=pl.String),
            "score": pl.Series([part.score for part in parts], dtype=pl.Float64),
        }
    )
    return _lists(rows, flat.to_struct())


def _lists(rows: Sequence[Sequence[object]], flat: pl.Series) -> pl.Series:
    """One list a row, cut out of the flat values of all rows: a tenth of the time that lists of Python objects take."""
    dtype = pl.List(flat.dtype)
    owners = pl.Series([place for place, row in enumerate(rows) for _ in row], dtype=pl.Int64)
    grouped = pl.DataFrame({"row": owners, "part": flat}).group_by("row", maintain_order=True).agg("part")
    every = pl.DataFrame({"row": pl.int_range(len(rows), eager=True, dtype=pl.Int64)})
    joined = every.join(grouped, on="row", how="left", maintain_order="left")["part"]
    return joined.cast(dtype).fill_null(pl.Series([[]], dtype=dtype))


def metric_columns(frame: pl.DataFrame) -> list[str]:
    """The names of the metric columns: every column that is neither a case's, a response's nor a tag."""
    known = CASE_SCHEMA.keys() | RESPONSE_SCHEMA.keys()
    return [name for name in frame.columns if name not in known and not name.startswith(TAG)]


def write_table(frame: pl.DataFrame, path: Path) -> None:
    """Write Parquet so that a reader sees the whole file or the old one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        frame.write_parquet(temporary, compression="zstd")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def read_table(path: Path) -> pl.DataFrame:
    """Read a cases.parquet.

    Raises:
        UsageError: there is no such file, or it is no table of cases.
    """
    try:
        frame = pl.read_parquet(path)
    except FileNotFoundError as error:
        msg = "there is no such file."
        raise UsageError(msg, where=str(path)) from error
    except (pl.exceptions.PolarsError, OSError) as error:
        msg = f"cannot be read as Parquet: {error}."
        raise UsageError(msg, where=str(path)) from error
    if absent := {"id", "input", "expected"} - set(frame.columns):
        msg = f"is no table of cases: it lacks {', '.join(sorted(absent))}."
        raise UsageError(msg, where=str(path), next_step="Give a cases.parquet that goldgate wrote.")
    return frame
