from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from goldgate.eval.errors import UsageError
from goldgate.eval.report.cases import CaseTable, load
from goldgate.eval.report.views import evidence_words, judged_note, ordinal, plain_rows

from .sample import sample

if TYPE_CHECKING:
    from pathlib import Path


def table(folder: Path, this: list[dict[str, Any]], live: list[dict[str, Any]] | None = None, **evaluation: Any) -> CaseTable:
    pl.DataFrame(this, infer_schema_length=None).write_parquet(folder / "this.parquet")
    if live is not None:
        pl.DataFrame(live, infer_schema_length=None).write_parquet(folder / "live.parquet")
    return load(folder / "this.parquet", folder / "live.parquet" if live is not None else None, evaluation)


def row(case_id: str, score: float | None, **more: Any) -> dict[str, Any]:
    return {"id": case_id, "input": "q", "expected": "{}", "answer": "a", "error": None, "answer.token_f1": score} | more


def test_outcomes_and_their_order(tmp_path: Path) -> None:
    scores = {"a": (1.0, 1.0), "b": (0.2, 0.9), "c": (0.9, 0.1), "d": (0.4, 0.4), "e": (0.8, 0.9), "f": (None, 1.0)}
    this = [row(name, pair[0], error="timed out" if name == "f" else None) for name, pair in scores.items()]
    live = [row(name, pair[1]) for name, pair in scores.items()]
    found = table(tmp_path, this, live, worse=["e"])
    assert [(each.id, each.outcome, each.worse) for each in found.rows(99)] == [
        ("b", "broken", True),
        ("e", "both right", True),
        ("d", "both wrong", False),
        ("f", "error", False),
        ("c", "fixed", False),
        ("a", "both right", False),
    ]
    assert found.counts["worse"] == 2


def test_an_infrastructure_error_is_never_a_wrong_answer(tmp_path: Path) -> None:
    found = table(tmp_path, [row("a", 0.0, error="503")], [row("a", 1.0)])
    assert found.rows(99)[0].outcome == "error"
    assert not found.rows(99)[0].worse


def test_a_live_error_makes_no_comparison(tmp_path: Path) -> None:
    assert table(tmp_path, [row("a", 0.0)], [row("a", 0.0, error="503")]).rows(99)[0].outcome == "wrong"


def test_without_a_baseline_cases_are_right_or_wrong(tmp_path: Path) -> None:
    found = table(tmp_path, [row("a", 0.5), row("b", 0.4999), row("c", None)])
    assert {each.id: each.outcome for each in found.rows(99)} == {"a": "right", "b": "wrong", "c": "unjudged"}
    assert not found.has_live
    assert [view.id for view in plain_rows(found)] == ["b"]


def test_the_metric_that_suits_the_kind_decides(tmp_path: Path) -> None:
    this = [
        row("number", 0.1, **{"answer.numeric_match": 1.0, "answer.refusal": None, "tag:kind": "number"}),
        row("none", 0.9, **{"answer.numeric_match": None, "answer.refusal": 0.0, "tag:kind": "unanswerable"}),
    ]
    found = {each.id: each for each in table(tmp_path, this).rows(99)}
    assert (found["number"].outcome, found["number"].judged_by) == ("right", "answer.numeric_match")
    assert (found["none"].outcome, found["none"].judged_by) == ("wrong", "answer.refusal")
    assert "numeric_match, refusal" in judged_note(table(tmp_path, this))


def test_evidence_has_its_ranks_and_text(tmp_path: Path) -> None:
    passages = [{"id": "s2", "text": "two", "score": 0.5}]
    this = row(
        "a", 1.0, expected='{"evidence": ["s1", "s2"]}', retrieved=["s9", "s2"], contexts=passages, evidence_missing=["s3"]
    )
    live = row("a", 1.0, retrieved=["s1"], contexts=[{"id": "s1", "text": "one", "score": 0.9}])
    first, second, third = table(tmp_path, [this], [live]).rows(99)[0].evidence
    assert (first.rank, first.live_rank, first.text) == (None, 1, "one")
    assert (second.rank, second.live_rank, second.text) == (2, None, "two")
    assert not third.in_corpus
    said = [evidence_words(part, live=True)[1] for part in (first, second, third)]
    assert said == ["✕ missed, was 1st", "✓ 2nd, was missed", "! not in the corpus"]


def test_a_broken_table_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 not really")
    with pytest.raises(UsageError, match="cannot be read"):
        load(tmp_path / "broken.parquet", None, None)


def test_no_table_is_an_empty_table() -> None:
    assert load(None, None, None).rows(99) == []


def test_the_sample_has_every_outcome(tmp_path: Path) -> None:
    report = sample(tmp_path)
    counts = load(report.cases, report.baseline_cases, report.evaluation).counts
    assert {name for name, count in counts.items() if count} == {
        "broken",
        "fixed",
        "both wrong",
        "both right",
        "error",
        "worse",
    }


@pytest.mark.parametrize(
    ("place", "said"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (112, "112th"), (21, "21st")]
)
def test_ordinals(place: int, said: str) -> None:
    assert ordinal(place) == said
