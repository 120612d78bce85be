"""One report in the making: its wording, its numbers, and the order of its sentences."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

from .corpus import Claim, Sentence
from .wording import capital, fill, phrases, sticky

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .corpus import Value
    from .tables import Company, Reference


class Page:
    """The report of one company for one fiscal year, written sentence by sentence.

    Every draw depends on the seed, the company and the year alone, so one report never changes another.
    """

    def __init__(self, seed: int, company: Company, year: int, reference: Reference) -> None:
        self.seed = seed
        self.company = company
        self.year = year
        self.reference = reference
        self.profile: dict[str, Any] = phrases("profiles")[company.ticker]
        self.rng = Random(f"{seed}:{company.ticker}:{year}")  # noqa: S311 - reproducible text, no secret
        self.sentences: list[Sentence] = []
        self._next: dict[str, int] = {}

    def claim(self, topic: str, value: Value, unit: str = "", year: int | None = None) -> Claim:
        """A claim about this company, of this report's year unless said otherwise."""
        return Claim(ticker=self.company.ticker, year=year or self.year, topic=topic, value=value, unit=unit)

    def pick(self, topic: str, options: Sequence[Any], change: float = 0.45) -> Any:
        """One of `options` that this company keeps for some years."""
        return options[sticky(f"{self.seed}:{self.company.ticker}:{topic}", len(options), self.year, change)]

    def some(self, topic: str, options: Sequence[str], count: int, change: float = 0.35) -> list[str]:
        """`count` of `options` in their order, a choice that this company keeps for some years."""
        draw = sticky(f"{self.seed}:{self.company.ticker}:{topic}", 1000, self.year, change)
        chosen = Random(f"{self.seed}:{topic}:{draw}").sample(range(len(options)), min(count, len(options)))  # noqa: S311 - reproducible text, no secret
        return [options[at] for at in sorted(chosen)]

    def chance(self, topic: str, share: float, change: float = 0.3) -> bool:
        """True for about `share` of the companies, kept for some years."""
        return sticky(f"{self.seed}:{self.company.ticker}:{topic}", 100, self.year, change) < 100 * share

    def fy(self) -> str:
        """The year of the report as a sentence of it would put it."""
        named = [f"fiscal {self.year}", str(self.year), f"fiscal year {self.year}", "the fiscal year", "the year"]
        return self.rng.choices(named, weights=[4, 4, 2, 1, 1])[0]

    def say(self, section: str, template: str, claims: Sequence[Claim] = (), **slots: object) -> None:
        """Write the next sentence of `section`."""
        text = fill(template, **{"co": self.company.short, "fy": self.fy(), "py": self.year - 1, "ny": self.year + 1, **slots})
        if text.startswith("We ") and self.rng.random() < 0.12:
            text = f"At {self.company.short}, we{text[2:]}"
        position = self._next.get(section, 0)
        self._next[section] = position + 1
        self.sentences.append(
            Sentence(
                company=self.company,
                year=self.year,
                section=section,
                position=position,
                text=capital(text),
                claims=tuple(claims),
            )
        )
