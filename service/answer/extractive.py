"""Answers without a language model: the figures, and the sentences that say it best, word for word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .bedrock import REFUSAL
from .reply import Reply
from .usage import estimate_tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..config import MLConfig
    from ..entities import Question
    from ..retrieval import Hit
    from ..sections import ServingModel
    from .figures import Figures


class ExtractiveProvider:
    """Quotes what was found and cites it; refuses where nothing was found."""

    def __init__(self, config: MLConfig, model: ServingModel) -> None:
        self._config = config
        self._settings = model

    @property
    def model(self) -> str:
        """The model's id in ml_config.yaml, else "extractive"."""
        return self._settings.name

    def write(self, question: Question, hits: Sequence[Hit], figures: Figures | None) -> Reply:
        """See Provider.write."""
        read = question.text + "".join(hit.text for hit in hits)
        if figures:
            return self._reply(figures.text, figures.sentences, read)
        if not hits:
            return self._reply(f"{REFUSAL} this.", (), read, refused=True)
        return self._reply(hits[0].text, (hits[0].id,), read)

    def _reply(self, text: str, citations: tuple[str, ...], read: str, *, refused: bool = False) -> Reply:
        spent = estimate_tokens(read), estimate_tokens(text)
        return Reply(
            text=text,
            citations=citations,
            model=self.model,
            input_tokens=spent[0],
            output_tokens=spent[1],
            cost_usd=self._config.cost(self._settings, *spent),
            refused=refused,
        )
