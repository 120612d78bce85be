"""Several companies: their figures side by side, the first among them, a list of those beyond a bound."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .intent import Do, Intent
from .results import Figures
from .wording import change, figure, listing, noun, percent

if TYPE_CHECKING:
    from ..entities import Company, Metric, Question
    from .facts import Fact, FactTable

GAP = re.compile(
    r"\bhow much (?:more|higher|larger|bigger|greater|less|lower|smaller)\b|\bdifference\b|\bgap\b|\bby how much\b|\bhow far\b",
    re.IGNORECASE,
)
IS_MORE = re.compile(
    r"\b(?:higher|larger|bigger|greater|more|exceed\w*|above|over|outearn\w*|surpass\w*|beat|ahead)\b", re.IGNORECASE
)
IS_LESS = re.compile(r"\b(?:lower|smaller|less|below|under|fewer|behind)\b", re.IGNORECASE)
SHOWN = 10


def across_companies(question: Question, metric: Metric, intent: Intent, table: FactTable) -> Figures | None:
    """The answer over the companies named, or over all where the question names none."""
    year = _year(question, metric, table)
    if year is None:
        return None
    companies = {company.cik: company for company in question.companies}
    facts = table.across(metric, year, question.companies)
    if not facts or len(facts) < len(companies):
        return None
    if (
        len(question.years.years) > 1
        or intent.do in (Do.GROWTH, Do.ANNUAL_GROWTH)
        or (intent.do is Do.CHANGE and not _gap(question))
    ):
        return _growth(question, metric, intent, table)
    if companies:
        facts = sorted(facts, key=lambda fact: list(companies).index(fact.cik))
    return _of_year(question, intent, facts)


def _of_year(question: Question, intent: Intent, facts: list[Fact]) -> Figures | None:
    """One figure a company, all of one year."""
    ranked = sorted(facts, key=lambda fact: -fact.value)
    if intent.threshold is not None:
        return _beyond(intent, ranked)
    if intent.boolean and len(facts) == 2:
        return _is_more(question, facts)
    if _gap(question) and len(facts) == 2:
        return _difference(facts)
    if intent.do is Do.TOTAL:
        return _sum(facts, 1, "in total")
    if intent.do is Do.AVERAGE:
        return _sum(facts, len(facts), "on average")
    ordered = list(reversed(ranked)) if intent.lowest else ranked
    if intent.ranked:
        return Figures(text=f"{_heading(ordered)}: {_items(ordered)}", facts=tuple(ordered))
    if intent.which or intent.do is Do.EXTREME:
        return _first(ordered, intent)
    if intent.boolean or not question.companies:
        return None
    return Figures(text=f"{_heading(facts)}: {_items(facts)}", facts=tuple(facts))


def _first(ordered: list[Fact], intent: Intent) -> Figures:
    best, rest = ordered[0], ordered[1:4]
    word = "lowest" if intent.lowest else "highest"
    text = f"{best.company}: its {noun(best.label)} of {_figure(best)} was the {word} in {best.year}"
    after = f"; {listing([f'{fact.company} had {_figure(fact)}' for fact in rest])}" if rest else ""
    return Figures(text=f"{text}{after}.", facts=tuple(ordered[:SHOWN]))


def _beyond(intent: Intent, ranked: list[Fact]) -> Figures:
    kept = [fact for fact in ranked if (fact.value > (intent.threshold or 0.0)) is intent.above]
    if intent.do is Do.COUNT:
        return Figures(text=f"{len(kept)} companies: {_names(kept)}", facts=tuple(kept or ranked)[:SHOWN])
    if intent.boolean:
        return Figures(text=f"{'Yes' if len(kept) == len(ranked) else 'No'}. {_items(ranked)}", facts=tuple(ranked))
    if not kept:
        return Figures(text=f"None: {_items(ranked[:3])}", facts=tuple(ranked[:3]))
    return Figures(text=f"{_heading(kept)}: {_names(kept)}", facts=tuple(kept))


def _is_more(question: Question, facts: list[Fact]) -> Figures | None:
    """Whether the first company named has more (or less) than the second."""
    less, more = bool(IS_LESS.search(question.text)), bool(IS_MORE.search(question.text))
    if less == more:
        return None
    holds = (facts[0].value > facts[1].value) is more and facts[0].value != facts[1].value
    return Figures(text=f"{'Yes' if holds else 'No'}. {_heading(facts)}: {_items(facts)}", facts=tuple(facts))


def _difference(facts: list[Fact]) -> Figures:
    one, other = facts
    gap = abs(one.value - other.value)
    higher, lower = (one, other) if one.value >= other.value else (other, one)
    amount = f"{percent(gap)[:-1]} percentage points" if one.unit == "percent" else figure(gap, one.unit)
    text = f"{higher.company}'s {noun(higher.label)} was higher by {amount} in {higher.year}: {_items([higher, lower])}"
    return Figures(text=text, facts=(one, other))


def _sum(facts: list[Fact], divisor: int, word: str) -> Figures:
    value = figure(sum(fact.value for fact in facts) / divisor, facts[0].unit, most=3 if divisor > 1 else 6)
    return Figures(text=f"{value} {word}. {_heading(facts)}: {_items(facts[:SHOWN])}", facts=tuple(facts))


def _growth(question: Question, metric: Metric, intent: Intent, table: FactTable) -> Figures | None:
    """Changes between the first and the last year asked for, a company each."""
    years = question.years.years
    first, last = (years[0], years[-1]) if len(years) > 1 else (years[0] - 1, years[0]) if years else (0, 0)
    pairs = _pairs(question.companies, metric, table, first, last)
    if not pairs or (question.companies and len(pairs) < len(question.companies)):
        return None
    if intent.do is Do.VALUE and not intent.which:
        parts = "; ".join(f"{one.company}: {_figure(one)} in {one.year} and {_figure(two)} in {two.year}" for one, two in pairs)
        return Figures(
            text=f"{noun(pairs[0][0].label)}: {parts}", facts=tuple(fact for pair in pairs for fact in reversed(pair))
        )
    relative = intent.do is not Do.CHANGE or intent.percent
    falling = intent.lowest or intent.direction < 0
    ranked = sorted(pairs, key=lambda pair: _step(pair, relative=relative), reverse=not falling)
    facts = tuple(fact for pair in ranked[:SHOWN] for fact in reversed(pair))
    if intent.which or intent.do is Do.EXTREME:
        return Figures(text=f"{ranked[0][0].company}: {'; '.join(_course(pair) for pair in ranked[:3])}.", facts=facts)
    return Figures(text="; ".join(_course(pair) for pair in pairs) + ".", facts=facts)


def _pairs(companies: tuple[Company, ...], metric: Metric, table: FactTable, first: int, last: int) -> list[tuple[Fact, Fact]]:
    """The facts of both years of every company that has both under one key."""
    ciks = [company.cik for company in companies] or [fact.cik for fact in table.across(metric, last)]
    found = []
    for cik in ciks:
        series = table.series(cik, metric, (first, last))
        if first in series and last in series:
            found.append((series[first], series[last]))
    return found


def _step(pair: tuple[Fact, Fact], *, relative: bool) -> float:
    one, two = pair
    return (two.value - one.value) / abs(one.value) if relative and one.value else two.value - one.value


def _course(pair: tuple[Fact, Fact]) -> str:
    return f"{pair[0].company}'s {noun(pair[0].label)} {change(*pair)}"


def _year(question: Question, metric: Metric, table: FactTable) -> int | None:
    """The year to compare in: the last one asked for, else the latest that every company named has."""
    if question.years.years:
        return question.years.years[-1]
    years = table.years(metric)
    for year in reversed(years):
        if len(table.across(metric, year, question.companies)) >= max(2, len(question.companies)):
            return year
    return None


def _gap(question: Question) -> bool:
    return bool(GAP.search(question.text))


def _heading(facts: list[Fact]) -> str:
    return f"{noun(facts[0].label)[:1].upper()}{noun(facts[0].label)[1:]} in {facts[0].year}"


def _items(facts: list[Fact]) -> str:
    return "; ".join(f"{fact.company} {_figure(fact)}" for fact in facts) + "."


def _names(facts: list[Fact]) -> str:
    return "; ".join(fact.company for fact in facts)


def _figure(fact: Fact) -> str:
    return figure(fact.value, fact.unit)
