"""Whether an answer stands on what was shown: its numbers, its citations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from .numbers import Shown, numbers
from .registry import Metric, register

if TYPE_CHECKING:
    from .batch import Batch

Values = list[float | None]


def supported_numbers(batch: Batch, _cut: int | None) -> Values:
    """Share of the answer's numbers that stand in a context; null without numbers. Those of the question do not count."""
    texts = batch.frame["contexts"].list.eval(pl.element().struct.field("text")).to_list()
    rows = zip(batch.answers, batch.questions, texts, strict=True)
    return [_share(answer, question, contexts or []) for answer, question, contexts in rows]


def _share(answer: str | None, question: str, contexts: list[str]) -> float | None:
    if not answer:
        return None
    asked = {number.value for number in numbers(question)}
    stated = [number for number in dict.fromkeys(numbers(answer)) if number.value not in asked]
    if not stated:
        return None
    shown = Shown(text for text in contexts if text)
    return sum(map(shown.support, stated)) / len(stated)


def citation_precision(batch: Batch, _cut: int | None) -> Values:
    """Share of the cited passages that are expected evidence; null where nothing is cited or expected."""
    return [len(cited & wanted) / len(cited) if cited and wanted else None for cited, wanted in _cited(batch)]


def citation_recall(batch: Batch, _cut: int | None) -> Values:
    """Share of the expected evidence that is cited; 0 where nothing is cited."""
    return [len(cited & wanted) / len(wanted) if wanted else None for cited, wanted in _cited(batch)]


def _cited(batch: Batch) -> list[tuple[set[str], set[str]]]:
    rows = zip(batch.frame["citations"].to_list(), batch.cases, strict=True)
    return [(set(cited or ()), {name for name, grade in case.expected.evidence.items() if grade > 0}) for cited, case in rows]


register(Metric(name="grounding.supported_numbers", scorer=supported_numbers, asks_for="contexts"))
register(Metric(name="grounding.citation_precision", scorer=citation_precision, needs=("evidence",), asks_for="citations"))
register(Metric(name="grounding.citation_recall", scorer=citation_recall, needs=("evidence",), asks_for="citations"))
