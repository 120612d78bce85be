"""The cases of the bench: short questions with one-to-four-word answers, eight in ten of them answered right."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

WORDS = ("amber", "basalt", "cedar", "delta", "ember", "falcon", "granite", "harbor", "indigo", "juniper", "kestrel", "lagoon")
RIGHT = 0.8


@dataclass(frozen=True, kw_only=True)
class Workload:
    """The files of one size: goldgate's gold set and recorded answers, which the scripts of the peers read too.

    `right` is the share of right answers, which every contender must report.
    """

    cases: int
    gold: Path
    responses: Path
    right: float


def make(folder: Path, cases: int, seed: int = 7) -> Workload:
    """Write the files of `cases` cases. The answers hold no capitals, articles or punctuation: all exact matches agree."""
    folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(seed)
    golds, answers, right = [], [], 0
    for place in range(cases):
        wanted = _phrase(chance)
        given = wanted if chance.random() < RIGHT else f"{_phrase(chance)} not {wanted}"
        right += given == wanted
        golds.append({"id": f"c{place:06d}", "input": f"What is stored in vault {place}?", "expected": {"answer": wanted}})
        answers.append({"id": f"c{place:06d}", "answer": given})
    gold, responses = folder / "gold.jsonl", folder / "responses.jsonl"
    _write(gold, golds)
    _write(responses, answers)
    return Workload(cases=cases, gold=gold, responses=responses, right=right / cases)


def _phrase(chance: random.Random) -> str:
    return " ".join(chance.choices(WORDS, k=chance.randint(1, 4)))


def _write(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
