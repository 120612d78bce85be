"""Judges beside people: UniEval's scores of summaries, and the lexical match of EVOUNA's answers."""

from __future__ import annotations

import ast
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from .reference import SHARED, Reference, goldgate, lines, means

if TYPE_CHECKING:
    from pathlib import Path

UNIEVAL = SHARED / "unieval/reproduce/unieval_predict/fact/qags_cnndm_result.json"
EVOUNA = SHARED / "evouna/EVOUNA/TQ.json"
LEXICAL = {"fid": (91.8, 94.7), "gpt35": (92.3, 94.8), "chatgpt": (92.3, 95.2), "gpt4": (91.1, 94.8), "newbing": (89.8, 94.1)}

DIFFERS = {"chatgpt": 'one alias, "\'A", normalises to nothing, and what every answer holds proves nothing'}


def unieval(folder: Path) -> list[Reference]:
    """Pearson, Spearman and Kendall of a model judge with people, on 235 summaries."""
    rows = [
        {"id": str(place), "judge": _consistency(row["predict_scores"]), "human": _consistency(row["scores"])}
        for place, row in enumerate(json.loads(UNIEVAL.read_text(encoding="utf-8")))
    ]
    told = goldgate("judge", lines(folder / "unieval.jsonl", rows), "--judge", "judge", "--human", "human", folder=folder)
    ours = tuple(told["agreement"][name]["value"] for name in ("pearson", "spearman", "kendall"))
    what = f"`goldgate judge`: {len(rows)} summaries, Pearson / Spearman / Kendall"
    return [Reference(what=what, source="UniEval, QAGS-CNN", published=(0.682, 0.662, 0.532), ours=ours, decimals=3)]


def evouna(folder: Path) -> list[Reference]:
    """Accuracy and F1 of `answer.contains` against people's labels, for five systems on TriviaQA."""
    rows = [row for row in json.loads(EVOUNA.read_text(encoding="utf-8")) if not row["improper"]]
    gold = lines(folder / "gold.jsonl", (_case(str(place), row) for place, row in enumerate(rows)))
    return [_system(name, rows, gold, folder) for name in LEXICAL]


def _system(name: str, rows: list[dict[str, Any]], gold: Path, folder: Path) -> Reference:
    answers = [{"id": str(place), "answer": row[f"answer_{name}"]} for place, row in enumerate(rows)]
    means(gold, lines(folder / f"{name}.jsonl", answers), ["answer.contains"], folder=folder, out=name)
    human = pl.Series("human", [row[f"judge_{name}"] for row in rows], dtype=pl.Float64)
    table = pl.read_parquet(folder / name / "cases.parquet").select("id", "answer.contains").with_columns(human)
    table.write_parquet(folder / f"{name}.parquet")
    judged = goldgate("judge", folder / f"{name}.parquet", "--judge", "answer.contains", "--human", "human", folder=folder)
    both = table.filter((pl.col("answer.contains") == 1) & (pl.col("human") == 1)).height
    f1 = 2 * both / float(np.sum(table.select("answer.contains", "human").to_numpy()))
    ours = (100 * judged["agreement"]["agreement"]["value"], 100 * f1)
    what = f"`answer.contains` against people, {name}: accuracy / F1 in %"
    return Reference(
        what=what, source="EVOUNA, TriviaQA", published=LEXICAL[name], ours=ours, decimals=1, because=DIFFERS.get(name)
    )


def _case(identity: str, row: dict[str, Any]) -> dict[str, Any]:
    aliases = [alias for alias in row["golden_answer"].split("/") if alias.strip()]
    return {"id": identity, "input": row["question"], "expected": {"answers": aliases}}


def _consistency(text: str | dict[str, float]) -> float:
    scores = ast.literal_eval(text) if isinstance(text, str) else text
    return float(scores["consistency"])
