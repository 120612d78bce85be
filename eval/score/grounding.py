"""Whether an answer stands on what was shown: its numbers, its citations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from .numbers import Shown, numbers
from .registry import Metric, register

if TYPE_CHECKING:
    from .batch import Batch


def supported_numbers(batch: Batch, _parameter: None) -> list[float | None]:
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


def citation_precision(batch: Batch, _parameter: None) -> pl.Series:
    """Share of the cited passages that are expected evidence; null where nothing is cited or expected."""
    return (
        _overlap(batch)
        .select(pl.when((pl.col("cited") > 0) & (pl.col("wanted") > 0)).then(pl.col("both") / pl.col("cited")))
        .to_series()
    )


def citation_recall(batch: Batch, _parameter: None) -> pl.Series:
    """Share of the expected evidence that is cited; 0 where nothing is cited."""
    return _overlap(batch).select(pl.when(pl.col("wanted") > 0).then(pl.col("both") / pl.col("wanted"))).to_series()


def _overlap(batch: Batch) -> pl.DataFrame:
    """How many different passages each row cites, expects, and both."""
    wanted = pl.col("evidence").list.filter(pl.element().struct.field("grade") > 0).list.eval(pl.element().struct.field("id"))
    cited = batch.frame["citations"].fill_null([]).list.unique()
    return (
        batch.expected.select(wanted=wanted)
        .with_columns(cited=cited)
        .select(
            both=pl.col("cited").list.set_intersection("wanted").list.len(),
            cited=pl.col("cited").list.len(),
            wanted=pl.col("wanted").list.len(),
        )
    )


register(Metric(name="grounding.supported_numbers", scorer=supported_numbers, asks_for=("contexts",)))
register(Metric(name="grounding.citation_precision", scorer=citation_precision, needs=("evidence",), asks_for=("citations",)))
register(Metric(name="grounding.citation_recall", scorer=citation_recall, needs=("evidence",), asks_for=("citations",)))
