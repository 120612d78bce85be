"""One company: a figure of a year, its change, its course over years."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .intent import Do, Intent
from .results import Figures
from .wording import change, figure, noun, percent

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..entities import Company, Metric, Question
    from .facts import Fact

SHARE = re.compile(
    r"\b(?:as an? (?:percent\w*|share|fraction|proportion|part) of|percent\w* of|share of|ratio of|relative to|divided by)\b",
    re.IGNORECASE,
)
SIGN = re.compile(r"\b(?:profitable|loss\w*|negative|positive|in the red|in the black|deficit)\b", re.IGNORECASE)
NEGATIVE = re.compile(r"\b(?:loss\w*|negative|in the red|deficit|unprofitable)\b", re.IGNORECASE)
NEEDS_PAIR = frozenset({Do.CHANGE, Do.GROWTH, Do.ANNUAL_GROWTH})
WHOLE_SERIES = frozenset({Do.TREND, Do.AVERAGE, Do.TOTAL, Do.EXTREME, Do.WHEN, Do.COUNT, Do.ANNUAL_GROWTH})


@dataclass(frozen=True)
class Series:
    """The facts of one company and one metric by year, in order."""

    company: Company
    metric: Metric
    facts: dict[int, Fact]

    @property
    def name(self) -> str:
        """ "Apple Inc.'s net income"."""
        label = next(iter(self.facts.values())).label if self.facts else self.metric.label
        return f"{possessive(self.company.title)} {noun(label)}"

    def figure(self, year: int) -> str:
        """The figure of a year, worded."""
        return figure(self.facts[year].value, self.facts[year].unit)


def one_company(question: Question, intent: Intent, found: list[Series], whole: Series) -> Figures | None:
    """The answer for one company; None where a year that it needs has no fact."""
    if len(found) > 1:
        return _two_metrics(question, found)
    years = _years(question, intent, whole)
    facts = {year: whole.facts[year] for year in years if year in whole.facts}
    if not facts or _incomplete(intent, years, facts):
        facts = found[0].facts or facts
    if not facts or _incomplete(intent, years, facts):
        return None
    series = Series(whole.company, whole.metric, dict(sorted(facts.items())))
    if intent.boolean:
        return _boolean(question, intent, series)
    return _DOING[intent.do](series, intent)


def _years(question: Question, intent: Intent, whole: Series) -> list[int]:
    """The years that the answer needs: those asked for, the one before where a change needs it, else the latest."""
    asked = list(question.years.years)
    known = list(whole.facts)
    if question.years.relative:
        return known[-question.years.relative :]
    changing = intent.do in NEEDS_PAIR or (intent.boolean and intent.direction and not SIGN.search(question.text))
    if len(asked) == 1 and changing:
        return [asked[0] - 1, asked[0]]
    if asked:
        return asked
    if intent.do in WHOLE_SERIES:
        return known
    return known[-2:] if changing else known[-1:]


def _incomplete(intent: Intent, years: list[int], facts: dict[int, Fact]) -> bool:
    """A change needs both its ends, everything else at least half of its years."""
    if intent.do in NEEDS_PAIR or (intent.boolean and intent.direction):
        return not years or years[0] not in facts or years[-1] not in facts
    return len(facts) * 2 < len(years)


def _value(series: Series, _: Intent) -> Figures:
    parts = [f"{series.figure(year)} in {year}" for year in series.facts]
    text = f"{series.name} was {parts[0]}." if len(parts) == 1 else f"{series.name} by year: {'; '.join(parts)}."
    return _result(text, series)


def _change(series: Series, intent: Intent) -> Figures:
    first, last = _ends(series)
    return _ends_first(f"{series.name} {change(first, last, relative_first=intent.do is Do.GROWTH)}.", series)


def _annual_growth(series: Series, intent: Intent) -> Figures:
    first, last = _ends(series)
    span = last.year - first.year
    if first.value <= 0 or last.value <= 0 or not span:
        return _change(series, intent)
    rate = ((last.value / first.value) ** (1 / span) - 1) * 100
    verb = "grew" if rate >= 0 else "declined"
    ends = f"from {series.figure(first.year)} in {first.year} to {series.figure(last.year)} in {last.year}"
    return _ends_first(f"{series.name} {verb} by {percent(abs(rate))} a year, {ends}.", series)


def _trend(series: Series, _: Intent) -> Figures:
    if len(series.facts) < 2:
        return _value(series, _)
    first, last = _ends(series)
    parts = "; ".join(f"{year}: {series.figure(year)}" for year in series.facts)
    return _result(f"{series.name} {change(first, last)}{_course(series)}. By year: {parts}.", series)


def _course(series: Series) -> str:
    """How it went between the ends."""
    values = [fact.value for fact in series.facts.values()]
    steps = [later - earlier for earlier, later in itertools.pairwise(values)]
    if all(step > 0 for step in steps):
        return ", rising every year"
    if all(step < 0 for step in steps):
        return ", falling every year"
    top = max(series.facts.values(), key=lambda fact: fact.value)
    low = min(series.facts.values(), key=lambda fact: fact.value)
    return f", with its high of {series.figure(top.year)} in {top.year} and its low of {series.figure(low.year)} in {low.year}"


def _average(series: Series, _: Intent) -> Figures:
    facts = list(series.facts.values())
    mean = sum(fact.value for fact in facts) / len(facts)
    return _result(f"{series.name} averaged {figure(mean, facts[0].unit, most=3)} {_span(series)}.", series)


def _total(series: Series, _: Intent) -> Figures:
    facts = list(series.facts.values())
    if len(facts) == 1:
        return _value(series, _)
    return _result(
        f"{series.name} came to {figure(sum(fact.value for fact in facts), facts[0].unit)} in total {_span(series)}.", series
    )


def _extreme(series: Series, intent: Intent) -> Figures:
    best = _best(series, intent)
    if len(series.facts) == 1:
        return _value(series, intent)
    word = "lowest" if intent.lowest else "highest"
    text = f"{series.name} was {word} in {best.year}, at {series.figure(best.year)} ({_span(series)})."
    return _result(text, series, best)


def _when(series: Series, intent: Intent) -> Figures:
    if intent.threshold is None and not intent.direction:
        return _extreme(series, intent)
    if intent.threshold is None and intent.direction and not intent.ranked:
        return _steepest(series, intent)
    kept = _holding(series, intent)
    if not kept:
        return _result(f"In none of the years {_span(series)} was that so of {series.name}.", series)
    if len(kept) == 1:
        return _result(f"{kept[0].year}: {series.name} was {series.figure(kept[0].year)}.", series, kept[0])
    return _result(f"{series.name}, the years: {'; '.join(str(fact.year) for fact in kept)}", series, *kept)


def _count(series: Series, intent: Intent) -> Figures:
    kept = _holding(series, intent)
    years = "; ".join(str(fact.year) for fact in kept)
    return _result(f"{len(kept)} of {len(series.facts)} years{': ' + years if years else ''}.", series, *kept)


def _steepest(series: Series, intent: Intent) -> Figures:
    """The year with the largest rise (or fall) over the year before."""
    facts = list(series.facts.values())
    steps = [(later.value - earlier.value, earlier, later) for earlier, later in itertools.pairwise(facts)]
    if not steps:
        return _value(series, intent)
    falling = intent.direction < 0
    _, before, after = min(steps, key=lambda step: step[0]) if falling else max(steps, key=lambda step: step[0])
    return _result(f"{after.year}: {series.name} {change(before, after)}.", series, before, after)


def _holding(series: Series, intent: Intent) -> list[Fact]:
    """The years in which the condition holds: beyond the threshold, or in the direction named."""
    facts = list(series.facts.values())
    if intent.threshold is not None:
        return [fact for fact in facts if (fact.value > intent.threshold) is intent.above]
    pairs = itertools.pairwise(facts)
    return [later for earlier, later in pairs if (later.value - earlier.value) * (intent.direction or 1) > 0]


def _boolean(question: Question, intent: Intent, series: Series) -> Figures | None:
    facts = list(series.facts.values())
    first, last = _ends(series)
    if intent.threshold is not None and len(facts) > 1 and (intent.direction or intent.do in NEEDS_PAIR):
        return _boolean_growth(intent, series)
    if intent.threshold is not None:
        holds = _quantified(intent, [(fact.value > intent.threshold) is intent.above for fact in facts])
        return _verdict(holds, _value(series, intent))
    if SIGN.search(question.text) and not intent.direction:
        negative = bool(NEGATIVE.search(question.text))
        return _verdict(_quantified(intent, [(fact.value < 0) is negative for fact in facts]), _value(series, intent))
    if intent.direction and len(facts) > 1:
        pairs = list(itertools.pairwise(facts)) if intent.each else [(first, last)]
        holds = all((later.value - earlier.value) * intent.direction > 0 for earlier, later in pairs)
        return _verdict(holds, _trend(series, intent) if intent.each else _change(series, intent))
    return None


def _boolean_growth(intent: Intent, series: Series) -> Figures:
    """ "Did it grow by more than 10 % (or $2 billion)?" """
    first, last = _ends(series)
    step = (last.value - first.value) * (intent.direction or 1)
    size = step / abs(first.value) * 100 if intent.percent and first.value else step
    return _verdict((size > (intent.threshold or 0.0)) is intent.above, _change(series, intent))


def _quantified(intent: Intent, holds: list[bool]) -> bool:
    return all(holds) if intent.each or len(holds) == 1 else any(holds)


def _verdict(holds: bool, figures: Figures) -> Figures:
    return Figures(text=f"{'Yes' if holds else 'No'}. {figures.text}", facts=figures.facts)


def _two_metrics(question: Question, found: list[Series]) -> Figures | None:
    """Two figures of one company: the one as a share of the other, or both side by side."""
    years = [year for year in found[0].facts if year in found[1].facts]
    if not question.years.years and years:
        years = years[-1:]
    if not years:
        return None
    one, other = _share_of(question, found)
    facts = [series.facts[year] for year in years for series in found]
    if SHARE.search(question.text) and all(other.facts[year].value for year in years):
        parts = [f"{percent(one.facts[year].value / other.facts[year].value * 100)} in {year}" for year in years]
        return Figures(
            text=f"{one.name} was {'; '.join(parts)} of its {noun(other.facts[years[0]].label)}.", facts=tuple(facts)
        )
    parts = [f"{noun(series.facts[year].label)} {series.figure(year)} in {year}" for year in years for series in found]
    return Figures(text=f"{one.company.title}: {'; '.join(parts)}.", facts=tuple(facts))


def _share_of(question: Question, found: list[Series]) -> tuple[Series, Series]:
    """The part and the whole: the whole is the KPI that follows "percentage of", else the second one named."""
    one, other = found
    share = SHARE.search(question.text)
    if share and share.end() <= one.metric.start < other.metric.start:
        return other, one
    return one, other


def _ends(series: Series) -> tuple[Fact, Fact]:
    facts = list(series.facts.values())
    return facts[0], facts[-1]


def _best(series: Series, intent: Intent) -> Fact:
    sign = -1 if intent.lowest else 1
    return max(series.facts.values(), key=lambda fact: (sign * fact.value, -fact.year))


def _span(series: Series) -> str:
    years = list(series.facts)
    return f"in {years[0]}" if len(years) == 1 else f"from {years[0]} to {years[-1]}"


def _ends_first(text: str, series: Series) -> Figures:
    return _result(text, series, *reversed(_ends(series)))


def _result(text: str, series: Series, *leading: Fact) -> Figures:
    """The wording with the facts of the series, those that matter most in front."""
    return Figures(text=text, facts=tuple(dict.fromkeys([*leading, *series.facts.values()])))


def possessive(name: str) -> str:
    """Apple Inc.'s, Meta Platforms'."""
    return f"{name}'" if name.endswith("s") else f"{name}'s"


_DOING: dict[Do, Callable[[Series, Intent], Figures]] = {
    Do.VALUE: _value,
    Do.CHANGE: _change,
    Do.GROWTH: _change,
    Do.ANNUAL_GROWTH: _annual_growth,
    Do.TREND: _trend,
    Do.AVERAGE: _average,
    Do.TOTAL: _total,
    Do.EXTREME: _extreme,
    Do.WHEN: _when,
    Do.COUNT: _count,
}
