"""The layout of FinSights: a small copy of its shape, and the real folder where it is present."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from service.ingest.build import build
from service.ingest.errors import IngestError
from service.ingest.finsights import metric_key, prepare
from service.ingest.progress import Progress

from .samples import sentence, write_sentences

if TYPE_CHECKING:
    from pathlib import Path


def fact(**changes: Any) -> dict[str, Any]:
    row = {
        "cik": "0000000007",
        "ticker": "C7",
        "year": 2019,
        "metric_key": "liabilities_and_equity",
        "metric_label": "Liabilities & Equity",
        "value": 5e9,
        "unit": "USD",
        "form": "10-K",
        "filed_date": "2020-02-01",
        "accession_no": "1-20",
    }
    return {**row, **changes}


def layout(folder: Path, facts: list[dict[str, Any]]) -> Path:
    (folder / "deep" / "metrics").mkdir(parents=True)
    write_sentences(folder / "sentences_from_bundles.jsonl", [sentence(number, ticker=None) for number in range(12)])
    pl.DataFrame(facts).write_parquet(folder / "deep" / "metrics" / "KPI_FACT_DATA_EDGAR.parquet")
    companies = [{"cik_int": 7, "ticker": "SEVN"}, {"cik_int": 9, "ticker": "NINE"}]
    (folder / "deep" / "finrag_dim_companies_21.json").write_text(json.dumps(companies))
    return folder


def test_labels_become_our_keys_and_repeats_one_value(tmp_path: Path) -> None:
    rows = [
        fact(),
        fact(value=4e9, form="10-K/A", filed_date="2020-09-01", accession_no="2-20"),
        fact(metric_key=None, metric_label="Other Things (Current)", value=1.0),
        fact(cik="0000000008"),
    ]
    found = prepare(layout(tmp_path / "data", rows), tmp_path / "out")
    assert (found.repeated, found.conflicting, found.unknown_company) == (1, 1, 1)
    build(found.sentences, found.facts, tmp_path / "out", Progress(io.StringIO()), dimensions=4, tickers=found.tickers)
    facts = pl.read_parquet(tmp_path / "out" / "kpi_facts.parquet")
    assert facts.select("ticker", "metric", "value", "filing").rows() == [
        ("SEVN", "other_things_current", 1.0, "1-20"),
        ("SEVN", "total_assets", 5e9, "1-20"),
    ]
    assert set(pl.read_parquet(tmp_path / "out" / "sentences.parquet")["ticker"]) == {"SEVN", "NINE"}


def test_unmapped_keys_stay() -> None:
    assert metric_key({"metric_key": "gross_profit"}) == "gross_profit"
    assert metric_key({"metric_key": "roa"}) == "return_on_assets"
    assert metric_key({"metric_key": None, "metric_label": "V I E (Net) - Assets"}) == "v_i_e_net_assets"


def test_a_missing_file_and_a_broken_line_are_named(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match=r"no sentences_from_bundles\.jsonl under it"):
        prepare(tmp_path, tmp_path / "out")
    folder = layout(tmp_path / "data", [fact()])
    with (folder / "sentences_from_bundles.jsonl").open("a") as file:
        file.write("oops\n")
    with pytest.raises(IngestError, match="no sentence in JSON") as failure:
        prepare(folder, tmp_path / "out")
    assert str(failure.value.where).endswith("sentences_from_bundles.jsonl:13")


def test_the_real_folder(tmp_path: Path, finsights: Path) -> None:
    found = prepare(finsights, tmp_path)
    assert len(found.tickers) == 21
    facts = pl.read_csv(found.facts, schema_overrides={"value": pl.Float64})
    assert facts.select("cik_int", "year", "metric").is_duplicated().sum() == 0
    assert facts.height > 5_000
    assert {"total_assets", "operating_cash_flow", "revenue", "net_income"} <= set(facts["metric"])
