"""The reference facts and companies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from service.ingest.tables import read_reference

if TYPE_CHECKING:
    from pathlib import Path


def test_there_are_21_companies_and_more_than_fifteen_years() -> None:
    reference = read_reference()
    years = {fact.year for fact in reference.facts}
    assert len(reference.companies) == 21
    assert len(years) >= 15
    assert sum(len(run) >= 15 for run in reference.years.values()) >= 16


def test_every_company_year_and_metric_has_one_value_and_a_filing() -> None:
    facts = read_reference().facts
    assert len({(fact.ticker, fact.year, fact.metric) for fact in facts}) == len(facts)
    assert all(fact.filing for fact in facts)
    assert {fact.unit for fact in facts} == {"USD", "percent", "ratio"}


def test_figures_are_those_of_the_source(finsights: Path) -> None:
    source = pl.read_parquet(next(finsights.rglob("KPI_FACT_DATA_EDGAR.parquet")))
    known = {(row["ticker"], round(row["value"], 2)) for row in source.to_dicts() if row["value"] is not None}
    absent = [fact for fact in read_reference().facts if (fact.ticker, round(fact.value, 2)) not in known]
    assert absent == []


def test_fact_finds_what_there_is_and_nothing_else() -> None:
    reference = read_reference()
    fact = reference.fact("AAPL", 2009, "total_assets")
    assert fact is not None
    assert fact.value == 47_501_000_000
    assert reference.fact("AAPL", 1999, "total_assets") is None
