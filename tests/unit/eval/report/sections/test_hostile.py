"""Tables that nobody would write on purpose: no section may fail on them or draw what is no number."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from goldgate.eval.report.cases import CaseTable
from goldgate.eval.report.model import ReportInput
from goldgate.eval.table import RESPONSE_SCHEMA

from ..evaluated import Run
from .drawn import Outline, markup
from .test_every import DRAWING, RUNS

if TYPE_CHECKING:
    from collections.abc import Mapping

REPORT = ReportInput(service="s", environment="e", run_id="r", commit="c", evaluation={})
ODD = (float("nan"), float("inf"), -float("inf"), -1.0, 0.0, 1e-300, 1e300, None)
NUMBERS = ("latency_ms", "cost_usd", "answer.token_f1", "answer.exact_match", "value")
POISON = '<script>window.tripped=1</script>"\u202e'


def drawn(run: Run) -> list[str]:
    found = [markup(run, name) for name in DRAWING]
    for text in found:
        for place in re.findall(r' (?:d|x|y|cx|cy|x1|x2|y1|y2|width|height)="([^"]*)"', text):
            assert not re.search(r"nan|inf|None|e[+-]?\d", place)
    return [text for text in found if text]


def run_of(frame: pl.DataFrame, live: pl.DataFrame | None = None, **evaluation: Any) -> Run:
    metrics = tuple(name for name in frame.columns if "." in name)
    table = CaseTable(frame=frame, live=live, metrics=metrics)
    return Run(report=replace(REPORT, evaluation=evaluation), table=table)


@pytest.mark.parametrize("size", [1, 2, 3, 8, 40])
def test_odd_numbers_are_left_out(size: int) -> None:
    values = [ODD[place % len(ODD)] for place in range(size)]
    frame = pl.DataFrame(
        {
            "id": [str(place) for place in range(size)],
            "expected": ['{"value":1.5}'] * size,
            "error": [None] * size,
            "attempts": [None] * size,
            "asked_at": [f"2026-11-20T14:00:{place % 60:02d}Z" for place in range(size)],
            **dict.fromkeys(NUMBERS, values),
        },
        schema_overrides=dict.fromkeys(NUMBERS, pl.Float64) | {"attempts": pl.Int32, "error": pl.String},
    )
    drawn(run_of(frame, frame))


@pytest.mark.parametrize("name", RUNS)
def test_columns_that_are_not_there_are_not_needed(name: str, request: pytest.FixtureRequest) -> None:
    run: Run = request.getfixturevalue(name)
    for column in set(run.table.frame.columns) - {"id", "expected"}:
        frame = run.table.frame.drop(column)
        metrics = tuple(metric for metric in run.table.metrics if metric in frame.columns)
        drawn(Run(report=run.report, table=replace(run.table, frame=frame, metrics=metrics)))


@pytest.mark.parametrize("name", RUNS)
def test_live_may_lack_every_answer(name: str, request: pytest.FixtureRequest) -> None:
    run: Run = request.getfixturevalue(name)
    absent = run.table.frame.select(pl.lit(None, dtype=dtype).alias(column) for column, dtype in run.table.frame.schema.items())
    live = pl.concat([absent] * len(run.table)) if absent.height == 1 else absent
    assert drawn(Run(report=run.report, table=replace(run.table, live=live)))


@pytest.mark.parametrize("name", RUNS)
def test_a_record_without_anything_leaves_what_the_table_tells(name: str, request: pytest.FixtureRequest) -> None:
    run: Run = request.getfixturevalue(name)
    assert drawn(Run(report=replace(run.report, evaluation=None), table=run.table))


@pytest.mark.parametrize(
    "evaluation",
    [
        {"asking": {"concurrency": [[None, "x"], "y", [1]], "seconds": "z", "questions": POISON}},
        {"asking": [], "judges": [], "slices": [], "moved": [], "pairs": [], "timing": None},
        {"judges": {POISON: {"raw": {"value": POISON}, "agreement": {"kappa": 3}, "model": POISON, "faults": [POISON]}}},
        {"stopped": POISON, "sequential": {}, "shard": {"index": POISON}},
        {"metrics": {"latency.p95_ms": None, "classification.ece": {}}, "cost": None, "baseline": {"released_at": POISON}},
    ],
)
def test_records_that_hold_something_else_are_borne(evaluation: Mapping[str, Any], answered: Run) -> None:
    drawn(Run(report=replace(REPORT, evaluation=dict(evaluation)), table=answered.table))


def test_hostile_labels_and_tags_are_text() -> None:
    frame = pl.DataFrame(
        {
            "id": ["a", "b"],
            "expected": ['{"label":"<script>window.tripped=1</script>"}', '{"label":"y"}'],
            "label": [POISON, "y"],
            "scores": [[{"label": POISON, "probability": 0.9}], []],
            POISON + ".metric": [0.5, 0.25],
        },
        schema_overrides={"scores": RESPONSE_SCHEMA["scores"]},
    )
    entry = {"tag": POISON, "value": POISON, "metric": POISON, "n": 3, "value_": 0.5, "diff": 0.1, "p": 0.1, "p_adjusted": 0.01}
    found = drawn(run_of(frame, slices=[entry], moved=[entry], pairs=[entry], judges={POISON: {}}, stopped=POISON))
    assert len(found) == 5
    for text in found:
        assert "<script" not in text
        assert "\u202e" not in text
        assert not any(name.startswith("on") for attributes in Outline(text).attributes for name in attributes)
