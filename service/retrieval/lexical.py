"""BM25 over word stems."""

from __future__ import annotations

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
        self._index = bm25s.BM25(k1=1.2, b=0.75)
        self._index.index([terms(text) for text in texts], show_progress=False)
        self._size = len(texts)

    def scores(self, question: str) -> NDArray[np.float32]:
        """One score a sentence, 0 where no word is shared."""
        wanted = [term for term in terms(question) if term in self._index.vocab_dict]
        if not wanted:
            return np.zeros(self._size, dtype=np.float32)
        found: NDArray[np.float32] = self._index.get_scores(wanted)
        return found


def terms(text: str) -> list[str]:
    """The stems of `text` without stop words."""
    return [stem(word) for word in WORD.findall(text.lower()) if word not in STOP]
