"""BM25 over word stems."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

import bm25s
import numpy as np

from ..embedding.features import STOP, WORD, stem
from .thesaurus import relatives

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

RELATED = 0.3
SAME_MEANING = 0.8


class LexicalIndex:
    """BM25 (Lucene's variant, k1 1.2, b 0.75) of every sentence for a question."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._terms = [terms(text) for text in texts]
        self._index = bm25s.BM25(k1=1.2, b=0.75)
        self._index.index(self._terms, show_progress=False)
        self._size = len(texts)
        counts = Counter(term for each in self._terms for term in set(each))
        self._weights = {term: math.log(1.0 + self._size / count) for term, count in counts.items()}
        self._rarest = math.log(1.0 + self._size)

    def scores(self, question: str, years: Sequence[int] = ()) -> NDArray[np.float32]:
        """One score a sentence, 0 where no word is shared.

        Words of the same meaning count a third, and so does a year that the question names: a sentence that says the year is
        surer than one that only stands in its report.
        """
        wanted = terms(question)
        related = {other for term in wanted for other in relatives(term)} - set(wanted)
        return self._sum(wanted) + RELATED * self._sum([*sorted(related), *(str(year) for year in years)])

    def knows(self, word: str) -> bool:
        """Whether any sentence holds the word or another form of it."""
        return all(term in self._weights for term in terms(word))

    def coverage(self, question: str, row: int) -> float:
        """The share of the question's words that a sentence holds, rare words counting more (by ln(1 + n / df)); 0 to 1."""
        wanted = set(terms(question)) - EMPTY
        held = set(self._terms[row])
        weights = {term: self._weights.get(term, self._rarest) for term in wanted}
        found = sum(weights[term] * _held(term, held) for term in wanted)
        return found / (sum(weights.values()) or 1.0)

    def _sum(self, wanted: Sequence[str]) -> NDArray[np.float32]:
        known = [term for term in wanted if term in self._weights]
        if not known:
            return np.zeros(self._size, dtype=np.float32)
        found: NDArray[np.float32] = self._index.get_scores(known)
        return found


def terms(text: str) -> list[str]:
    """The stems of `text` without stop words."""
    return [stem(word) for word in WORD.findall(text.lower()) if len(word) > 1 and word not in STOP]


def _held(term: str, held: set[str]) -> float:
    """1 for the word itself, most of it for a word of the same meaning."""
    return 1.0 if term in held else SAME_MEANING if not held.isdisjoint(relatives(term)) else 0.0


# Words that ask, and say nothing about what is asked.
EMPTY = frozenset(
    terms(
        "much many large big small end year fiscal report filing annual according per list name give number amount total value"
        " come came stand stood state show figure kind kinds thing things tell find level company companies judging main"
    )
)
