"""When the honest answer is that the collection does not say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .wording import listing

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from ..entities import Question
    from ..retrieval import Hit
    from .figures import Numeric

REFUSAL = "The filings in this collection do not state"
# Coverage plus half the cosine; below it even the best sentence is about something else.
LITTLE = 0.32
NUMBER = re.compile(r"\d")
LOOKED_AT = 10


class Holdings:
    """What the collection covers: the years of each company, in its reports and in its facts."""

    def __init__(self, sentences: pl.DataFrame, facts: pl.DataFrame) -> None:
        self._years: dict[int, set[int]] = {}
        for cik, year in sentences.select("cik_int", "report_year").unique().iter_rows():
            self._years.setdefault(cik, set()).update((year, year - 1))
        for cik, year in facts.select("cik_int", "year").unique().iter_rows():
            self._years.setdefault(cik, set()).add(year)

    def outside(self, question: Question) -> str | None:
        """What is said of a question whose every year lies outside what is held of its companies."""
        asked = set(question.years.years)
        ciks = [company.cik for company in question.companies] or list(self._years)
        held = set().union(*(self._years.get(cik, set()) for cik in ciks))
        if not asked or not held or asked & held:
            return None
        return f"{REFUSAL} this for {listing([str(year) for year in sorted(asked)])}: they cover {min(held)} to {max(held)}."


def find_refusal(question: Question, numeric: Numeric, hits: Sequence[Hit], holdings: Holdings) -> str | None:
    """The words of a refusal, or None where there is something to answer with."""
    if numeric.figures:
        return None
    if question.strangers:
        return f"{REFUSAL} anything about {listing(list(question.strangers))}."
    if outside := holdings.outside(question):
        return outside
    asked = numeric.missing or question.unknown_metric
    wants_figure = asked and not (numeric.intent.narrative or numeric.intent.boolean)
    if wants_figure and not any(_tells(question, hit) for hit in _own(question, hits)[:LOOKED_AT]):
        return f"{REFUSAL} the {asked}."
    if max((hit.coverage + hit.similarity / 2 for hit in _own(question, hits)), default=0.0) < LITTLE:
        return f"{REFUSAL} this."
    return None


def _own(question: Question, hits: Sequence[Hit]) -> list[Hit]:
    """The hits from the companies that the question names."""
    named = {company.cik for company in question.companies}
    return [hit for hit in hits if not named or hit.cik in named]


def _tells(question: Question, hit: Hit) -> bool:
    """Whether a sentence names the KPI that is asked for and puts a number to it, in a report that could speak of the year."""
    years = {later for year in question.years.years for later in (year, year + 1)}
    if years and hit.year not in years:
        return False
    phrases = [metric.phrase for metric in question.metrics] or [question.unknown_metric or ""]
    lowered = hit.text.lower()
    return bool(NUMBER.search(hit.text)) and any(phrase in lowered for phrase in phrases)
