"""The result of a calculation on facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .facts import Fact


@dataclass(frozen=True, kw_only=True)
class Figures:
    """An answer from facts: its wording and the facts that it rests on, most important first."""

    text: str
    facts: tuple[Fact, ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        """Ids of the sentences that state the facts, where the collection knows them."""
        return tuple(dict.fromkeys(fact.sentence_id for fact in self.facts if fact.sentence_id))
