"""Metrics of the answer's text against what was expected; each is between 0 and 1."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from .numbers import states
from .registry import Metric, register
from .text import BRACKETS, normalise, refuses, rouge_l, rouge_tokens, token_f1

if TYPE_CHECKING:
    from .batch import Batch

YES_FIRST = re.compile(r"(?i)^\W*(yes|true|correct)\b")
NO_FIRST = re.compile(r"(?i)^\W*(no|false|incorrect)\b")
YES = re.compile(r"(?i)\b(yes|true)\b")
NO = re.compile(r"(?i)\b(no|false)\b")
HARD_BREAKS = re.compile(r"\s*(?:\n+|;|•|\u2022)\s*(?:[-*]\s+|\d{1,2}[.)]\s+)?")
SOFT_BREAKS = re.compile(r",\s+(?:and\s+|or\s+)?|\s+and\s+|\s+or\s+")
LEAD_IN = re.compile(r"^[^:\n]{0,200}:\s*")
BULLET = re.compile(r"^(?:[-*•]\s+|\d{1,2}[.)]\s+)")

Values = list[float | None]


def exact_match(batch: Batch, _cut: int | None) -> Values:
    """1 if the normalised answer equals one of the expected texts."""
    pairs = zip(batch.normalised, batch.normalised_expected, strict=True)
    return [float(answer in texts) if texts else None for answer, texts in pairs]


def best_token_f1(batch: Batch, _cut: int | None) -> Values:
    """SQuAD's F1 over tokens, the best over the expected texts."""
    pairs = zip(batch.normalised, batch.normalised_expected, strict=True)
    return [max(token_f1(answer, text) for text in texts) if texts else None for answer, texts in pairs]


def contains(batch: Batch, _cut: int | None) -> Values:
    """1 if one of the expected texts stands in the answer, both normalised, word by word."""
    pairs = zip(batch.normalised, batch.normalised_expected, strict=True)
    return [float(any(f" {text} " in f" {answer} " for text in texts)) if texts else None for answer, texts in pairs]


def best_rouge_l(batch: Batch, _cut: int | None) -> Values:
    """ROUGE-L's F-measure without stemming, the best over the expected texts."""
    values: Values = []
    for answer, case, texts in zip(batch.rouge, batch.cases, batch.normalised_expected, strict=True):
        wanted = [rouge_tokens(text) for text in case.expected.texts] if texts else []
        values.append(max(rouge_l(answer, tokens) for tokens in wanted) if wanted else None)
    return values


def numeric_match(batch: Batch, _cut: int | None) -> Values:
    """1 if the answer states the expected number within its tolerance; a wrong scale is a miss."""
    rows = zip(batch.answers, batch.cases, batch.questions, strict=True)
    return [
        None if case.expected.numeric is None else float(states(answer, case.expected, question))
        for answer, case, question in rows
    ]


def said(answer: str | None) -> bool | None:
    """The yes or no that an answer says: its first word, else the only one of the two that it holds; null if unclear."""
    text = BRACKETS.sub("", answer or "")
    for yes, no in ((YES_FIRST, NO_FIRST), (YES, NO)):
        both = yes.search(text) is not None, no.search(text) is not None
        if both in {(True, False), (False, True)}:
            return both[0]
    return None


def boolean_match(batch: Batch, _cut: int | None) -> Values:
    """1 if the answer says the expected yes or no; an unclear one is wrong."""
    rows = zip(batch.answers, batch.cases, strict=True)
    return [None if case.expected.boolean is None else float(said(answer) is case.expected.boolean) for answer, case in rows]


def listed(answer: str | None) -> list[str]:
    """The items that an answer lists, normalised: a JSON list, lines and semicolons, or else commas and "and"."""
    text = BRACKETS.sub("", answer or "") if not (answer or "").lstrip().startswith("[") else answer or ""
    try:
        data = json.loads(text)
    except ValueError:
        data = None
    if isinstance(data, list):
        parts = [str(part) for part in data]
    else:
        text = LEAD_IN.sub("", text.strip(), count=1)
        parts = [BULLET.sub("", part) for part in HARD_BREAKS.split(text)]
        parts = parts if len([part for part in parts if part.strip()]) > 1 else SOFT_BREAKS.split(text)
    return [normal for normal in map(normalise, parts) if normal]


def list_f1(batch: Batch, _cut: int | None) -> Values:
    """F1 over items: an item is found if a listed part holds it word by word; each part counts for one item."""
    rows = zip(batch.answers, batch.cases, strict=True)
    return [_items_f1(listed(answer), case.expected.items) if case.expected.items else None for answer, case in rows]


def _items_f1(parts: list[str], items: tuple[str, ...]) -> float:
    left, found = list(parts), 0
    wanted = list(dict.fromkeys(normalise(item) for item in items))
    for item in sorted(wanted, key=len, reverse=True):
        holder = next((part for part in left if f" {item} " in f" {part} "), None)
        if holder is not None:
            left.remove(holder)
            found += 1
    return 0.0 if not found else 2 * found / (len(parts) + len(wanted))


def refusal(batch: Batch, _cut: int | None) -> Values:
    """1 if the answer to an unanswerable case declines; does not apply to other cases."""
    rows = zip(batch.answers, batch.cases, strict=True)
    return [float(refuses(answer)) if case.unanswerable else None for answer, case in rows]


for _name, _scorer, _needs in (
    ("exact_match", exact_match, ("answer", "answers")),
    ("token_f1", best_token_f1, ("answer", "answers")),
    ("contains", contains, ("answer", "answers")),
    ("rouge_l", best_rouge_l, ("answer", "answers")),
    ("numeric_match", numeric_match, ("numeric",)),
    ("boolean_match", boolean_match, ("boolean",)),
    ("list_f1", list_f1, ("items",)),
    ("refusal", refusal, ("refusal",)),
):
    register(Metric(name=f"answer.{_name}", scorer=_scorer, needs=_needs))
