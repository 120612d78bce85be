"""TAT-QA's exact match, F1 and scale by the rules of its official scorer (Zhu et al. 2021), quirks included.

The expected answer is `items` (spans), else `numeric` (arithmetic and counts), else `answer`; its scale is `unit`: empty,
thousand, million, billion or percent. A response is JSON `[answer or answers, scale]`, or an answer whose scale is the `label`.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from .registry import Metric, register
from .text import ARTICLES, PUNCTUATION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from .batch import Batch

SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000, "percent": 0.01}
LEFT_OUT_OF_NUMBERS = str.maketrans("", "", "'\"\\$€£¥%(),[]")
SIGNED = re.compile(r"([+-]?\d+(?:\.\d+)?)|[+-]?\.\d+")
WITH_WORD = re.compile(r"(?<![\d.])[\d.]+\s?[a-zA-Z]+")
IN_BRACKETS = re.compile(r"\([\d.\s]+\)")
WITH_PERCENT = re.compile(r"[\d.\s]%")
MOST_DIGITS = 200


class Given(NamedTuple):
    """An answer and its scale; `answer` is what the JSON held: a text, a number, a list of them, or nothing."""

    answer: Any
    scale: str


class Score(NamedTuple):
    """Of one question; a larger score is one that matches better."""

    exact: float
    f1: float


def factor(scale: str) -> float:
    """What a scale multiplies by: 1 for none, 0.01 for percent."""
    return next((value for name, value in SCALES.items() if name in scale.lower()), 1)


@lru_cache(maxsize=8192)
def is_number(text: str) -> bool:
    """Whether a text is a number, or a number and the word of its scale."""
    words = text.translate(LEFT_OUT_OF_NUMBERS).split()
    try:
        number = float(words[0])
    except (IndexError, ValueError):
        return False
    return number == number and (len(words) < 2 or factor(words[1]) != 1)


@lru_cache(maxsize=8192)
def to_number(text: str) -> float | None:
    """The first number of a text, by its scale, brackets (negative) and percent sign, to four decimals."""
    found = SIGNED.search(text.translate(LEFT_OUT_OF_NUMBERS))
    if found is None or found[1] is None:
        return None
    word = WITH_WORD.search(text)
    number = float(found[1]) if "." in found[1] or len(found[1]) > MOST_DIGITS else int(found[1])
    sign = -1 if IN_BRACKETS.search(text) else 1
    return round(number * (factor(word[0]) if word else 1) * sign * (0.01 if WITH_PERCENT.search(text) else 1), 4)


def as_text(answers: Sequence[Any], scale: str) -> str:
    """All answers in order as one text: numbers to four decimals in plain units, other texts with the scale behind them."""
    return " ".join(_scaled(text, scale) for text in map(str, sorted(answers, key=str)))


def _scaled(text: str, scale: str) -> str:
    number = to_number(text) if is_number(text) else None
    if number is None:
        return f"{text} {scale}" if scale else text
    return f"{number:.4f}" if "%" in text else f"{round(number, 2) * factor(scale):.4f}"


def normal(text: str) -> str:
    """Lower case, numbers in one form, other words without punctuation and articles."""
    words = (ARTICLES.sub(" ", _word(word)) for word in text.lower().split(" "))
    return " ".join(" ".join(words).split())


def _word(word: str) -> str:
    return str(to_number(word)) if is_number(word) else word.translate(PUNCTUATION)


def score(given: Given, expected: Given, *, numeric: bool) -> Score:
    """The score of a question; F1 is exact match where the answer is calculated. An empty answer, and a bare 0, score 0."""
    if not given.answer or not expected.answer:
        return Score(0.0, 0.0)
    wanted = normal(as_text(expected.answer, expected.scale))
    best = max(_compared(normal(text), wanted) for text in _readings(given))
    return Score(best.exact, best.exact) if numeric else best


def _readings(given: Given) -> Iterator[str]:
    """The answer as text, and a single number without a scale as a fraction: 0.2342 for 23.42 percent."""
    answers = given.answer if isinstance(given.answer, list) else [given.answer]
    yield as_text(answers, given.scale)
    text = str(answers[0])
    if len(answers) == 1 and not given.scale and "%" not in text and is_number(text):
        number = to_number(text)
        if number is not None:
            yield f"{number:.4f}"


def _compared(given: str, wanted: str) -> Score:
    words, wanted_words = set(given.split()), set(wanted.split())
    common = len(words & wanted_words)
    precision = common / len(words) if words else 1.0
    recall = common / len(wanted_words) if wanted_words else 1.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return Score(float(given == wanted), round(f1, 2))


def given_answer(answer: str | None, label: str | None) -> Given:
    """What a response says; without a label, JSON of a pair whose second part is a text names its scale."""
    try:
        data = json.loads(answer or "null")
    except (ValueError, RecursionError):
        data = answer
    if label is None and isinstance(data, list) and len(data) == 2 and isinstance(data[1], str) and _is_scale(data[1]):
        return Given(data[0], data[1])
    return Given(data if isinstance(data, list) else answer, label or "")


def _is_scale(text: str) -> bool:
    return not text or text in SCALES


def _rows(batch: Batch) -> list[tuple[Given, Given, bool] | None]:
    columns = batch.expected.select("items", "numeric", "texts", "unit").iter_rows()
    labels = batch.frame["label"].to_list()
    rows: list[tuple[Given, Given, bool] | None] = []
    for answer, label, (items, numeric, texts, unit) in zip(batch.answers, labels, columns, strict=True):
        wanted = items or ([numeric] if numeric is not None else texts[:1])
        numbers = not items and numeric is not None
        rows.append((given_answer(answer, label), Given(wanted, unit or ""), numbers) if wanted else None)
    return rows


def _each(batch: Batch, value: Callable[[Given, Given, bool], float]) -> list[float | None]:
    return [None if row is None else value(*row) for row in _rows(batch)]


def exact_match(batch: Batch, _parameter: None) -> list[float | None]:
    """1 if the answers and their scale come to the same text."""
    return _each(batch, lambda given, expected, numeric: score(given, expected, numeric=numeric).exact)


def f1(batch: Batch, _parameter: None) -> list[float | None]:
    """F1 over the different words of both, to two decimals; exact match where the answer is calculated."""
    return _each(batch, lambda given, expected, numeric: score(given, expected, numeric=numeric).f1)


def scale(batch: Batch, _parameter: None) -> list[float | None]:
    """1 if an answer is given and its scale is the expected one."""
    return _each(batch, lambda given, expected, _numeric: float(bool(given.answer) and given.scale == expected.scale))


for _name, _scorer in {"em": exact_match, "f1": f1, "scale": scale}.items():
    register(Metric(name=f"tatqa.{_name}", scorer=_scorer, needs=("answer", "answers", "items", "numeric"), on_request=True))
