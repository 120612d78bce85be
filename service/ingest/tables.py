"""The reference facts and companies that lie beside this package, as values."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

REFERENCE = Path(__file__).parent / "reference"


@dataclass(frozen=True, kw_only=True)
class Company:
    """A company: `short` is its everyday name, `aliases` are further ones."""

    ticker: str
    cik: int
    name: str
    short: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One figure of one annual report; `value` is in `unit` (USD, percent, ratio), `filing` the accession number."""

    ticker: str
    year: int
    metric: str
    label: str
    value: float
    unit: str
    filing: str


@dataclass(frozen=True, kw_only=True)
class Reference:
    """All companies by ticker, and all facts in the order of their file."""

    companies: Mapping[str, Company]
    facts: tuple[Fact, ...]

    @cached_property
    def _by_key(self) -> dict[tuple[str, int, str], Fact]:
        return {(fact.ticker, fact.year, fact.metric): fact for fact in self.facts}

    def fact(self, ticker: str, year: int, metric: str) -> Fact | None:
        """The fact, if there is one."""
        return self._by_key.get((ticker, year, metric))

    @cached_property
    def _by_report(self) -> dict[tuple[str, int], list[Fact]]:
        reports: dict[tuple[str, int], list[Fact]] = {}
        for fact in self.facts:
            reports.setdefault((fact.ticker, fact.year), []).append(fact)
        return reports

    def facts_of(self, ticker: str, year: int) -> list[Fact]:
        """The facts of one report, in the order of the file."""
        return self._by_report.get((ticker, year), [])

    @cached_property
    def years(self) -> dict[str, list[int]]:
        """The fiscal years that have facts, by ticker, without gaps between the first and the last."""
        seen: dict[str, set[int]] = {ticker: set() for ticker in self.companies}
        for fact in self.facts:
            seen[fact.ticker].add(fact.year)
        return {ticker: list(range(min(years), max(years) + 1)) for ticker, years in seen.items()}


def read_reference(folder: Path = REFERENCE) -> Reference:
    """Read companies.csv and facts.csv."""
    with (folder / "companies.csv").open(encoding="utf-8", newline="") as file:
        companies = {row["ticker"]: _company(row) for row in csv.DictReader(file)}
    with (folder / "facts.csv").open(encoding="utf-8", newline="") as file:
        facts = tuple(_fact(row) for row in csv.DictReader(file))
    return Reference(companies=companies, facts=facts)


def _company(row: Mapping[str, str]) -> Company:
    aliases = tuple(alias for alias in row["aliases"].split("|") if alias)
    return Company(ticker=row["ticker"], cik=int(row["cik"]), name=row["name"], short=row["short"], aliases=aliases)


def _fact(row: Mapping[str, str]) -> Fact:
    return Fact(
        ticker=row["ticker"],
        year=int(row["year"]),
        metric=row["metric"],
        label=row["label"],
        value=float(row["value"]),
        unit=row["unit"],
        filing=row["filing"],
    )
