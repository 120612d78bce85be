"""From a question to ranked sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .duplicates import Seen
from .fusion import ranks, reciprocal
from .lexical import LexicalIndex
from .support import states

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from ..answer.facts import Fact
    from ..corpus import Corpus
    from ..embedding import Embedder
    from ..entities import Question
    from ..sections import RetrievalSection

DEPTH = 50
SECTION_BONUS = 1.0
STATING = 20


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A sentence that was found: its row in the corpus, id, text, and a score that falls from first to last.

    `similarity` is the cosine with the question, `coverage` the weighted share of its words that the sentence holds;
    `neighbour` marks a sentence added because it stands beside a hit.
    """

    id: str
    cik: int
    year: int
    text: str
    score: float
    similarity: float
    coverage: float
    neighbour: bool = False


class Searcher:
    """Ranks the sentences of a corpus: filtered search first, global search where the filters leave room."""

    def __init__(self, corpus: Corpus, embedder: Embedder, settings: RetrievalSection) -> None:
        self._settings = settings
        self._embedder = embedder
        self._vectors = corpus.vectors
        sentences = corpus.sentences
        self._ids = sentences["sentence_id"].to_list()
        self._texts = sentences["text"].to_list()
        self._ciks = sentences["cik_int"].to_numpy()
        self._years = sentences["report_year"].to_numpy()
        self._sections = np.asarray(sentences["section"].to_list())
        self._places = list(zip(sentences["doc_id"], sentences["section"], sentences["position"], strict=True))
        self._at = {place: row for row, place in enumerate(self._places)}
        self._rows = {sentence: row for row, sentence in enumerate(self._ids)}
        self._lexical = LexicalIndex(self._texts)

    def search(self, question: Question, top_k: int, facts: Sequence[Fact] = ()) -> list[Hit]:
        """At most `top_k` ranked sentences, then their neighbours; sentences that state one of `facts` lead the ranking."""
        wording = question.core or question.text
        lexical = self._lexical.scores(wording, question.years.years)
        dense = self._vectors @ self._embedder.encode([wording], "query")[0]
        seen = Seen()
        rows: list[int] = []
        for row in self._ordered(question, lexical, dense, self._stating(facts, top_k)):
            if row not in rows and seen.add((self._ciks[row], self._years[row]), self._texts[row]):
                rows.append(row)
            if len(rows) == top_k:
                break
        beside = self._beside(rows)
        return [self._hit(row, at, wording, dense, neighbour=at >= len(rows)) for at, row in enumerate(rows + beside)]

    def knows(self, word: str) -> bool:
        """Whether any sentence holds the word or another form of it."""
        return self._lexical.knows(word)

    def _hit(self, row: int, at: int, wording: str, dense: NDArray[np.float32], *, neighbour: bool) -> Hit:
        return Hit(
            id=self._ids[row],
            cik=int(self._ciks[row]),
            year=int(self._years[row]),
            text=self._texts[row],
            score=round(1.0 / (1.0 + at), 6),
            similarity=float(dense[row]),
            coverage=self._lexical.coverage(wording, row),
            neighbour=neighbour,
        )

    def _ordered(
        self, question: Question, lexical: NDArray[np.float32], dense: NDArray[np.float32], first: list[int]
    ) -> Iterator[int]:
        yield from first
        bonus = np.isin(self._sections, question.sections) if question.sections else None
        yield from _in_turn([self._fused(rows, lexical, dense, bonus) for rows in self._cells(question)])
        yield from self._fused(np.arange(len(self._ids)), lexical, dense, bonus)

    def _cells(self, question: Question) -> list[NDArray[np.int64]]:
        """The rows of each company in each year that the question names, so that every one of them is heard."""
        everything = np.ones(len(self._ids), dtype=bool)
        companies = [self._ciks == company.cik for company in question.companies] or [everything]
        years = [self._years == year for year in question.years.years] or [everything]
        cells = [np.flatnonzero(company & year) for company in companies for year in years]
        cells = [cell for cell in cells if cell.size]
        return cells or [np.flatnonzero(company) for company in companies]

    def _fused(
        self, rows: NDArray[np.int64], lexical: NDArray[np.float32], dense: NDArray[np.float32], bonus: NDArray[np.bool_] | None
    ) -> list[int]:
        """`rows` by fused score, best first; a section that the question names counts like a good rank."""
        fused = reciprocal(
            [
                (ranks(lexical, rows, 0.0, DEPTH), self._settings.lexical_weight),
                (ranks(dense, rows, self._settings.similarity_threshold, DEPTH), self._settings.dense_weight),
            ]
        )
        if bonus is not None:
            fused = {row: score + bool(bonus[row]) * SECTION_BONUS / 60.0 for row, score in fused.items()}
        return sorted(fused, key=lambda row: (-fused[row], row))

    def _stating(self, facts: Sequence[Fact], most: int) -> list[int]:
        """Rows that state `facts`: of each fact the sentence that it names, then others that show its figure.

        Those are looked for in the company's reports of that year and the next, among the sentences nearest to its label.
        """
        lists = []
        for fact in facts[:most]:
            named = [self._rows[fact.sentence_id]] if fact.sentence_id in self._rows else []
            rows = np.flatnonzero((self._ciks == fact.cik) & ((self._years == fact.year) | (self._years == fact.year + 1)))
            scores = self._lexical.scores(fact.label, (fact.year,))
            near = ranks(scores, rows, 0.0, STATING)
            showing = [row for row in near.tolist() if states(self._texts[row], fact.value)]
            lists.append(list(dict.fromkeys([*named, *showing])))
        return list(_in_turn(lists))

    def _beside(self, rows: list[int]) -> list[int]:
        """The sentences that stand next to `rows` in their document, nearest first, none twice."""
        found: list[int] = []
        for distance in range(1, self._settings.neighbours + 1):
            for row in rows:
                document, section, position = self._places[row]
                for step in (-distance, distance):
                    other = self._at.get((document, section, position + step))
                    if other is not None and other not in rows and other not in found:
                        found.append(other)
        return found


def _in_turn(lists: list[list[int]]) -> Iterator[int]:
    """The first of every list, then the second of every list, and so on."""
    for rank in range(max((len(rows) for rows in lists), default=0)):
        for rows in lists:
            if rank < len(rows):
                yield rows[rank]
