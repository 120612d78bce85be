from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from goldgate.eval.ask.mapping import RequestMapping
from goldgate.eval.ask.recorded import NO_ROW, read_recorded
from goldgate.eval.errors import Problems, UsageError
from goldgate.eval.results import Context

from ..makers import case, gold_of

if TYPE_CHECKING:
    from pathlib import Path

GOLD = gold_of(case("a"), case("b"), case("c"))


def write(folder: Path, *rows: Any) -> Path:
    path = folder / "responses.jsonl"
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows))
    return path


def test_the_fields_themselves(tmp_path: Path) -> None:
    row = {
        "id": "a", "answer": ["x", "y"], "contexts": [{"id": "s1", "text": "t", "score": 0.5}], "citations": ["s1"],
        "retrieved": [{"id": "s1", "score": 0.1}, {"id": "s2", "score": 0.9}], "latency_ms": 12.5, "cost_usd": 0.01,
        "usage": {"input_tokens": 1, "output_tokens": 2}, "label": "later", "anything": "else",
    }  # fmt: skip
    found = read_recorded(write(tmp_path, row, {"id": "b", "error": "HTTP 500"}), GOLD)
    first = found["a"]
    assert (first.answer, first.retrieved, first.citations) == ('["x", "y"]', ("s2", "s1"), ("s1",))
    assert first.contexts == (Context(id="s1", text="t", score=0.5),)
    assert (first.latency_ms, first.cost_usd, first.input_tokens, first.output_tokens) == (12.5, 0.01, 1, 2)
    assert found["b"].error == "HTTP 500"
    assert found["c"].error == NO_ROW


def test_a_whole_output_is_read_through_the_mapping(tmp_path: Path) -> None:
    path = write(tmp_path, {"id": "a", "output": {"reply": {"text": "x"}}, "latency_ms": 3})
    found = read_recorded(path, GOLD, RequestMapping(answer="reply.text"))
    assert (found["a"].answer, found["a"].latency_ms) == ("x", 3)
    with pytest.raises(UsageError, match="needs a request mapping"):
        read_recorded(path, GOLD)


def test_parquet_is_read_like_jsonl(tmp_path: Path) -> None:
    path = tmp_path / "responses.parquet"
    pl.DataFrame({"id": ["a", "b"], "answer": ["x", None], "retrieved": [["s1"], []], "cost_usd": [0.1, None]}).write_parquet(
        path
    )
    found = read_recorded(path, GOLD)
    assert (found["a"].answer, found["a"].retrieved, found["b"].answer, found["b"].error) == ("x", ("s1",), None, None)


def test_all_faults_come_at_once_with_their_lines(tmp_path: Path) -> None:
    rows = [
        "{broken",
        {"answer": "x"},
        {"id": "a"},
        {"id": "a"},
        {"id": "z"},
        {"id": "b", "contexts": 7},
        "[]",
        {"id": "c", "latency_ms": "x"},
    ]
    path = write(tmp_path, *rows)
    with pytest.raises(Problems) as caught:
        read_recorded(path, GOLD)
    found = {str(problem.where).rpartition(":")[2]: problem.what for problem in caught.value.problems}
    assert found["1"].startswith("broken JSON")
    assert found["2"] == "the response has no id."
    assert found["4"] == 'the id "a" stands on an earlier line already.'
    assert found["5"] == 'the gold set gold.jsonl has no case "z".'
    assert found["6"] == 'the response to "b" has the wrong shape: contexts is 7 and no list.'
    assert found["7"] == "a response must be a JSON object."
    assert found["8"] == 'the response to "c" has the wrong shape: latency_ms is "x" and no number.'
    assert "3" not in found


@pytest.mark.parametrize("name", ["none.jsonl", "none.parquet"])
def test_an_absent_file_is_said(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="the responses cannot be read") as caught:
        read_recorded(tmp_path / name, GOLD)
    assert caught.value.where == str(tmp_path / name)
