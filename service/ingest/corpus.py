"""What a generated report is made of: sentences, and the claims that each of them states."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .tables import Company, Reference

Value = str | float | bool | tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What a sentence states: `topic` of `ticker` in fiscal `year` is `value`; `unit` where it is a figure."""

    ticker: str
    year: int
    topic: str
    value: Value
    unit: str = ""


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """A sentence of a report, in the section's order from `position` 0."""

    company: Company
    year: int
    section: str
    position: int
    text: str
    claims: tuple[Claim, ...] = ()

    @property
    def doc_id(self) -> str:
        """`<cik, ten digits>_10-K_<year>`."""
        return f"{self.company.cik:010d}_10-K_{self.year}"

    @property
    def sentence_id(self) -> str:
        """`<doc_id>_section_<section>_<position>`."""
        return f"{self.doc_id}_section_{self.section.removeprefix('ITEM_').lower()}_{self.position}"


@dataclass(frozen=True, kw_only=True)
class Corpus:
    """All sentences in order, and the facts behind them."""

    seed: int
    reference: Reference
    sentences: Sequence[Sentence]

    @cached_property
    def _stated(self) -> dict[tuple[str, int, str], list[tuple[Sentence, Claim]]]:
        stated: dict[tuple[str, int, str], list[tuple[Sentence, Claim]]] = {}
        for sentence in self.sentences:
            for claim in sentence.claims:
                stated.setdefault((claim.ticker, claim.year, claim.topic), []).append((sentence, claim))
        return stated

    def topics(self) -> list[tuple[str, int, str]]:
        """All (ticker, year, topic) that a sentence states, in the order of the corpus."""
        return list(self._stated)

    def claim(self, ticker: str, year: int, topic: str) -> Claim | None:
        """What the corpus states about it, if anything."""
        stated = self._stated.get((ticker, year, topic))
        return stated[0][1] if stated else None

    def evidence(self, ticker: str, year: int, topic: str) -> list[str]:
        """The ids of all sentences that state it, in the order of the corpus."""
        return [sentence.sentence_id for sentence, _ in self._stated.get((ticker, year, topic), [])]

    def own_evidence(self, ticker: str, year: int, topic: str) -> list[str]:
        """Those of them that stand in the report of `year` itself, not in a later one looking back."""
        return [sentence.sentence_id for sentence, _ in self._stated.get((ticker, year, topic), []) if sentence.year == year]
