"""Read raw sentences (JSONL or Parquet) and facts (CSV or Parquet), and say what is wrong with them, by line."""

from __future__ import annotations

import csv
import json
import math
from typing import TYPE_CHECKING, Any

import polars as pl

from .errors import IngestError
from .schemas import FACTS, SENTENCES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

Row = dict[str, Any]
NEEDED = {"sentence_id": str, "doc_id": str, "cik_int": int, "company": str, "report_year": int, "section": str, "text": str}
FACT_FIELDS = ("ticker", "year", "metric", "label", "value", "unit", "filing")


def read_sentences(path: Path, tickers: Mapping[int, str] | None = None) -> pl.DataFrame:
    """The sentences of `path` in the columns of sentences.parquet, in the order in which a reader meets them.

    Needs sentence_id, doc_id, cik_int, company, report_year, section and text. `ticker` may be left out where `tickers`
    (by cik) knows it; `position` is then the number at the end of the id, or else the order of the file.

    Raises:
        IngestError: the file cannot be read, or a row is broken; with its line and nothing read.
    """
    seen: dict[str, int] = {}
    rows: list[Row] = []
    for line, row in _rows(path):
        where = f"{path}:{line}"
        _check(row, where)
        name = row["sentence_id"]
        if name in seen:
            msg = f'sentence_id "{name}" is already in line {seen[name]}.'
            raise IngestError(msg, where=where, next_step="Ids must be unique: they are what a gold set names as evidence.")
        seen[name] = line
        rows.append({**row, "ticker": row.get("ticker") or (tickers or {}).get(row["cik_int"], "")})
    if not rows:
        msg = "there is no sentence in it."
        raise IngestError(msg, where=str(path))
    return _ordered(_frame(rows, SENTENCES, path))


def _ordered(frame: pl.DataFrame) -> pl.DataFrame:
    ending = pl.col("sentence_id").str.extract(r"_(\d+)$").cast(pl.Int32, strict=False)
    place = pl.coalesce("position", ending, pl.int_range(pl.len(), dtype=pl.Int32).over("doc_id", "section"))
    keys = ("cik_int", "report_year", "doc_id", "_number", "section", "position", "sentence_id")
    number = pl.col("section").str.extract(r"ITEM_(\d+)").cast(pl.Int32, strict=False)
    return frame.with_columns(position=place, _number=number).sort(keys, nulls_last=True).drop("_number")


def read_facts(path: Path, companies: Mapping[int, tuple[str, str]]) -> pl.DataFrame:
    """The facts of `path` in the columns of kpi_facts.parquet.

    Needs ticker or cik_int, year, metric, label, value, unit and filing. `companies` is {cik: (company, ticker)} from the
    sentences; a fact of another company is refused, since nobody could cite it.

    Raises:
        IngestError: the file cannot be read, or a row is broken; with its line.
    """
    by_ticker = {ticker: (cik, name) for cik, (name, ticker) in companies.items() if ticker}
    seen: dict[tuple[object, ...], int] = {}
    rows = []
    for line, row in _rows(path):
        where = f"{path}:{line}"
        fact = _fact(row, by_ticker, companies, where)
        key = (fact["cik_int"], fact["year"], fact["metric"])
        if key in seen:
            msg = f"{fact['metric']} of {fact['ticker']} for {fact['year']} is already in line {seen[key]}."
            raise IngestError(msg, where=where, next_step="Keep one value a company, year and metric.")
        seen[key] = line
        rows.append(fact)
    return _frame(rows, FACTS, path).sort("cik_int", "year", maintain_order=True)


def _fact(row: Row, by_ticker: Mapping[str, tuple[int, str]], companies: Mapping[int, tuple[str, str]], where: str) -> Row:
    absent = [name for name in FACT_FIELDS if row.get(name) in (None, "") and name not in ("ticker", "filing")]
    if absent:
        msg = f"the fact lacks {', '.join(absent)}."
        raise IngestError(msg, where=where)
    ticker_cik = by_ticker.get(str(row.get("ticker")), (-1, ""))[0]
    cik = ticker_cik if row.get("cik_int") in (None, "") else int(_number(row["cik_int"], int, "cik_int", where))
    if cik not in companies:
        msg = f"no sentence belongs to company {row.get('ticker') or row.get('cik_int')!r}."
        raise IngestError(msg, where=where, next_step="Add its sentences, or leave the fact out.")
    company, ticker = companies[cik]
    value = _number(row["value"], float, "value", where)
    return {
        "cik_int": cik,
        "company": company,
        "ticker": ticker,
        "year": _number(row["year"], int, "year", where),
        "metric": str(row["metric"]),
        "label": str(row["label"]),
        "value": value,
        "unit": str(row["unit"]),
        "filing": row.get("filing") or None,
        "sentence_id": row.get("sentence_id") or None,
    }


def _number(value: Any, kind: type[int] | type[float], name: str, where: str) -> float:
    try:
        number = kind(value)
    except (TypeError, ValueError):
        msg = f"{name} is {value!r}, not a number."
        raise IngestError(msg, where=where) from None
    if not math.isfinite(number):
        msg = f"{name} is {value!r}; it must be finite."
        raise IngestError(msg, where=where)
    return number


def _check(row: Row, where: str) -> None:
    absent = [name for name in NEEDED if row.get(name) is None or row[name] == ""]
    if absent:
        msg = f"the sentence lacks {', '.join(absent)}."
        raise IngestError(msg, where=where, next_step=f"Every row needs {', '.join(NEEDED)}.")
    for name, kind in NEEDED.items():
        if not isinstance(row[name], kind):
            msg = f"{name} is {row[name]!r}; it should be {'text' if kind is str else 'a whole number'}."
            raise IngestError(msg, where=where)


def _rows(path: Path) -> Iterator[tuple[int, Row]]:
    """(line, row); in a Parquet file the line is the number of the row, from 1."""
    if not path.is_file():
        msg = "there is no such file."
        raise IngestError(msg, where=str(path))
    readers = {".jsonl": _jsonl, ".ndjson": _jsonl, ".csv": _csv, ".parquet": _parquet}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        msg = f'"{path.suffix}" files are not read here.'
        raise IngestError(msg, where=str(path), next_step="Hand in .jsonl, .csv or .parquet.")
    yield from reader(path)


def _jsonl(path: Path) -> Iterator[tuple[int, Row]]:
    with path.open("rb") as file:
        for line, raw in enumerate(file, start=1):
            if not raw.strip():
                continue
            try:
                row = json.loads(raw)
            except (json.JSONDecodeError, UnicodeDecodeError) as error:
                msg = f"the line is not JSON ({error})."
                raise IngestError(msg, where=f"{path}:{line}", next_step="Mend the line; nothing was written.") from error
            if not isinstance(row, dict):
                msg = "the line is not a JSON object."
                raise IngestError(msg, where=f"{path}:{line}")
            yield line, row


def _csv(path: Path) -> Iterator[tuple[int, Row]]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        try:
            for row in reader:
                yield reader.line_num, dict(row)
        except (csv.Error, UnicodeDecodeError) as error:
            msg = f"the line is not CSV in UTF-8 ({error})."
            raise IngestError(msg, where=f"{path}:{reader.line_num + 1}") from error


def _parquet(path: Path) -> Iterator[tuple[int, Row]]:
    try:
        frame = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        msg = f"this is no readable Parquet file ({error})."
        raise IngestError(msg, where=str(path)) from error
    yield from enumerate(frame.iter_rows(named=True), start=1)


def _frame(rows: Iterable[Row], schema: Mapping[str, pl.DataType], path: Path) -> pl.DataFrame:
    plain = [{name: row.get(name) for name in schema} for row in rows]
    try:
        return pl.DataFrame(plain, schema=dict(schema), orient="row")
    except (pl.exceptions.PolarsError, TypeError, OverflowError) as error:
        msg = f"a value does not fit its column ({error})."
        raise IngestError(msg, where=str(path)) from error
