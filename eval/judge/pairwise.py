"""Two answers held against each other in both orders, so that a judge's liking for a place cancels out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .parsing import Choice

FOR_CANDIDATE: dict[Choice, float] = {"A": 1.0, "tie": 0.5, "B": 0.0}


@dataclass(frozen=True, kw_only=True)
class Duel:
    """What was chosen with the candidate shown as A (`first`) and as B (`second`); null where the judge gave no choice."""

    first: Choice | None
    second: Choice | None

    @property
    def score(self) -> float | None:
        """1 where the candidate is preferred in both orders, 0 where the baseline is, 1/2 otherwise; null without both."""
        if self.first is None or self.second is None:
            return None
        shown_first, shown_second = FOR_CANDIDATE[self.first], 1 - FOR_CANDIDATE[self.second]
        return shown_first if shown_first == shown_second else 0.5

    @property
    def follows_place(self) -> bool:
        """Whether the same place was chosen both times, whoever stood there."""
        return self.first is not None and self.first == self.second != "tie"


def position_bias(duels: Iterable[Duel]) -> dict[str, Any] | None:
    """How often the judge chose a place rather than an answer.

    `rate` is the share of pairs in which it chose the same place in both orders, `first` the share of these in which that was
    the first place (null without any). Null without a pair of choices.
    """
    both = [duel for duel in duels if duel.first is not None and duel.second is not None]
    if not both:
        return None
    swayed = [duel for duel in both if duel.follows_place]
    first = sum(duel.first == "A" for duel in swayed) / len(swayed) if swayed else None
    return {"rate": len(swayed) / len(both), "first": first, "pairs": len(both)}
