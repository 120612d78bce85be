"""ragas: its exact-match metric over a dataset in memory; the scores written as the table that it gives."""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path

warnings.simplefilter("ignore")

from ragas import EvaluationDataset, SingleTurnSample, evaluate  # noqa: E402
from ragas.metrics import ExactMatch  # noqa: E402

OPTIONS: dict[str, dict] = {"default": {}, "lean": {"show_progress": False}}


def rows(path: str) -> list[dict]:
    return [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()]


gold, responses, out, options = sys.argv[1:5]
answers = {row["id"]: row["answer"] for row in rows(responses)}
samples = [
    SingleTurnSample(user_input=case["input"], response=answers[case["id"]], reference=case["expected"]["answer"])
    for case in rows(gold)
]
result = evaluate(EvaluationDataset(samples=samples), metrics=[ExactMatch()], **OPTIONS[options])
table = result.to_pandas()
table.to_csv(Path(out) / "scores.csv", index=False)
print("\n" + json.dumps({"value": float(table["exact_match"].mean())}))
