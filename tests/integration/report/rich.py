"""The invented run with what few runs have: repeats, notes, class probabilities, a long answer, formulas, many values."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl

from tests.unit.eval.report.sample import sample

if TYPE_CHECKING:
    from pathlib import Path

    from goldgate.eval.report.model import ReportInput

WITH_NOTE, LONG, REPEATED = "fr-0139", "fr-0140", "fr-0143"
NOTE = "The figure is that of another year."
LABELS = {"number": 0.62, "span": 0.3, "list": 0.08}
TAIL = "the last words of a long answer"
LONG_ANSWER = " ".join(f"item {number}" for number in range(90_000)) + f" {TAIL}"
FORMULAS = ("=HYPERLINK(1)", "+1", "-1+1", "@SUM(A1)", "\tx", "\rx")
SECRET = "password: hunter2hunter2xyz"
QUOTED = 'He said "no", then\nleft'


def rich(folder: Path) -> ReportInput:
    """Write the tables of `sample` anew with all that, and the repeats; returns the report."""
    report = sample(folder)
    assert report.cases is not None
    rows = pl.read_parquet(report.cases).to_dicts()
    first = {row["id"]: row for row in rows}
    first[LONG]["answer"] = LONG_ANSWER
    first[WITH_NOTE]["notes"] = f"asked with {SECRET}"
    for place, row in enumerate(rows):
        row |= {"note:judge.faithfulness": None, "scores": [], "tag:topic": f"topic {place:03d}", "repeats": 1}
    first[WITH_NOTE] |= {"note:judge.faithfulness": NOTE, "scores": [_share(*pair) for pair in LABELS.items()]}
    for place, answer in enumerate((*FORMULAS, QUOTED)):
        rows[place]["answer"] = answer
    schema = pl.read_parquet_schema(report.cases) | {"note:judge.faithfulness": pl.String()}
    pl.DataFrame(rows, schema_overrides=dict(schema), infer_schema_length=None).write_parquet(report.cases)
    repeats = pl.DataFrame(_repeats(first[REPEATED]), schema_overrides=dict(schema), infer_schema_length=None)
    repeats.write_parquet(folder / "repeats.parquet")
    return replace(report, repeats=folder / "repeats.parquet")


def _share(label: str, probability: float) -> dict[str, Any]:
    return {"label": label, "probability": probability}


def _repeats(row: dict[str, Any]) -> list[dict[str, Any]]:
    """The answer that is shown, another that is right, and an error."""
    right = {"answer": "Quite another answer of $1.0 million.", "answer.numeric_match": 1.0, "latency_ms": 250.0}
    failed = {
        "answer": None,
        "error": "the service did not answer within 30 s",
        "answer.numeric_match": None,
        "latency_ms": None,
    }
    answers: tuple[dict[str, Any], ...] = ({}, right, failed)
    return [row | {"repeat": place} | part for place, part in enumerate(answers, start=1)]
