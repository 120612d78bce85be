"""The numeric part of a question, answered from the KPI facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .across import across_companies
from .intent import Intent, read_intent
from .one_company import Series, one_company
from .qualified import is_qualified
from .wording import listing, noun

if TYPE_CHECKING:
    from ..entities import Metric, Question
    from .facts import FactTable
    from .results import Figures


@dataclass(frozen=True, kw_only=True)
class Numeric:
    """A question read as a numeric one: its intent, the figures that answer it, or what the facts lack."""

    intent: Intent
    figures: Figures | None = None
    missing: str | None = None


def find_figures(question: Question, table: FactTable) -> Numeric:
    """What the facts say to `question`; empty where it asks for words, or for a figure of a part of a company."""
    intent = read_intent(question)
    metrics = [metric for metric in question.metrics if not is_qualified(question, metric)]
    if intent.narrative or not metrics or len(metrics) < len(question.metrics[:1]):
        return Numeric(intent=intent)
    if question.metrics[0] is not metrics[0]:
        return Numeric(intent=intent)
    if question.strangers and not question.companies:
        return Numeric(intent=intent)
    figures = _figures(question, metrics, intent, table)
    if figures:
        return Numeric(intent=intent, figures=figures)
    return Numeric(intent=intent, missing=_missing(question, metrics[0]))


def _figures(question: Question, metrics: list[Metric], intent: Intent, table: FactTable) -> Figures | None:
    metric = metrics[0]
    if len(question.companies) != 1:
        return across_companies(question, metric, intent, table)
    company = question.companies[0]
    found = [Series(company, each, table.series(company.cik, each, question.years.years)) for each in metrics[:2]]
    whole = table.series(company.cik, metric)
    return one_company(question, intent, found, Series(company, metric, whole))


def _missing(question: Question, metric: Metric) -> str:
    """What was looked for and is not there."""
    who = listing([company.title for company in question.companies]) if question.companies else "any company"
    years = question.years.years
    when = f" for {years[0]}" if len(years) == 1 else f" for {years[0]} to {years[-1]}" if years else ""
    return f"{noun(metric.label)} of {who}{when}"
