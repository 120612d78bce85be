"""McNemar on R's table, and pass^k of tau-bench's trials."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from .reference import SHARED, Reference, goldgate, lines, means

if TYPE_CHECKING:
    from pathlib import Path

TABLE = ((23, 15), (19, 31))
SOURCE = SHARED / "stat_vectors"
REWARDS = SHARED / "taubench/gpt4o_airline_rewards.csv"
PASSES = (0.420, 0.273, 0.220, 0.200)


def mcnemar(folder: Path) -> list[Reference]:
    """Exact and with continuity correction on [[23, 15], [19, 31]], as two tables of cases."""
    pairs = [(a, b) for a, row in enumerate(TABLE) for b, count in enumerate(row) for _ in range(count)]
    sides = [
        lines(folder / f"{side}.jsonl", ({"id": str(case), "right": float(pair[place])} for case, pair in enumerate(pairs)))
        for place, side in enumerate("ab")
    ]
    tests = goldgate("compare", *sides, folder=folder)["metrics"]["right"]["tests"]
    ours = (tests["mcnemar_exact"]["p"], tests["mcnemar_corrected"]["p"])
    what = "`goldgate compare`, [[23, 15], [19, 31]]: McNemar exact / corrected p"
    return [Reference(what=what, source="R, statsmodels", published=(0.60759136, 0.60690543), ours=ours, decimals=8)]


def tau_bench(folder: Path) -> list[Reference]:
    """pass^1 to pass^4 of 50 tasks, four trials each: a trial is a repeat, its answer right where the reward is 1."""
    with REWARDS.open(encoding="utf-8") as file:
        trials = list(csv.DictReader(file))
    tasks = dict.fromkeys(row["task_id"] for row in trials)
    gold = lines(folder / "gold.jsonl", ({"id": task, "input": task, "expected": {"answer": "1.0"}} for task in tasks))
    rows = ({"id": row["task_id"], "repeat": int(row["trial"]) + 1, "answer": row["reward"]} for row in trials)
    got = means(gold, lines(folder / "trials.jsonl", rows), ["answer.exact_match"], folder=folder)
    ours = tuple(got[f"repeats.pass^{k}"] for k in range(1, 5))
    what = "`repeats.pass^k`, k = 1 .. 4: gpt-4o, airline"
    return [Reference(what=what, source="tau-bench", published=PASSES, ours=ours, decimals=3)]
