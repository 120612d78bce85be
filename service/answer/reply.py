"""What a provider of answers gives back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..entities import Question
    from ..retrieval import Hit
    from .figures import Numeric


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer: its text, the ids of the sentences that it rests on, the model, tokens, US dollars, and whether it refuses."""

    text: str
    citations: tuple[str, ...]
    model: str
    input_tokens: int
    output_tokens: int
    cost_usd: float
    refused: bool = False


class Provider(Protocol):
    """Writes an answer from sentences and figures."""

    @property
    def model(self) -> str:
        """The name of the model."""

    def write(self, question: Question, hits: Sequence[Hit], numeric: Numeric, refusal: str | None) -> Reply:
        """The answer to `question` from the sentences and figures found; `refusal` says why there is nothing to answer with.

        Raises ModelError where the model does not answer.
        """
