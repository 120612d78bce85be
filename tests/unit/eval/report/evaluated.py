"""Small runs through the real evaluator: what a classifier, a regressor, a retriever, a judged and a repeated service leave."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from goldgate import score as score_responses
from goldgate.eval.ask.options import AskOptions
from goldgate.eval.evaluation import evaluate
from goldgate.eval.judge.judging import run_judges
from goldgate.eval.judge.labels import Label
from goldgate.eval.judge.rubric import Rubric
from goldgate.eval.report.cases import CaseTable, load
from goldgate.eval.report.model import ReportInput
from goldgate.eval.results import Baseline
from goldgate.eval.verdict.gate import Gate
from tests.fakes.judge_model import JudgeModel

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import polars as pl

LABELS = ("bug", "feature", "question", "praise")
STARTED = np.datetime64("2026-11-20T13:59:02", "ms")


@dataclass(frozen=True, kw_only=True)
class Run:
    """A report of a run with its table of cases."""

    report: ReportInput
    table: CaseTable

    @property
    def evaluation(self) -> dict[str, Any]:
        assert self.report.evaluation is not None
        return self.report.evaluation


def classified(folder: Path, *, n: int = 400, live: bool = True) -> Run:
    """Four labels with probabilities: this image is overconfident, live was less so."""
    dice = np.random.default_rng(3)
    truth = dice.choice(len(LABELS), n, p=(0.4, 0.3, 0.2, 0.1))
    gold = [{"label": LABELS[place]} for place in truth]
    sides = [_guesses(dice, truth, sharp) for sharp in ((2.6, 1.5) if live else (2.6,))]
    return run_of(folder, gold, sides, gates=[Gate(metric="classification.accuracy", max_drop=0.03)])


def regressed(folder: Path, *, n: int = 400, live: bool = True) -> Run:
    """Amounts with intervals and quantiles that are too narrow; errors grow with the amount."""
    dice = np.random.default_rng(5)
    truth = dice.lognormal(4.0, 0.6, n).round(2)
    sides = [_amounts(dice, truth, noise) for noise in ((0.2, 0.25) if live else (0.2,))]
    return run_of(folder, [{"value": value} for value in truth.tolist()], sides, gates=[])


def retrieved(folder: Path, *, n: int = 120, live: bool = True) -> Run:
    """Two expected passages a case, of which live found fewer among the first; ten are retrieved."""
    dice = np.random.default_rng(7)
    gold = [{"evidence": [f"p{case}a", f"p{case}b"]} for case in range(n)]
    sides = [_rankings(dice, n, skill) for skill in ((0.35, 0.2) if live else (0.35,))]
    return run_of(folder, gold, sides, gates=[Gate(metric="retrieval.recall@5", max_drop=0.05)])


def judged(folder: Path, *, n: int = 60) -> Run:
    """Answers that a model rates from 0 to 4, a third of them rated by people too."""
    rubric = Rubric(name="helpful", criteria="How helpful is it?", scale=(0, 4))
    labels = [Label(id=f"c{place}", score=place % 5, where="labels.jsonl:1") for place in range(0, n, 3)]

    def judge(table: pl.DataFrame, live: pl.DataFrame | None, left_usd: float | None) -> tuple[pl.DataFrame, dict[str, Any]]:
        model = JudgeModel(lambda prompt: '{"reason": "so", "score": %d}' % (len(prompt.user) % 5))  # noqa: UP031
        found = run_judges(table, [rubric], model, labels=labels)
        return found.table, found.records

    answers = [{"answer": "word " * (place % 7)} for place in range(n)]
    return run_of(folder, [{"answer": "word"} for _ in range(n)], [answers], gates=[], judge=judge)


def repeated(folder: Path, *, n: int = 30) -> Run:
    """A function that is asked every case three times and is right by turns."""
    calls = dict[str, int]()

    def answer(question: str) -> dict[str, Any]:
        calls[question] = calls.get(question, 0) + 1
        if question == "question 7":
            msg = "no answer"
            raise RuntimeError(msg)
        return {"answer": "yes" if calls[question] % 2 else "no", "cost_usd": 0.01, "input_tokens": 10, "output_tokens": 2}

    gold = _gold(folder, [{"answer": "yes"} for _ in range(n)])
    evaluate(gold=gold, subject=answer, out_dir=folder, options=AskOptions(repeats=3))
    return opened(folder)


def opened(folder: Path, live: Path | None = None) -> Run:
    """What an evaluation left in a folder."""
    evaluation = json.loads((folder / "evaluation.json").read_bytes())
    repeats = folder / "repeats.parquet"
    table = load(folder / "cases.parquet", live, evaluation, repeats if repeats.is_file() else None)
    report = ReportInput(
        service="sample",
        environment="local",
        run_id="20261120-140212-9f31c2e",
        commit="9f31c2e",
        evaluation=evaluation,
        cases=folder / "cases.parquet",
        baseline_cases=live,
    )
    return Run(report=report, table=table)


def run_of(folder: Path, gold: Sequence[Mapping[str, Any]], sides: Sequence[Sequence[Mapping[str, Any]]], **more: Any) -> Run:
    """Score this image's answers, and live's before where there are two sides."""
    path, live = _gold(folder, gold), None
    if len(sides) > 1:
        score_responses(path, _answers(folder / "before.jsonl", sides[1]), out_dir=folder / "live")
        live = folder / "live" / "cases.parquet"
    more["baseline"] = None if live is None else Baseline(path=live, label="live")
    score_responses(path, _answers(folder / "answers.jsonl", sides[0]), out_dir=folder, **more)
    return opened(folder, live)


def _gold(folder: Path, expected: Sequence[Mapping[str, Any]]) -> Path:
    path = folder / "gold.jsonl"
    rows = (
        {"id": f"c{place}", "input": f"question {place}", "expected": part, "tags": {"kind": ("odd", "even")[place % 2]}}
        for place, part in enumerate(expected)
    )
    path.write_text("\n".join(map(json.dumps, rows)))
    return path


def _answers(path: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    def asked(place: int) -> dict[str, Any]:
        slow = 2400.0 if place < 10 else 180.0
        return {"id": f"c{place}", "asked_at": f"{STARTED + 250 * place}Z", "latency_ms": slow + 7 * (place % 31)}

    path.write_text("\n".join(json.dumps(asked(place) | dict(row)) for place, row in enumerate(rows)))
    return path


def _guesses(dice: np.random.Generator, truth: Any, sharp: float) -> list[dict[str, Any]]:
    logits = dice.normal(0, 1, (len(truth), len(LABELS)))
    logits[np.arange(len(truth)), truth] += 1.3
    chances = np.exp(sharp * logits)
    chances /= chances.sum(axis=1, keepdims=True)
    return [{"label": LABELS[int(row.argmax())], "scores": dict(zip(LABELS, row.tolist(), strict=True))} for row in chances]


def _amounts(dice: np.random.Generator, truth: Any, noise: float) -> list[dict[str, Any]]:
    guess = truth * np.exp(dice.normal(0, noise, len(truth)))
    return [
        {
            "value": value,
            "interval": [0.8 * value, 1.2 * value],
            "quantiles": {"0.1": 0.85 * value, "0.5": value, "0.9": 1.15 * value},
        }
        for value in guess.tolist()
    ]


def _rankings(dice: np.random.Generator, n: int, skill: float) -> list[dict[str, Any]]:
    found = []
    for case in range(n):
        ranked = [f"p{other}a" for other in dice.permutation(n)[:12].tolist() if other != case][:10]
        for part in "ab":
            place = int(dice.geometric(skill)) - 1
            if place < 10:
                ranked.insert(place, f"p{case}{part}")
        found.append({"retrieved": ranked[:10]})
    return found
