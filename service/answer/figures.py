"""The numeric part of a question, answered from the KPI facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .wording import figure

if TYPE_CHECKING:
    from ..entities import Question
    from .facts import Fact, FactTable


@dataclass(frozen=True, kw_only=True)
class Figures:
    """An answer from facts: its wording and the facts that it rests on."""

    text: str
    facts: tuple[Fact, ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        """Ids of the sentences that state the facts, where the collection knows them."""
        return tuple(dict.fromkeys(fact.sentence_id for fact in self.facts if fact.sentence_id))


def find_figures(question: Question, table: FactTable) -> Figures | None:
    """The figures that `question` asks for; None where it asks for none or the facts do not hold them."""
    if not question.metrics or not question.companies:
        return None
    facts = [
        fact
        for company in question.companies
        for metric in question.metrics[:1]
        for fact in table.series(company.cik, metric, question.years.years).values()
    ]
    if not facts:
        return None
    text = "; ".join(f"{figure(fact.value, fact.unit)} ({fact.company}, {fact.label}, {fact.year})" for fact in facts[:10])
    return Figures(text=text + ".", facts=tuple(facts[:10]))
