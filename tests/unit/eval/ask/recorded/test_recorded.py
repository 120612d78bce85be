from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from goldgate.eval.ask.mapping import RequestMapping
from goldgate.eval.ask.recorded import NO_ROW, Recording, read_recorded
from goldgate.eval.errors import Problems, UsageError

from ...makers import case, gold_of

if TYPE_CHECKING:
    from pathlib import Path

GOLD = gold_of(case("a"), case("b"), case("c"))


def write(folder: Path, *rows: Any) -> Path:
    path = folder / "responses.jsonl"
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows))
    return path


def by_id(frame: pl.DataFrame) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in frame.iter_rows(named=True)}


def test_the_fields_themselves(tmp_path: Path) -> None:
    row = {
        "id": "a", "answer": ["x", "y"], "contexts": [{"id": "s1", "text": "t", "score": 0.5}], "citations": ["s1"],
        "retrieved": [{"id": "s1", "score": 0.1}, {"id": "s2", "score": 0.9}], "latency_ms": 12.5, "cost_usd": 0.01,
        "usage": {"input_tokens": 1, "output_tokens": 2}, "label": "later", "anything": "else",
    }  # fmt: skip
    found = by_id(read_recorded(write(tmp_path, row, {"id": "b", "error": "HTTP 500"}), GOLD))
    first = found["a"]
    assert (json.loads(first["answer"]), first["retrieved"], first["citations"]) == (["x", "y"], ["s2", "s1"], ["s1"])
    assert first["contexts"] == [{"id": "s1", "text": "t", "score": 0.5}]
    assert (first["latency_ms"], first["cost_usd"], first["input_tokens"], first["output_tokens"]) == (12.5, 0.01, 1, 2)
    assert first["label"] == "later"
    assert (found["b"]["error"], found["b"]["retrieved"]) == ("HTTP 500", [])
    assert (found["c"]["error"], found["c"]["attempts"]) == (NO_ROW, 0)


NUMBERS = {"label": "x", "scores": {"x": 0.75, "y": 0.25}, "value": 3, "interval": [1, 5], "quantiles": {"0.1": 1, "0.9": 5.5}}


def test_labels_numbers_and_what_surrounds_them(tmp_path: Path) -> None:
    found = by_id(read_recorded(write(tmp_path, {"id": "a", **NUMBERS}, {"id": "b", "scores": {"z": 1}}), GOLD))
    assert found["a"]["label"] == "x"
    assert found["a"]["scores"] == [{"label": "x", "probability": 0.75}, {"label": "y", "probability": 0.25}]
    assert (found["a"]["value"], found["a"]["interval"]) == (3.0, [1.0, 5.0])
    assert found["a"]["quantiles"] == [{"quantile": 0.1, "value": 1.0}, {"quantile": 0.9, "value": 5.5}]
    assert found["b"]["scores"] == [{"label": "z", "probability": 1.0}]


ROWS: list[dict[str, Any]] = [
    {"id": "a", "answer": "x", "retrieved": ["s1", "s1", "s2"], "usage": {"promptTokens": 3}},
    {"id": "b", "contexts": [{"id": "s2", "text": "t"}, {"id": "s1", "score": 1}], "citations": []},
    {"id": "c", "error": "gone", "latency_ms": 2, "answer": "left out"},
    {"id": "a", "repeat": 2, **NUMBERS},
    {"id": "b", "repeat": 2, "answer": "", "attempts": 3, "asked_at": "2026-01-01T00:00:00Z", "input_tokens": 7},
]


def test_the_quick_way_and_the_careful_one_agree(tmp_path: Path) -> None:
    """An answer that is no text sends the whole file down the careful way; the other rows must come out the same."""
    quick = read_recorded(write(tmp_path, *ROWS), GOLD)
    careful = read_recorded(write(tmp_path, *ROWS, {"id": "c", "repeat": 2, "answer": 5}), GOLD)
    assert careful["answer"].to_list()[-1] == "5"
    assert quick.rows() == careful[:-1].rows()
    assert quick["retrieved"].to_list() == [["s1", "s2"], ["s2", "s1"], [], [], []]


def test_a_table_of_cases_is_read_again(tmp_path: Path) -> None:
    first = read_recorded(write(tmp_path, *ROWS), GOLD)
    path = tmp_path / "cases.parquet"
    first.with_columns(pl.lit(0.5).alias("answer.exact_match")).write_parquet(path)
    assert read_recorded(path, GOLD).rows() == first.rows()


def test_a_trec_run_may_have_more_at_the_end_of_its_lines(tmp_path: Path) -> None:
    (tmp_path / "run.txt").write_text("q1 Q0 d1 1 2.5 tag and more\nq1 Q0 d2 2 3e0 tag\n")
    read = read_recorded(tmp_path / "run.txt", gold_of(case("q1")))
    assert read["retrieved"].to_list() == [["d2", "d1"]]


def test_a_trec_run_is_read_in_trec_order(tmp_path: Path) -> None:
    path = tmp_path / "run.txt"
    path.write_text("a Q0 s1 1 0.5 tag\na\tQ0  s2 2 0.5 tag\n\nb Q0 s1 1 9 tag\nz Q0 s1 1 9 tag\n a Q0 s0 3 0.7 tag\n")
    found = by_id(read_recorded(path, GOLD))
    assert (found["a"]["retrieved"], found["b"]["retrieved"]) == (["s0", "s2", "s1"], ["s1"])
    assert (found["c"]["error"], "z" in found) == (NO_ROW, False)
    path.write_text("a Q0 s1 1 0.5 tag\na Q0 s2 2 best tag\n")
    with pytest.raises(UsageError, match="no line of a TREC run") as caught:
        read_recorded(path, GOLD)
    assert caught.value.where == f"{path}:2"


def test_json_with_a_number_where_a_run_has_its_score_is_json(tmp_path: Path) -> None:
    found = by_id(read_recorded(write(tmp_path, '{"id": "a", "answer": "answer 137 of the list"}'), GOLD))
    assert found["a"]["answer"] == "answer 137 of the list"


def test_csv_holds_the_plain_fields(tmp_path: Path) -> None:
    path = tmp_path / "responses.csv"
    path.write_text('id,answer,value\na,"x, y",1.5\nb,,2\n')
    gold = gold_of(case("a"), case("b"))
    found = by_id(read_recorded(path, gold))
    assert (found["a"]["answer"], found["a"]["value"], found["b"]["answer"]) == ("x, y", 1.5, None)


def test_a_whole_output_is_read_through_the_mapping(tmp_path: Path) -> None:
    path = write(tmp_path, {"id": "a", "output": {"reply": {"text": "x"}}, "latency_ms": 3})
    found = by_id(read_recorded(path, GOLD, RequestMapping(answer="reply.text")))
    assert (found["a"]["answer"], found["a"]["latency_ms"]) == ("x", 3)
    with pytest.raises(UsageError, match="needs a request mapping") as caught:
        read_recorded(path, GOLD)
    assert caught.value.where == f"{path}:1"


def test_parquet_is_read_like_jsonl(tmp_path: Path) -> None:
    path = tmp_path / "responses.parquet"
    pl.DataFrame({"id": ["a", "b"], "answer": ["x", None], "retrieved": [["s1"], []], "cost_usd": [0.1, None]}).write_parquet(
        path
    )
    found = by_id(read_recorded(path, GOLD))
    assert (found["a"]["answer"], found["a"]["retrieved"]) == ("x", ["s1"])
    assert (found["b"]["answer"], found["b"]["error"]) == (None, None)


def test_parquet_of_structs_is_read_like_jsonl(tmp_path: Path) -> None:
    path = tmp_path / "responses.parquet"
    rows = [{key: value for key, value in row.items() if key != "quantiles"} for row in ROWS]
    pl.DataFrame(rows, infer_schema_length=None).write_parquet(path)
    expected = read_recorded(write(tmp_path, *rows), GOLD)
    assert read_recorded(path, GOLD).rows() == expected.rows()


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


def test_what_is_read_ahead_is_what_is_read_at_once(tmp_path: Path) -> None:
    path = tmp_path / "responses.parquet"
    pl.DataFrame({"id": ["b", "a"], "answer": ["x", "y"]}).write_parquet(path)
    assert Recording(path, ahead=True).of(GOLD).equals(read_recorded(path, GOLD))


def test_what_cannot_be_read_ahead_is_said_where_it_is_asked_for(tmp_path: Path) -> None:
    recording = Recording(tmp_path / "absent.parquet", ahead=True)
    with pytest.raises(UsageError, match="cannot be read"):
        recording.of(GOLD)
