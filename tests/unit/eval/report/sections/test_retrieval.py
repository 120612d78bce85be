from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
import pytrec_eval

from goldgate.eval.report.cases import CaseTable
from goldgate.eval.report.model import ReportInput
from goldgate.eval.report.sections.retrieval import ladder, view
from goldgate.eval.table import expected_evidence

from ...makers import SHARED
from .. import evaluated
from .drawn import markup, view_of

if TYPE_CHECKING:
    from pathlib import Path

    from ..evaluated import Run

CACM = SHARED / "cacm"
REPORT = ReportInput(service="s", environment="e", run_id="r", commit="c")


def trec(frame: pl.DataFrame, measures: set[str]) -> dict[str, dict[str, float]]:
    """What trec_eval says of each row."""
    qrels = {
        row: {part["id"]: int(part["grade"]) for part in parts}
        for row, parts in zip(frame["id"], expected_evidence(frame["expected"]).to_list(), strict=True)
    }
    run = {
        row: {part: float(-place) for place, part in enumerate(parts)}
        for row, parts in zip(frame["id"], frame["retrieved"].to_list(), strict=True)
    }
    found: dict[str, dict[str, float]] = pytrec_eval.RelevanceEvaluator(qrels, measures).evaluate(run)
    return found


def mean(found: dict[str, dict[str, float]], measure: str) -> float:
    return sum(row[measure] for row in found.values()) / len(found)


def shown(run: Run) -> dict[str, Any]:
    found = view_of(run, "retrieval")
    assert found is not None
    return found


def cases(**columns: Any) -> CaseTable:
    schema = {"retrieved": pl.List(pl.String), "evidence_missing": pl.List(pl.String)}
    return CaseTable(frame=pl.DataFrame(columns, schema_overrides=schema))


def test_curves_are_those_of_trec_eval(retrieved: Run) -> None:
    depths = range(1, 11)
    found = trec(retrieved.table.frame, {f"recall.{k}" for k in depths} | {f"success.{k}" for k in depths})
    rows = shown(retrieved)["figures"][0].rows
    assert [row[0] for row in rows] == [str(k) for k in depths]
    assert [row[1] for row in rows] == [f"{mean(found, f'recall_{k}'):.3f}" for k in depths]
    assert [row[3] for row in rows] == [f"{mean(found, f'success_{k}'):.3f}" for k in depths]


def test_first_ranks_are_those_of_trec_eval(retrieved: Run) -> None:
    found = [row["recip_rank"] for row in trec(retrieved.table.frame, {"recip_rank"}).values()]
    counts = {row[0]: int(row[1]) for row in shown(retrieved)["figures"][1].rows}
    assert counts["none"] == found.count(0.0)
    for rank in range(1, 11):
        assert counts[str(rank)] == sum(value == 1 / rank for value in found)


def test_differences_at_the_gated_depth_are_those_of_the_gate(retrieved: Run) -> None:
    [gate] = retrieved.evaluation["gates"]
    rows = {row[0]: row[1:] for row in shown(retrieved)["table"]["rows"]}
    assert rows["5"][:3] == (f"{gate['baseline']:.3f}", f"{gate['value']:.3f}", f"{100 * gate['diff']:+.1f}")
    assert rows["5"][3] == f"{100 * gate['ci_low']:+.1f} to {100 * gate['ci_high']:+.1f}"
    assert "gate @5" in markup(retrieved, "retrieval")


def test_without_live_one_curve_stands_alone(tmp_path: Path) -> None:
    run = evaluated.retrieved(tmp_path, n=30, live=False)
    found = shown(run)
    assert found["table"] is None
    assert not found["live"]
    assert 'class="band-live"' not in markup(run, "retrieval")


def test_errors_are_no_misses() -> None:
    found = view(
        REPORT,
        cases(
            id=["a", "b"],
            expected=['{"evidence":["p"]}'] * 2,
            retrieved=[["p"], []],
            error=[None, "timed out"],
        ),
    )
    assert found is not None
    assert found["cases"] == 1
    assert found["figures"][0].rows[0][1] == "1.000"
    assert found["figures"][1].rows[-1][1] == "0"


def test_grades_below_1_are_not_relevant() -> None:
    expected = ['{"evidence":{"p":2,"q":0}}']
    found = view(REPORT, cases(id=["a"], expected=expected, retrieved=[["q", "p"]], error=[None]))
    assert found is not None
    assert [row[1] for row in found["figures"][0].rows] == ["0.000", "1.000"]


def test_lost_evidence_is_said(retrieved: Run) -> None:
    frame = retrieved.table.frame
    lost = frame.with_columns(evidence_missing=pl.when(pl.col("id") == "c3").then(pl.lit(["x", "y", "z"])).otherwise([]))
    found = view(retrieved.report, replace(retrieved.table, frame=lost))
    assert found is not None
    assert (found["lost"]["passages"], found["lost"]["cases"]) == (3, 1)
    assert found["lost"]["share"] == pytest.approx(3 / 243)
    assert shown(retrieved)["lost"] is None


@pytest.mark.parametrize(("deepest", "steps"), [(1, [1]), (10, list(range(1, 11))), (11, list(range(1, 12)))])
def test_shallow_rankings_have_every_depth(deepest: int, steps: list[int]) -> None:
    assert ladder(deepest) == steps


@pytest.mark.parametrize("deepest", [50, 1000])
def test_deep_rankings_have_few_depths_and_their_last(deepest: int) -> None:
    found = ladder(deepest)
    assert found[:10] == list(range(1, 11))
    assert found[-1] == deepest
    assert len(found) <= 16


@pytest.mark.parametrize(
    "columns",
    [
        {"id": ["a"], "expected": ['{"answer":"x"}'], "retrieved": [["p"]]},
        {"id": ["a"], "expected": ['{"evidence":["p"]}'], "retrieved": [[]]},
        {"id": ["a"], "expected": ['{"evidence":["p"]}']},
    ],
)
def test_without_evidence_or_passages_there_is_no_section(columns: dict[str, Any]) -> None:
    assert view(REPORT, cases(**columns)) is None


@pytest.mark.skipif(not CACM.is_dir(), reason="the CACM run is not beside this checkout (shared/data/cacm)")
def test_bm25_on_cacm(tmp_path: Path) -> None:
    wanted, ranked = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    for topic, _, passage, _ in map(str.split, (CACM / "qrels.cacm.txt").read_text().splitlines()):
        wanted[topic].append(passage)
    for topic, _, passage, *_ in map(str.split, (CACM / "cacm_cacm-bm25.txt").read_text().splitlines()):
        ranked[topic].append(passage)
    gold = [{"evidence": passages} for passages in wanted.values()]
    run = evaluated.run_of(tmp_path, gold, [[{"retrieved": ranked[topic]} for topic in wanted]])
    rows = {row[0]: row[1] for row in shown(run)["figures"][0].rows}
    found = trec(run.table.frame, {"recall.5,10,30"})
    assert {k: rows[k] for k in ("5", "10", "30")} == {k: f"{mean(found, f'recall_{k}'):.3f}" for k in ("5", "10", "30")}
    assert len(rows) == 16
