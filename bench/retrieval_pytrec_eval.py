"""What pytrec_eval makes of the same run, in a process of its own: `python retrieval_pytrec_eval.py FOLDER`.

Reads `qrels.parquet` and `run.parquet`, builds the dicts that pytrec_eval takes, and writes `pytrec_eval.parquet`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytrec_eval

MEASURES = {"recall.10", "ndcg_cut.10", "recip_rank", "map"}


def dicts(path: Path, value: str) -> dict[str, dict[str, Any]]:
    rows = pl.read_parquet(path).select("query", "document", value).iter_rows()
    return {query: dict(zip(documents, values, strict=True)) for query, documents, values in rows}


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    evaluator = pytrec_eval.RelevanceEvaluator(dicts(folder / "qrels.parquet", "grade"), MEASURES)
    results = evaluator.evaluate(dicts(folder / "run.parquet", "score"))
    table = pl.DataFrame([{"id": query, **values} for query, values in results.items()])
    table.write_parquet(folder / "pytrec_eval.parquet")
    print(table.select(pl.exclude("id").mean()).to_dicts()[0])
