"""Responses that were recorded before: JSONL, Parquet, CSV, or a TREC run; one row a case, or one a case and repeat."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from ...errors import GoldgateError, Problems, UsageError
from ...table import LISTS, RESPONSE_SCHEMA
from . import lines, tables, trec_run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ...case import GoldSet
    from ..mapping import RequestMapping

NO_ROW = "no response was recorded"
SHOWN_PROBLEMS = 100


def read_recorded(path: Path, gold: GoldSet, mapping: RequestMapping | None = None) -> pl.DataFrame:
    """The recorded responses: id, repeat and the columns of `RESPONSE_SCHEMA`; a case without a row gets one with an error.

    A row holds `id` and either `output`, read through `mapping`, or the fields themselves. A TREC run may hold topics that the
    gold set lacks: they are passed over.

    Raises:
        UsageError: the file is absent, unreadable, or `output` stands in it without a mapping.
        Problems: broken rows, rows without an id, repeated ids, ids that the gold set lacks; each with its line.
    """
    return Recording(path, mapping).of(gold)


class Recording:
    """The recorded responses of one file. With `ahead` a thread reads Parquet while the caller does something else."""

    def __init__(self, path: Path, mapping: RequestMapping | None = None, *, ahead: bool = False) -> None:
        self.path = path
        self._read: Callable[[], tuple[pl.DataFrame, list[GoldgateError]]] = partial(_rows, path, mapping)
        if ahead and path.suffix == ".parquet":
            threads = ThreadPoolExecutor(1)
            self._read = threads.submit(self._read).result
            threads.shutdown(wait=False)

    def of(self, gold: GoldSet) -> pl.DataFrame:
        """What `read_recorded` gives for a gold set; raises as it does."""
        known = gold.frame.select("id")
        frame, problems = self._read()
        if trec_run.recognises(self.path):
            frame = frame.join(known, on="id", how="semi")
        rows = frame.select("id", "repeat", *RESPONSE_SCHEMA)
        if not problems and frame["id"].equals(known["id"]):
            return rows
        problems = problems + _faults(frame.select("id", "repeat", "line"), self.path, known, gold)
        if problems:
            raise Problems(_shown(problems))
        return pl.concat([rows, _missing(rows, known)])


def _rows(path: Path, mapping: RequestMapping | None) -> tuple[pl.DataFrame, list[GoldgateError]]:
    """The rows of a file, and what is wrong with some of them."""
    problems: list[GoldgateError] = []
    if path.suffix in {".parquet", ".csv", ".tsv"}:
        return tables.read(path, mapping, problems), problems
    if trec_run.recognises(path):
        return trec_run.read(path), problems
    return lines.read(path, mapping, problems), problems


def _faults(frame: pl.DataFrame, path: Path, known: pl.DataFrame, gold: GoldSet) -> list[GoldgateError]:
    """Rows without an id, rows that stand there twice, and rows of cases that the gold set lacks."""
    nameless = frame.filter(pl.col("id").fill_null("") == "")
    named = frame.filter(pl.col("id").fill_null("") != "")
    twice = named.filter(pl.struct("id", "repeat").is_first_distinct().not_())
    strange = named.join(known, on="id", how="anti")
    return [
        *(UsageError("the response has no id.", where=f"{path}:{line}") for line in nameless["line"]),
        *(_fault(path, line, f'the id "{name}" stands on an earlier line already.') for name, line in _lines(twice)),
        *(_fault(path, line, f'the gold set {gold.path} has no case "{name}".') for name, line in _lines(strange)),
    ]


def _lines(frame: pl.DataFrame) -> list[tuple[str, int]]:
    return frame.select("id", "line").rows()


def _fault(path: Path, line: int, what: str) -> GoldgateError:
    return UsageError(what, where=f"{path}:{line}")


def _shown(problems: list[GoldgateError]) -> list[GoldgateError]:
    """The problems in the order of their lines; of very many, the first."""
    ordered = sorted(problems, key=lambda problem: int((problem.where or "").rpartition(":")[2] or 0))
    left = len(ordered) - SHOWN_PROBLEMS
    return ordered if left <= 0 else [*ordered[:SHOWN_PROBLEMS], UsageError(f"and {left:,} more of this file.")]


def _missing(given_rows: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """A row with an error for each case that has none."""
    absent = known.join(given_rows, on="id", how="anti")
    given = {"error": pl.lit(NO_ROW), "attempts": pl.lit(0)}
    rows = absent.select(
        "id",
        pl.lit(1, dtype=pl.Int32).alias("repeat"),
        *(given.get(name, pl.lit(None)).cast(dtype).alias(name) for name, dtype in RESPONSE_SCHEMA.items()),
    )
    return rows.with_columns(pl.col(name).fill_null([]) for name in LISTS)
