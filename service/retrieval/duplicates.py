"""Sentences of one filing that say the same."""

from __future__ import annotations

import re

WORD = re.compile(r"[a-z]+|\d+(?:[.,]\d+)*")
SAME = 0.9


class Seen:
    """Remembers what was kept and recognises a near-duplicate.

    Two sentences are the same if they come from one company's report of one year, carry the same numbers, and share
    nine tenths of their words. The same sentence in another year's report states another year's fact: it is kept.
    """

    def __init__(self) -> None:
        self._kept: dict[tuple[object, ...], list[frozenset[str]]] = {}

    def add(self, report: tuple[object, ...], text: str) -> bool:
        """Keep `text` of `report` (company, year) unless it was said already; whether it was kept."""
        words = frozenset(WORD.findall(text.lower()))
        numbers = frozenset(word for word in words if word[0].isdigit())
        same = self._kept.setdefault((*report, numbers), [])
        if any(len(words & other) >= SAME * len(words | other) for other in same):
            return False
        same.append(words)
        return True
