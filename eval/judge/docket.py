"""What a judge is to be asked by one rubric, row by row."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from .asking import Question
from .cache import reply_key
from .exhibits import exhibits
from .parsing import parse_preference, parse_rating
from .prompts import preference_prompt, rating_prompt

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .model import Model
    from .prompts import Exhibit
    from .rubric import Rubric


@dataclass(frozen=True, kw_only=True)
class Docket:
    """One rubric's questions, row by row: none, one (a rating) or two (both orders of a preference). `failed` rows ended in an
    infrastructure error.
    """

    rubric: Rubric
    model: Model
    questions: list[tuple[Question, ...]]
    failed: NDArray[np.bool_]

    def keys_by_row(self) -> list[tuple[str, ...]]:
        """The keys of the questions, under which their replies are kept."""
        identity = self.model.identity
        return [tuple(reply_key(identity, question.prompt) for question in row) for row in self.questions]


def docket_of(rubric: Rubric, model: Model, table: pl.DataFrame, baseline: pl.DataFrame | None) -> Docket:
    """The questions about a table of cases; a row that ended in an error has none, and neither has a preference for a case
    that the baseline did not answer.
    """
    shown = exhibits(table)
    failed = table["error"].is_not_null().to_numpy()
    if rubric.kind == "rating":
        rows = [() if bad else _rating(rubric, exhibit) for exhibit, bad in zip(shown, failed, strict=True)]
    else:
        there = _answers(baseline)
        keys = zip(table["id"].to_list(), table["input"].to_list(), strict=True)
        others = [None if bad else there.get(key) for key, bad in zip(keys, failed, strict=True)]
        rows = [() if other is None else _both_orders(rubric, mine, other) for mine, other in zip(shown, others, strict=True)]
    return Docket(rubric=rubric, model=model, questions=rows, failed=failed)


def _answers(baseline: pl.DataFrame | None) -> dict[tuple[str, str], str]:
    """The baseline's answers by id and input: a case that asks something else now is another case."""
    if baseline is None:
        return {}
    rows = baseline.filter(pl.col("error").is_null()).select("id", "input", pl.col("answer").fill_null(""))
    return {(name, question): answer for name, question, answer in rows.iter_rows()}


def _rating(rubric: Rubric, exhibit: Exhibit) -> tuple[Question, ...]:
    return (Question(prompt=rating_prompt(rubric, exhibit), read=lambda text: parse_rating(text, rubric.scale)),)


def _both_orders(rubric: Rubric, mine: Exhibit, answer: str) -> tuple[Question, ...]:
    other = replace(mine, answer=answer)
    prompts = preference_prompt(rubric, mine, other), preference_prompt(rubric, other, mine)
    return tuple(Question(prompt=prompt, read=parse_preference) for prompt in prompts)
