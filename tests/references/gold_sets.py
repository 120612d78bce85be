"""What the readers and the lint find in gold sets of which it is known."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl

from goldgate import load_gold

from .reference import SHARED, Reference, goldgate

if TYPE_CHECKING:
    from pathlib import Path

FINSIGHTS = SHARED / "finsights"
EXPORTS = FINSIGHTS / "ModelPipeline/finrag_ml_tg1/data_cache/qa_manual_exports/goldp3_analysis"
XQUAD = SHARED / "xquad_en/xquad.en.json"


def xquad(folder: Path) -> list[Reference]:
    """Questions and paragraphs of SQuAD's format."""
    gold = load_gold(XQUAD)
    ours = (len(gold), len({case.input["context"] for case in gold.cases if not isinstance(case.input, str)}))
    what = "SQuAD's format: questions / paragraphs"
    return [Reference(what=what, source="XQuAD", published=(1190, 240), ours=ours, decimals=0)]


def finsights(folder: Path) -> list[Reference]:
    """The faults of the FinRAG gold file, as `goldgate gold lint` finds them."""
    gold, sentences = EXPORTS / "p3_gold_test_suite_31q.json", FINSIGHTS / "sentences_from_bundles.jsonl"
    ids = [json.loads(line)["sentence_id"] for line in sentences.read_text(encoding="utf-8").splitlines()]
    pl.DataFrame({"sentence_id": ids}).write_parquet(folder / "corpus.parquet")
    corpus = ["--corpus", folder / "corpus.parquet", "--missing-evidence", "report"]
    told = goldgate("gold", "lint", gold, *corpus, "--sibling", EXPORTS / "p3_gold_P3_v1_auto.json", folder=folder)
    source = "FinSights"
    return [
        Reference(what="corpus: sentences", source=source, published=(7418,), ours=(len(ids),), decimals=0),
        Reference(what="gold file: questions", source=source, published=(31,), ours=(told["cases"],), decimals=0),
        Reference(
            what="`gold lint`: evidence ids that the corpus lacks, of 46",
            source=source,
            published=(16,),
            ours=(told["evidence_missing"],),
            decimals=0,
        ),
    ]
