"""Metrics of the answer's text against what was expected; each is between 0 and 1."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import polars as pl

from .registry import Metric, register
from .text import NARROW, stands_in, token_f1

if TYPE_CHECKING:
    from collections.abc import Callable

    from .batch import Batch

Values = list[float | None]
TEXTS = ("answer", "answers")


def exact_match(batch: Batch, _parameter: None) -> pl.Series:
    """1 if the normalised answer equals one of the expected texts."""
    pairs = batch.normal_pairs
    return batch.best(pairs, pairs["answer"] == pairs["expected"])


def contains(batch: Batch, _parameter: None) -> pl.Series:
    """1 if one of the expected texts stands in the answer, both normalised, even within a word; see `stands_in`."""
    pairs = batch.normal_pairs
    inside = pairs.select(pl.col("answer").str.contains(pl.col("expected"), literal=True)).to_series()
    narrow = (inside & pairs["expected"].str.contains(NARROW)).arg_true()
    if not narrow.is_empty():
        texts = pairs[narrow].select("answer", "expected").iter_rows()
        inside = inside.scatter(narrow, [stands_in(answer, expected) for answer, expected in texts])
    return batch.best(pairs, inside)


def best_token_f1(batch: Batch, _parameter: None) -> pl.Series:
    """SQuAD's F1 over tokens, the best over the expected texts."""
    return _best(batch, batch.normal_pairs, token_f1)


def best_rouge_l(batch: Batch, _parameter: None) -> pl.Series:
    """ROUGE-L's F-measure without stemming, the best over the expected texts."""
    from .rouge import rouge_l, rouge_tokens

    answer_tokens = lru_cache(maxsize=1)(rouge_tokens)
    return _best(batch, batch.pairs, lambda answer, expected: rouge_l(answer_tokens(answer), rouge_tokens(expected)))


def best_chrf(batch: Batch, _parameter: None) -> pl.Series:
    """Sentence chrF2 as sacrebleu computes it, over 100; the best over the expected texts."""
    from .chrf import chrf

    return batch.best(batch.pairs, chrf(batch.pairs["answer"], batch.pairs["expected"]))


def _best(batch: Batch, pairs: pl.DataFrame, value: Callable[[str, str], float]) -> pl.Series:
    return batch.best(pairs, list(map(value, pairs["answer"].to_list(), pairs["expected"].to_list())))


def numeric_match(batch: Batch, _parameter: None) -> Values:
    """1 if the answer states the expected number within its tolerance; a wrong scale is a miss."""
    from .numbers import goal, states
    from .shapes import states_alike

    wanted = batch.expected.select("numeric", "unit", "tolerance_absolute", "tolerance_relative")
    alike = states_alike(wanted.with_columns(answer=batch.frame["answer"], question=batch.frame["input"])).to_list()
    rows = zip(alike, batch.answers, wanted.iter_rows(), batch.questions, strict=True)
    return [
        None if row[0] is None else float(states(answer, goal(*row), question) if known is None else known)
        for known, answer, row, question in rows
    ]


def boolean_match(batch: Batch, _parameter: None) -> Values:
    """1 if the answer says the expected yes or no; an unclear one is wrong."""
    from .reading import said

    rows = zip(batch.answers, batch.expected["boolean"].to_list(), strict=True)
    return [None if wanted is None else float(said(answer) is wanted) for answer, wanted in rows]


def list_f1(batch: Batch, _parameter: None) -> Values:
    """F1 over items: an item is found if a listed part holds it word by word; each part counts for one item."""
    from .reading import items_f1

    rows = zip(batch.answers, batch.expected["items"].to_list(), strict=True)
    return [items_f1(answer, items) if items else None for answer, items in rows]


def refusal(batch: Batch, _parameter: None) -> Values:
    """1 if the answer to an unanswerable case declines; does not apply to other cases."""
    from .reading import refuses

    rows = zip(batch.answers, batch.expected["unanswerable"].to_list(), strict=True)
    return [float(refuses(answer)) if unanswerable else None for answer, unanswerable in rows]


for _name, _scorer, _needs in (
    ("exact_match", exact_match, TEXTS),
    ("token_f1", best_token_f1, TEXTS),
    ("contains", contains, TEXTS),
    ("rouge_l", best_rouge_l, TEXTS),
    ("chrf", best_chrf, TEXTS),
    ("numeric_match", numeric_match, ("numeric",)),
    ("boolean_match", boolean_match, ("boolean",)),
    ("list_f1", list_f1, ("items",)),
    ("refusal", refusal, ("refusal",)),
):
    register(Metric(name=f"answer.{_name}", scorer=_scorer, needs=_needs))
