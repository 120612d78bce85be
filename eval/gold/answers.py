"""Expected answers that do not fit their questions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .findings import Finding, Looked
from .wording import asks_figure, says_nothing, states_figure

if TYPE_CHECKING:
    from collections.abc import Iterator

SHORT_LETTERS = 4
CHOICE = " or "
SHOWN = 60
REWRITE = "Write the answer to the question."


def numeric_missing(looked: Looked) -> Iterator[Finding]:
    """Questions that ask for a figure and have no expected number; and a set in which no case has one."""
    expected = looked.expected
    lacking = [
        row
        for row, (texts, *others) in enumerate(expected.select("texts", "numeric", "value", "boolean").iter_rows())
        if texts and others == [None, None, None] and asks_figure(looked.questions[row])
    ]
    for row in lacking:
        message = "{case} asks for a figure and expects no number: only the words of its answer can be compared."
        yield looked.finding(row, "numeric-missing", "warning", message, "Set expected.numeric, with unit and tolerance.")
    tolerances = ("numeric", "tolerance_absolute", "tolerance_relative")
    if lacking and all(expected[name].null_count() == expected.height for name in tolerances):
        count, asking = expected.height, len(lacking)
        message = f"all {count} cases lack a number and a tolerance, though {asking} of them ask for a figure."
        yield Finding(code="no-numbers", severity="warning", line=0, case=None, message=message)


def unrelated_answers(looked: Looked) -> Iterator[Finding]:
    """Answers without any figure where one is asked for, and answers that are a form of words and say nothing."""
    for row, (texts, numeric) in enumerate(looked.expected.select("texts", "numeric").iter_rows()):
        if texts and numeric is None and asks_figure(looked.questions[row]) and not any(map(states_figure, texts)):
            message = f"{{case}} asks for a figure and its answer states none: {_shown(texts[0])}."
            yield looked.finding(row, "no-figure", "warning", message, REWRITE)
        if texts and says_nothing(texts[0]):
            message = f"the answer of {{case}} is boilerplate: {_shown(texts[0])}."
            yield looked.finding(row, "boilerplate", "warning", message, REWRITE)


def answers_in_questions(looked: Looked) -> Iterator[Finding]:
    """Answers that stand word for word in their own question: a service that repeats it would be right.

    Left alone are yes and no, labels, answers of up to three letters, and questions that offer a choice.
    """
    import polars as pl

    asked = looked.plain.with_columns(boolean=looked.expected["boolean"], label=looked.expected["label"]).with_row_index("row")
    texts = asked.filter(pl.col("boolean").is_null() & pl.col("label").is_null()).explode("texts", empty_as_null=True)
    question, text = (pl.lit(" ") + pl.col(name) + pl.lit(" ") for name in ("question", "texts"))
    long = pl.col("texts").str.len_chars() >= SHORT_LETTERS
    found = texts.filter(long & question.str.contains(text, literal=True) & ~question.str.contains(CHOICE, literal=True))
    for row, words in found.unique("row", keep="first", maintain_order=True).select("row", "texts").iter_rows():
        message = f"the answer of {{case}} stands in its own question: {_shown(words)}."
        yield looked.finding(row, "answer-in-question", "warning", message, "Ask without giving it away.")


def _shown(text: str) -> str:
    words = " ".join(text.split())
    return f'"{words if len(words) <= SHOWN else words[: SHOWN - 3] + "..."}"'
