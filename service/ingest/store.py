"""The generated corpus as raw files, in the layout that `build` reads."""

from __future__ import annotations

import csv
import io
import json
from typing import IO, TYPE_CHECKING

from .build import write_all

if TYPE_CHECKING:
    from pathlib import Path

    from .corpus import Corpus, Sentence

RAW_SENTENCES = "sentences.jsonl"
RAW_FACTS = "facts.csv"
FACT_COLUMNS = ("ticker", "year", "metric", "label", "value", "unit", "filing", "sentence_id")


def write_raw(corpus: Corpus, out: Path) -> dict[str, int]:
    """Write sentences.jsonl and facts.csv to `out`; returns their sizes in bytes."""
    return write_all(
        out,
        {
            RAW_SENTENCES: lambda file: file.write(sentences_jsonl(corpus)),
            RAW_FACTS: lambda file: _write_facts(corpus, file),
        },
    )


def sentences_jsonl(corpus: Corpus) -> bytes:
    """The sentences, one JSON object a line."""
    lines = (json.dumps(_raw(sentence), ensure_ascii=False) for sentence in corpus.sentences)
    return ("\n".join(lines) + "\n").encode("utf-8")


def _raw(sentence: Sentence) -> dict[str, object]:
    return {
        "sentence_id": sentence.sentence_id,
        "doc_id": sentence.doc_id,
        "cik_int": sentence.company.cik,
        "company": sentence.company.name,
        "ticker": sentence.company.ticker,
        "report_year": sentence.year,
        "section": sentence.section,
        "position": sentence.position,
        "text": sentence.text,
    }


def _write_facts(corpus: Corpus, file: IO[bytes]) -> None:
    """The facts, each with the first sentence of its own report that states it."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(FACT_COLUMNS)
    for fact in corpus.reference.facts:
        value = int(fact.value) if fact.unit == "USD" else fact.value
        cited = corpus.own_evidence(fact.ticker, fact.year, fact.metric)
        row = (fact.ticker, fact.year, fact.metric, fact.label, value, fact.unit, fact.filing, cited[0] if cited else "")
        writer.writerow(row)
    file.write(buffer.getvalue().encode("utf-8"))
