"""From a question to an answer: read it, find sentences, look up figures, write."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .answer import FactTable, Holdings, find_figures, find_refusal, make_provider
from .entities import Reader
from .retrieval import Hit, Searcher

if TYPE_CHECKING:
    from collections.abc import Callable

    from .answer import Provider, Reply
    from .config import MLConfig
    from .corpus import Corpus
    from .embedding import Embedder


@dataclass(frozen=True, kw_only=True)
class Answered:
    """An answer with the sentences that were found and the milliseconds that each step took."""

    reply: Reply
    hits: tuple[Hit, ...]
    timings: dict[str, float]

    def to_json(self) -> dict[str, object]:
        """The body of POST /query."""
        return {
            "answer": self.reply.text,
            "contexts": [{"id": hit.id, "text": hit.text, "score": hit.score} for hit in self.hits],
            "citations": list(self.reply.citations),
            "model": self.reply.model,
            "usage": {"input_tokens": self.reply.input_tokens, "output_tokens": self.reply.output_tokens},
            "cost_usd": self.reply.cost_usd,
            "timings": {f"{step}_ms": round(ms, 3) for step, ms in self.timings.items()},
        }


class Engine:
    """Everything that is needed to answer, in memory; safe to use from several threads at once."""

    def __init__(
        self,
        config: MLConfig,
        corpus: Corpus,
        embedder: Embedder,
        provider: Provider | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.config = config
        self.files = corpus.files
        self.size = corpus.sentences.height
        self.embedding_model = embedder.model_id
        self._clock = clock
        self._facts = FactTable(corpus.facts)
        self._holdings = Holdings(corpus.sentences, corpus.facts)
        self._searcher = Searcher(corpus, embedder, config.retrieval)
        self._reader = Reader.for_tables(corpus.sentences, corpus.facts, self._searcher.knows)
        self._provider = provider or make_provider(config)

    @property
    def model(self) -> str:
        """The name of the model that writes."""
        return self._provider.model

    def ask(self, text: str, top_k: int | None = None) -> Answered:
        """The answer to `text` from the `top_k` best sentences; raises ModelError where a remote model does not answer."""
        start = self._clock()
        question = self._reader.read(text)
        numeric = find_figures(question, self._facts)
        read = self._clock()
        facts = numeric.figures.facts if numeric.figures else ()
        hits = self._searcher.search(question, top_k or self.config.top_k, facts)
        found = self._clock()
        reply = self._provider.write(question, hits, numeric, find_refusal(question, numeric, hits, self._holdings))
        end = self._clock()
        steps = {"entities": read - start, "retrieval": found - read, "answer": end - found, "total": end - start}
        return Answered(reply=reply, hits=tuple(hits), timings={step: 1000.0 * seconds for step, seconds in steps.items()})
