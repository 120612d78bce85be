"""The packed cases, read back as the page reads them."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from goldgate.eval.report.cases import CaseTable, load
from goldgate.eval.report.pack.cases import pack

from ..sample import sample
from .reading import Packed

if TYPE_CHECKING:
    from pathlib import Path


def opened(folder: Path, **options: Any) -> tuple[CaseTable, Packed]:
    report = sample(folder, **options)
    table = load(report.cases, report.baseline_cases, report.evaluation)
    return table, Packed(pack(table).inside)


def test_every_case_can_be_read_back(tmp_path: Path) -> None:
    table, found = opened(tmp_path, cases=600)
    rows, head = table.rows(600), found.head
    assert head["rows"] == len(rows) == 600
    assert found.said("id") == [row.id for row in rows]
    assert found.said("question") == [row.question for row in rows]
    assert [text or "" for text in found.said("expected")] == [row.expected for row in rows]
    assert found.said("answer") == [row.this["answer"] for row in rows]
    assert found.said("live_answer") == [row.live and row.live["answer"] for row in rows]
    assert found.said("error") == [row.this["error"] for row in rows]
    assert [head["outcomes"][int(place or 0)] for place in found.column("outcome")] == [row.outcome for row in rows]
    assert found.column("worse") == [row.worse for row in rows]


def test_numbers_come_back_to_the_digit_that_is_shown(tmp_path: Path) -> None:
    table, found = opened(tmp_path)
    for name, digits in (("latency_ms", 1), ("cost_usd", 6), ("input_tokens", 0)):
        assert found.column(name) == pytest.approx(table.frame[name].to_list(), abs=0.51 * 10**-digits)
    for place, metric in enumerate(found.head["metrics"]):
        assert found.column(f"score:{place}") == pytest.approx(table.frame[metric["name"]].to_list(), abs=5.1e-5)
    assert found.head["metrics"][0] == {"name": "retrieval.recall@10", "plain": "recall@10", "main": True, "lower": False}


def test_tags_are_places_in_their_values(tmp_path: Path) -> None:
    table, found = opened(tmp_path)
    for place, tag in enumerate(found.head["tags"]):
        values = [None if at is None else tag["values"][int(at)] for at in found.column(f"tag:{place}")]
        assert values == table.frame[f"tag:{tag['name']}"].to_list()


def test_passages_come_back_and_live_ones_only_where_they_differ(tmp_path: Path) -> None:
    table, found = opened(tmp_path)
    contexts, live = found.lists("contexts"), found.lists("live_contexts")
    same = 0
    for row, here, there in zip(table.rows(9999), contexts, live, strict=True):
        assert [(found.text(name), found.text(text)) for name, text, _ in here or ()] == [
            (part["id"], part["text"]) for part in row.this["contexts"]
        ]
        assert row.live is not None
        same += there is None
        assert (there is None) == (row.live["contexts"] == row.this["contexts"])
    assert same > 0
    evidence = [[found.text(name) for (name,) in part or ()] for part in found.lists("evidence")]
    assert evidence == [json.loads(row.this["expected"]).get("evidence", []) for row in table.rows(9999)]


def test_every_text_is_stored_once(tmp_path: Path) -> None:
    _, found = opened(tmp_path, cases=600)
    assert [text for text, times in Counter(found.texts).items() if times > 1] == []
    assert found.head["texts"]["count"] == len(found.texts)


def test_above_the_limit_texts_of_unchanged_passing_cases_lie_beside(tmp_path: Path) -> None:
    report = sample(tmp_path, cases=3000)
    table = load(report.cases, report.baseline_cases, report.evaluation)
    whole, split = pack(table), pack(table, limit=200_000)
    head = Packed(split.inside[:1] + split.inside[1:]).head
    assert split.size < whole.size
    assert [part.name for part in split.inside + split.beside][1:] == [part.name for part in whole.inside][1:]
    assert head["texts"]["beside"] == {"from": len(split.inside) - 3, "folder": "texts"}
    kept = Packed(split.inside)
    unchanged = {"both right", "right"}
    for row, question, answer in zip(table.rows(3000), kept.column("question"), kept.column("answer"), strict=True):
        assert kept.text(question) == row.question
        if row.outcome not in unchanged or row.worse:
            assert kept.text(answer) == row.this["answer"]
    assert pack(table, limit=whole.size).beside == []


def test_repeats_are_listed_in_their_order(tmp_path: Path) -> None:
    report = sample(tmp_path, cases=24)
    frame = pl.read_parquet(report.cases or "")
    again = pl.concat([frame.with_columns(repeat=pl.lit(2), answer=pl.lit("second")), frame.with_columns(repeat=pl.lit(1))])
    again.write_parquet(tmp_path / "repeats.parquet")
    frame.with_columns(repeats=pl.lit(2)).write_parquet(tmp_path / "cases.parquet")
    table = load(tmp_path / "cases.parquet", None, report.evaluation, tmp_path / "repeats.parquet")
    found = Packed(pack(table).inside)
    fields = list(found.head["lists"]["again"]["fields"])
    first = found.lists("again")[0]
    assert first is not None
    said = [found.text(dict(zip(fields, part, strict=True))["answer"]) for part in first]
    assert said == [table.frame["answer"][0], "second"]


def test_repeats_of_another_evaluation_are_left_out(tmp_path: Path) -> None:
    report = sample(tmp_path, cases=24)
    frame = pl.read_parquet(report.cases or "")
    frame.with_columns(repeat=pl.lit(1)).write_parquet(tmp_path / "repeats.parquet")
    assert load(report.cases, None, report.evaluation, tmp_path / "repeats.parquet").repeats is None


def test_a_table_of_one_bare_case_can_be_packed(tmp_path: Path) -> None:
    pl.DataFrame(
        {"id": ["a"], "input": ["q"], "expected": ["{}"], "answer": [None]}, schema_overrides={"answer": pl.String}
    ).write_parquet(tmp_path / "cases.parquet")
    found = Packed(pack(load(tmp_path / "cases.parquet", None, None)).inside)
    assert (found.said("id"), found.said("answer"), found.said("expected")) == (["a"], [None], [None])
