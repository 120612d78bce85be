"""KPI names and their synonyms, found in a question as the longest phrase that fits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .synonyms import SAME, SYNONYMS
from .text import plain

if TYPE_CHECKING:
    from collections.abc import Iterable

WORD = re.compile(r"[a-z0-9]+(?:&[a-z0-9]+)*")
FILLERS = frozenset(["the", "of", "a", "an", "and", "its", "total", "for", "to", "in"])


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A KPI that a phrase of the question means: its keys in the collection, best first, and its label."""

    keys: tuple[str, ...]
    label: str
    phrase: str
    start: int
    end: int


class MetricNames:
    """Finds KPIs in a question. Built from the (metric key, label) pairs of the collection's facts, commonest first."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._labels: dict[str, str] = {}
        for key, label in pairs:
            self._labels.setdefault(key, label)
        self._phrases: dict[tuple[str, ...], list[str]] = {}
        self._known_elsewhere: set[tuple[str, ...]] = set()
        self._learn()

    def find(self, text: str) -> tuple[Metric, ...]:
        """The KPIs of the collection in `text`, in order; longer phrases win over shorter ones inside them."""
        words = [(found.group(0), found.start(), found.end()) for found in WORD.finditer(text.lower())]
        found: list[Metric] = []
        at = 0
        while at < len(words):
            metric, used = self._match(words, at)
            if metric:
                found.append(metric)
            at += used
        return _distinct(found)

    def unknown(self, text: str) -> str | None:
        """A KPI that people ask about and the collection has no fact of, as the question words it."""
        words = [_singular(word) for word in WORD.findall(text.lower())]
        for at in range(len(words)):
            for length in range(min(6, len(words) - at), 1, -1):
                if tuple(words[at : at + length]) in self._known_elsewhere:
                    return " ".join(WORD.findall(text.lower())[at : at + length])
        return None

    def label(self, key: str) -> str:
        """The label of a key, as the collection writes it."""
        return self._labels.get(key, key.replace("_", " "))

    def _match(self, words: list[tuple[str, int, int]], at: int) -> tuple[Metric | None, int]:
        for length in range(min(9, len(words) - at), 0, -1):
            span = words[at : at + length]
            keys = self._phrases.get(tuple(_singular(word) for word, _, _ in span))
            if keys:
                phrase = " ".join(word for word, _, _ in span)
                metric = Metric(keys=tuple(keys), label=self.label(keys[0]), phrase=phrase, start=span[0][1], end=span[-1][2])
                return metric, length
        return None, 1

    def _learn(self) -> None:
        for key, label in self._labels.items():
            self._add(_phrase(label), key)
            self._add(_phrase(re.sub(r"\(.*?\)|%", " ", label)), key)
            self._add(_phrase(key.replace("_", " ")), key)
        for name, phrases in SYNONYMS.items():
            keys = [key for key in (name, *SAME.get(name, "").split()) if key in self._labels]
            for phrase in phrases.split("|"):
                if keys:
                    for key in keys:
                        self._add(_phrase(phrase), key)
                elif _phrase(phrase) not in self._phrases:
                    self._known_elsewhere.add(_phrase(phrase))
        self._known_elsewhere -= set(self._phrases)

    def _add(self, phrase: tuple[str, ...], key: str) -> None:
        if phrase and key not in self._phrases.setdefault(phrase, []):
            self._phrases[phrase].append(key)


def _distinct(found: list[Metric]) -> tuple[Metric, ...]:
    """One metric a set of keys, the first mention."""
    return tuple({metric.keys: metric for metric in reversed(found)}.values())[::-1]


def _phrase(text: str) -> tuple[str, ...]:
    return tuple(_singular(word) for word in WORD.findall(plain(text).lower().replace("'", "")))


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        return word[:-1]
    return word
