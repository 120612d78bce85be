"""BM25 over word stems."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

import bm25s
import numpy as np

from ..embedding.features import STOP, WORD, stem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


class LexicalIndex:
    """BM25 (Lucene's variant, k1 1.2, b 0.75) of every sentence for a question."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._terms = [terms(text) for text in texts]
        self._index = bm25s.BM25(k1=1.2, b=0.75)
        self._index.index(self._terms, show_progress=False)
        self._size = len(texts)
        counts = Counter(term for each in self._terms for term in set(each))
        self._weights = {term: math.log(1.0 + self._size / count) for term, count in counts.items()}

    def scores(self, question: str) -> NDArray[np.float32]:
        """One score a sentence, 0 where no word is shared."""
        wanted = [term for term in terms(question) if term in self._index.vocab_dict]
        if not wanted:
            return np.zeros(self._size, dtype=np.float32)
        found: NDArray[np.float32] = self._index.get_scores(wanted)
        return found

    def knows(self, word: str) -> bool:
        """Whether any sentence holds the word or another form of it."""
        return all(term in self._weights for term in terms(word))

    def coverage(self, question: str, row: int) -> float:
        """The share of the question's words that a sentence holds, rare words counting more (by ln(1 + n / df)); 0 to 1."""
        wanted = set(terms(question))
        unknown = math.log(1.0 + self._size)
        weights = {term: self._weights.get(term, unknown) for term in wanted}
        return sum(weights[term] for term in wanted.intersection(self._terms[row])) / (sum(weights.values()) or 1.0)


def terms(text: str) -> list[str]:
    """The stems of `text` without stop words."""
    return [stem(word) for word in WORD.findall(text.lower()) if word not in STOP]
