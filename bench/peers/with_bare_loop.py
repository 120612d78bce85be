"""The floor: a plain Python loop over the cases and a polars table of its results."""

from __future__ import annotations

import json
import re
import string
import sys
from pathlib import Path

import polars as pl

ARTICLES = re.compile(r"\b(a|an|the)\b")
PUNCTUATION = str.maketrans("", "", string.punctuation)


def normal(text: str) -> str:
    return " ".join(ARTICLES.sub(" ", text.lower().translate(PUNCTUATION)).split())


def rows(path: str) -> list[dict]:
    return [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()]


gold, responses, out = sys.argv[1:4]
answers = {row["id"]: row["answer"] for row in rows(responses)}
table = []
for case in rows(gold):
    answer = answers[case["id"]]
    right = normal(answer) == normal(case["expected"]["answer"])
    table.append((case["id"], case["input"], case["expected"]["answer"], answer, float(right)))
frame = pl.DataFrame(table, schema=["id", "input", "expected", "answer", "exact_match"], orient="row")
frame.write_parquet(Path(out) / "cases.parquet")
print(json.dumps({"value": frame["exact_match"].mean()}))
