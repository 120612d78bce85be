"""Answers without a language model: the figures, and the sentences that say it best, word for word."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..retrieval.support import states
from .polarity import agrees
from .reply import Reply
from .spans import enumeration, stretch, wants_list
from .usage import estimate_tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..config import MLConfig
    from ..entities import Question
    from ..retrieval import Hit
    from ..sections import ServingModel
    from .figures import Numeric

ALSO_WORDS = re.compile(
    r"\b(?:and|;)\s+(?:how|why|what)\b.*\b(?:describ|explain|say|said|discuss|reason|cause|why)", re.IGNORECASE
)
NUMBER = re.compile(r"\d")
EITHER = re.compile(r"\b(?:either|any of|at least one)\b", re.IGNORECASE)
HOW_MUCH = re.compile(
    r"\b(?:how (?:much|many|large|big|high|sensitive)|what (?:amount|percentage|share|proportion|number))\b", re.IGNORECASE
)
QUOTED = 4
SURE = 0.3
LOOKED_AT = 5
RANK_STEP = 0.04


class ExtractiveProvider:
    """Quotes what was found and cites it; refuses where nothing was found.

    Tokens are an estimate (see `estimate_tokens`): the question and the sentences read, and the answer written.
    """

    def __init__(self, config: MLConfig, model: ServingModel) -> None:
        self._config = config
        self._settings = model

    @property
    def model(self) -> str:
        """The model's id in ml_config.yaml, else "extractive"."""
        return self._settings.name

    def write(self, question: Question, hits: Sequence[Hit], numeric: Numeric, refusal: str | None) -> Reply:
        """See Provider.write."""
        read = question.text + "".join(hit.text for hit in hits)
        if refusal:
            return self._reply(refusal, (), read, refused=True)
        if numeric.figures:
            text, cited = numeric.figures.text, _support(numeric, hits)
            if ALSO_WORDS.search(question.text):
                chosen = _chosen(question, hits, numeric)[:1]
                text = " ".join([text, *(hit.text for hit in chosen)])
                cited = tuple(dict.fromkeys([*cited, *(hit.id for hit in chosen)]))
            return self._reply(text, cited, read)
        chosen = _chosen(question, hits, numeric)
        return self._reply(_worded(question, numeric, chosen), tuple(hit.id for hit in chosen), read)

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


def _support(numeric: Numeric, hits: Sequence[Hit]) -> tuple[str, ...]:
    """The sentences that state the facts: those that the facts name, else those found that show the figure."""
    found = []
    for fact in numeric.figures.facts if numeric.figures else ():
        if fact.sentence_id:
            found.append(fact.sentence_id)
            continue
        found += [hit.id for hit in hits if hit.cik == fact.cik and states(hit.text, fact.value)][:1]
    return tuple(dict.fromkeys(found))


def _chosen(question: Question, hits: Sequence[Hit], numeric: Numeric) -> list[Hit]:
    """The best sentence, or the best of each company (else of each year) where the question names several."""
    named = {company.cik for company in question.companies}
    own = [hit for hit in hits if hit.cik in named] or list(hits)
    ranked = sorted(enumerate(own), key=lambda item: (-_merit(question, numeric, *item), item[0]))
    best = [hit for _, hit in ranked]
    if len(question.companies) > 1:
        return _one_each(best, [hit.cik for hit in best], [company.cik for company in question.companies])
    if len(question.years.years) > 1:
        return _one_each(best, [hit.year for hit in best], list(question.years.years))
    return best[:1]


def _merit(question: Question, numeric: Numeric, rank: int, hit: Hit) -> float:
    """How well a sentence answers: the share of the question that it covers, less its rank; figures count if asked for."""
    wants_number = (
        bool(question.metrics or question.unknown_metric or numeric.intent.do != "value") and not numeric.intent.narrative
    )
    bonus = 0.15 if wants_number and NUMBER.search(hit.text) else 0.0
    return hit.coverage + bonus - RANK_STEP * rank - (1.0 if hit.neighbour or rank >= LOOKED_AT * 2 else 0.0)


def _one_each(best: list[Hit], keys: list[int], wanted: list[int]) -> list[Hit]:
    firsts = [next((hit for hit, key in zip(best, keys, strict=True) if key == want), None) for want in wanted]
    return [hit for hit in firsts if hit][:QUOTED] or best[:1]


def _worded(question: Question, numeric: Numeric, chosen: list[Hit]) -> str:
    """Yes or no with the sentences, the items of a list, the part of one sentence that answers, or the sentences."""
    text = " ".join(hit.text for hit in chosen)
    if numeric.intent.boolean:
        says = [agrees(question.text, hit.text) for hit in chosen]
        holds = any(says) if EITHER.search(question.text) else all(says)
        return f"{'Yes' if holds else 'No'}. {text}"
    if len(chosen) > 1 or _wants_number(question, numeric):
        return text
    if chosen[0].coverage < SURE:
        return text
    items = enumeration(text) if wants_list(question.text) else []
    return "; ".join(items) if items else stretch(question.text, text)


def _wants_number(question: Question, numeric: Numeric) -> bool:
    asked = question.metrics or question.unknown_metric or HOW_MUCH.search(question.text)
    return bool(asked) and not (numeric.intent.narrative or numeric.intent.boolean)
