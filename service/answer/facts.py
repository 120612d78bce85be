"""KPI facts by company, metric and year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..entities import Company

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import polars as pl

    from ..entities import Metric

FIELDS = ("cik_int", "company", "ticker", "year", "metric", "label", "value", "unit", "filing", "sentence_id")


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One figure of one company in one year; `value` in the plain unit (USD, not millions), `company` as one writes it."""

    cik: int
    company: str
    year: int
    metric: str
    label: str
    value: float
    unit: str
    filing: str
    sentence_id: str | None


class FactTable:
    """Looks facts up. Where a collection holds a fact twice, the filing that first reported it counts."""

    def __init__(self, facts: pl.DataFrame) -> None:
        self._series: dict[tuple[int, str], dict[int, Fact]] = {}
        for cik, company, ticker, year, metric, label, value, unit, filing, sentence_id in facts.select(FIELDS).iter_rows():
            if value is None or year is None or metric is None:
                continue
            series = self._series.setdefault((cik, metric), {})
            if year not in series:
                series[year] = Fact(
                    cik=cik,
                    company=Company(cik=cik, name=company or ticker, ticker=ticker).title,
                    year=year,
                    metric=metric,
                    label=label,
                    value=value,
                    unit=unit,
                    filing=filing,
                    sentence_id=sentence_id,
                )
        self._ciks = sorted({cik for cik, _ in self._series})

    def series(self, cik: int, metric: Metric, years: Sequence[int] = ()) -> dict[int, Fact]:
        """The facts of a company by year, in order: of the key of `metric` that covers most of `years` (or most years)."""
        best: dict[int, Fact] = {}
        for key in metric.keys:
            series = self._series.get((cik, key), {})
            kept = {year: series[year] for year in sorted(series) if not years or year in years}
            if len(kept) > len(best):
                best = kept
        return best

    def across(self, metric: Metric, year: int, companies: Iterable[Company] = ()) -> list[Fact]:
        """The fact of every company (or of `companies`) in `year`, largest value first."""
        ciks = [company.cik for company in companies] or self._ciks
        found = [self.series(cik, metric, (year,)) for cik in ciks]
        return sorted((series[year] for series in found if series), key=lambda fact: (-fact.value, fact.cik))

    def years(self, metric: Metric) -> list[int]:
        """The years for which any company reports `metric`."""
        found = {year for cik in self._ciks for year in self.series(cik, metric)}
        return sorted(found)
