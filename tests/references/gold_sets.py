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
SENTENCES = FINSIGHTS / "sentences_from_bundles.jsonl"
SIBLING = EXPORTS / "p3_gold_qtest_31q_ffhall.json"
XQUAD = SHARED / "xquad_en/xquad.en.json"


def xquad(folder: Path) -> list[Reference]:
    """Questions and paragraphs of SQuAD's format."""
    gold = load_gold(XQUAD)
    ours = (len(gold), len({case.input["context"] for case in gold.cases if not isinstance(case.input, str)}))
    what = "SQuAD's format: questions / paragraphs"
    return [Reference(what=what, source="XQuAD", published=(1190, 240), ours=ours, decimals=0)]


def finsights(folder: Path) -> list[Reference]:
    """The known faults of the FinRAG gold file, as `goldgate gold lint` finds them."""
    ids = [json.loads(line)["sentence_id"] for line in SENTENCES.read_text(encoding="utf-8").splitlines()]
    pl.DataFrame({"sentence_id": ids}).write_parquet(folder / "corpus.parquet")
    options: list[str | Path] = ["--corpus", folder / "corpus.parquet", "--missing-evidence", "report", "--sibling", SIBLING]
    told = goldgate("gold", "lint", EXPORTS / "p3_gold_test_suite_31q.json", *options, folder=folder)
    found = {(finding["code"], finding["case"]): finding["message"] for finding in told["findings"]}
    return [
        _count("`gold lint`: questions", 31, told["cases"]),
        _count("`gold lint`: cases without a number and a tolerance", 31, _number(found["no-numbers", None])),
        _count("`gold lint`: cases that differ in a file with the same ids", 28, _number(found["sibling-differs", None])),
        _count("`gold lint`: evidence ids that the 7,418 sentences lack", 16, told["evidence_missing"]),
        _count("`gold lint`: asks for revenue and states no figure (Q001)", 1, int(("no-figure", "P3V2-Q001") in found)),
    ]


def _count(what: str, published: int, ours: int) -> Reference:
    return Reference(what=what, source="FinSights", published=(published,), ours=(ours,), decimals=0)


def _number(message: str) -> int:
    """The first number of a finding's message."""
    return int(next(word for word in message.split() if word.isdigit()))
