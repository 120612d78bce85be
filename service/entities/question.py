"""A question, read: what it is about and what is left of it for the search."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .companies import Company, CompanyNames, Mention, candidate_words
from .metrics import Metric, MetricNames
from .sections import find_sections
from .strangers import find_strangers
from .text import plain
from .years import Years, find_years

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl

ORDINARY = 2
ABBREVIATIONS = {
    "R&D": "research and development",
    "SG&A": "selling, general and administrative",
    "PP&E": "property, plant and equipment",
    "M&A": "mergers and acquisitions",
    "COGS": "cost of goods sold",
    "EPS": "earnings per share",
    "capex": "capital expenditures",
    "FX": "foreign exchange",
    "IP": "intellectual property",
    "ROE": "return on equity",
    "ROA": "return on assets",
}
AMOUNT = re.compile(
    r"\bhow (?:much|many|large|big|high|low)\b|\bwhat (?:was|were|is|are|did|amount|share|percentage)\b|\btotal\b|\bby how\b",
    re.IGNORECASE,
)
YEAR = re.compile(r"\b(?:fy\s?'?)?(?:19|20)\d\d\b|\bfy\s?'?\d\d\b", re.IGNORECASE)
# Words of the question itself, not of what is asked.
SCAFFOLD = re.compile(
    r"\b(?:10-?k|form|annual\s+reports?|filings?|filed|fiscal|years?|fy|section|item\s+\d+[abc]?|according\s+to|explicitly"
    r"|describes?d?|reports?|reported|highlights?|disclosed?s?|discuss(?:es|ed)?|mentions?|explains?|stated?s?|says?|said|figure)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Question:
    """`bare` is the text with its companies blanked out; `core` what sentences are searched for: no names, years, scaffolding.

    `strangers` are names written like companies that the collection does not know.
    """

    text: str
    bare: str
    core: str
    companies: tuple[Company, ...]
    years: Years
    sections: tuple[str, ...]
    metrics: tuple[Metric, ...]
    unknown_metric: str | None
    strangers: tuple[str, ...]


class Reader:
    """Reads questions with the names that occur in a collection."""

    def __init__(
        self, companies: CompanyNames, metrics: MetricNames, latest_year: int | None, knows: Callable[[str], bool]
    ) -> None:
        self._companies = companies
        self._metrics = metrics
        self._latest = latest_year
        self._knows = knows

    @classmethod
    def for_tables(cls, sentences: pl.DataFrame, facts: pl.DataFrame, knows: Callable[[str], bool]) -> Reader:
        """A reader for these sentences and facts; `knows` says whether a word occurs in the sentences."""
        import polars as pl

        columns = ["cik_int", "company", "ticker"]
        pairs = pl.concat([sentences.select(columns), facts.select(columns)]).unique(
            subset="cik_int", keep="first", maintain_order=True
        )
        companies = [Company(cik=cik, name=name or ticker, ticker=ticker or "") for cik, name, ticker in pairs.iter_rows()]
        candidates = candidate_words(company.name for company in companies)
        ordinary = {word for word in candidates if sentences["text"].str.contains(rf"\b{re.escape(word)}\b").sum() >= ORDINARY}
        names = facts.group_by("metric", "label").len().sort("len", "metric", descending=[True, False])
        metrics = MetricNames(names.select("metric", "label").iter_rows())
        years = [year for year in (sentences["report_year"].max(), facts["year"].max()) if isinstance(year, int)]
        return cls(CompanyNames(companies, frozenset(ordinary)), metrics, max(years, default=None), knows)

    def read(self, text: str) -> Question:
        """The entities of `text`."""
        text = plain(text)
        mentions = self._companies.find(text)
        bare = _blank(text, mentions)
        metrics = self._sharpened(bare, self._metrics.find(bare))
        return Question(
            text=text,
            bare=bare,
            core=_core(bare),
            companies=tuple({mention.company.cik: mention.company for mention in mentions}.values()),
            years=find_years(text, self._latest),
            sections=find_sections(text),
            metrics=metrics,
            unknown_metric=None if metrics else self._metrics.unknown(bare),
            strangers=find_strangers(bare, self._knows),
        )

    def _sharpened(self, bare: str, found: tuple[Metric, ...]) -> tuple[Metric, ...]:
        """The KPIs found, or the longer name that an amount asked for paraphrases ("other long-term assets", not "assets")."""
        if len(found) > 1 or not AMOUNT.search(bare) or (found and " " in found[0].phrase):
            return found
        near = self._metrics.closest(YEAR.sub(" ", bare))
        return (near,) if near and (not found or found[0].phrase.rstrip("s") in near.phrase) else found


def _blank(text: str, mentions: tuple[Mention, ...]) -> str:
    """`text` with the companies overwritten by spaces."""
    for mention in mentions:
        text = text[: mention.start] + " " * (mention.end - mention.start) + text[mention.end :]
    return text


def _core(bare: str) -> str:
    for short, full in ABBREVIATIONS.items():
        bare = re.sub(rf"(?<!\w){re.escape(short)}(?!\w)", full, bare, flags=re.IGNORECASE)
    without = YEAR.sub(" ", bare)
    return re.sub(r"\s+", " ", SCAFFOLD.sub(" ", without)).strip()
