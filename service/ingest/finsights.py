"""Read the layout of the FinSights project, and bring its sentences and KPI facts into ours.

`sentences_from_bundles.jsonl`, `metrics_fact/KPI_FACT_DATA_EDGAR.parquet` and `dimensions/finrag_dim_companies_21.json`
may lie anywhere under the folder. Figures are taken as they are there, doubtful ones too: the gold file that belongs to
them was made from the same rows.
"""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

import polars as pl

from .build import write_all
from .errors import IngestError
from .store import FACT_COLUMNS, RAW_FACTS

if TYPE_CHECKING:
    from pathlib import Path

SENTENCES = "sentences_from_bundles.jsonl"
FACTS = "KPI_FACT_DATA_EDGAR.parquet"
COMPANIES = "finrag_dim_companies_21.json"
METRICS = {
    "liabilities_and_equity": "total_assets",
    "cfo": "operating_cash_flow",
    "cfo_cont_ops": "operating_cash_flow_continuing",
    "equity": "total_equity",
    "equity_incl_nci": "total_equity",
    "other_assets_noncurrent": "other_noncurrent_assets",
    "other_liabilities_noncurrent": "other_noncurrent_liabilities",
    "employee_liabilities_current": "accrued_compensation",
    "prepaid_expenses_current": "prepaid_expenses",
    "capex_productive": "capital_expenditures",
    "pension_liabilities_noncurrent": "pension_liabilities",
    "dtl_ppe": "property_deferred_tax",
    "roa": "return_on_assets",
    "roe": "return_on_equity",
    "net_profit_margin": "net_margin",
    "net_income_common_basic": "net_income_to_common",
}
LABELS = {
    "total_assets": "Total assets",
    "total_equity": "Total equity",
    "operating_cash_flow": "Net cash from operating activities",
    "accrued_compensation": "Accrued compensation and benefits",
}
AMENDED = "10-K/A"


@dataclass(frozen=True, kw_only=True)
class FinSights:
    """Where the raw files are, ready for `build`, and what was left out of the facts and why."""

    sentences: Path
    facts: Path
    tickers: dict[int, str]
    repeated: int
    conflicting: int
    unknown_company: int


def prepare(folder: Path, out: Path) -> FinSights:
    """Find the three files under `folder`, and write facts.csv to `out`, one value a company, year and metric.

    Where the source has several values for one, an amended filing gives way to the original and the earlier filing to the
    later; `conflicting` counts them.

    Raises:
        IngestError: a file is missing or is not what its name says.
    """
    sentences, facts, companies = (_find(folder, name) for name in (SENTENCES, FACTS, COMPANIES))
    tickers = _tickers(companies)
    present = _companies_with_sentences(sentences)
    rows, repeated, conflicting = _distinct(_read_facts(facts))
    kept = [row for row in rows if int(row["cik"]) in present]
    write_all(out, {RAW_FACTS: lambda file: _write(kept, file)})
    return FinSights(
        sentences=sentences,
        facts=out / RAW_FACTS,
        tickers=tickers,
        repeated=repeated,
        conflicting=conflicting,
        unknown_company=len(rows) - len(kept),
    )


def metric_key(row: dict[str, Any]) -> str:
    """Our key of a fact: mapped where clear, else the source's, else its label in snake case."""
    source = row.get("metric_key") or re.sub(r"[^a-z0-9]+", "_", str(row.get("metric_label")).lower()).strip("_")
    return METRICS.get(source, source)


def _find(folder: Path, name: str) -> Path:
    found = sorted(folder.rglob(name)) if folder.is_dir() else []
    if not found:
        msg = f"there is no {name} under it."
        raise IngestError(msg, where=str(folder), next_step="--data names the folder of the FinSights data.")
    return found[0]


def _tickers(path: Path) -> dict[int, str]:
    try:
        return {int(row["cik_int"]): str(row["ticker"]) for row in json.loads(path.read_text(encoding="utf-8"))}
    except (ValueError, KeyError, TypeError) as error:
        msg = f"this is no list of companies with cik_int and ticker ({error!r})."
        raise IngestError(msg, where=str(path)) from error


def _companies_with_sentences(path: Path) -> set[int]:
    found = set()
    with path.open(encoding="utf-8") as file:
        for line, raw in enumerate(file, start=1):
            try:
                found.add(int(json.loads(raw)["cik_int"]))
            except (ValueError, KeyError, TypeError) as error:
                msg = f"the line is no sentence in JSON ({error!r})."
                raise IngestError(msg, where=f"{path}:{line}") from error
    return found


def _read_facts(path: Path) -> list[dict[str, Any]]:
    columns = ("cik", "ticker", "year", "metric_key", "metric_label", "value", "unit", "form", "filed_date", "accession_no")
    try:
        frame = pl.read_parquet(path, columns=list(columns))
    except (pl.exceptions.PolarsError, OSError) as error:
        msg = f"this is no table of KPI facts ({error})."
        raise IngestError(msg, where=str(path)) from error
    return frame.drop_nulls(["cik", "year", "value"]).to_dicts()


def _distinct(rows: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], int, int]:
    """One row a (company, year, metric); how many repeated one, and how many of these with another value."""
    best: dict[tuple[str, int, str], dict[str, Any]] = {}
    repeated = conflicting = 0
    for row in sorted(rows, key=_preference):
        key = (row["cik"], row["year"], metric_key(row))
        if key in best:
            repeated += 1
            conflicting += best[key]["value"] != row["value"]
        best[key] = row
    ordered = sorted(best.items(), key=lambda item: item[0])
    return [row for _, row in ordered], repeated, conflicting


def _preference(row: dict[str, Any]) -> tuple[bool, bool, str, float]:
    """Later in this order is better: the parent's equity over all equity, original over amended, later over earlier."""
    return (
        row["metric_key"] != "equity_incl_nci",
        row["form"] != AMENDED,
        row["filed_date"] or "",
        row["value"],
    )


def _write(rows: list[dict[str, Any]], file: IO[bytes]) -> None:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["cik_int", *FACT_COLUMNS[:-1]])
    for row in rows:
        key = metric_key(row)
        label = LABELS.get(key) or row["metric_label"]
        filing = row["accession_no"] or ""
        writer.writerow([int(row["cik"]), row["ticker"], row["year"], key, label, repr(row["value"]), row["unit"], filing])
    file.write(buffer.getvalue().encode("utf-8"))
