"""Judgements read in columns give what reading them case by case gives, or are left to that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldgate.eval.case import gold_row, rows_frame
from goldgate.eval.gold.fields import read_case
from goldgate.eval.gold.formats import parquet_table, trec
from goldgate.eval.gold.graded import graded_frame, read_graded
from goldgate.eval.gold.load import load_gold
from goldgate.eval.gold.source import Source
from goldgate.eval.jsontext import dumps
from goldgate.eval.table import expected_evidence

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = st.one_of(st.sampled_from(["a", "b", 'c"', "d\\", "e\n", "é", "f:g", '",', "\x1f"]), st.text(max_size=4))
PLAIN = TEXTS.filter(lambda text: bool(text.strip()))
EVIDENCE = st.dictionaries(TEXTS, st.integers(-2, 3), min_size=1, max_size=4)
CASES = st.fixed_dictionaries(
    {"id": TEXTS, "input": TEXTS, "evidence": EVIDENCE},
    optional={
        "cluster": st.one_of(st.none(), TEXTS),
        "notes": st.one_of(st.none(), TEXTS),
        "weight": st.one_of(st.none(), st.sampled_from([1.0, 2.0, 0.25, 1e-7, 1e21, 0.0, -1.0, float("nan")])),
        "tags": st.dictionaries(st.sampled_from(["kind", "b", 'q"']), TEXTS, max_size=2),
    },
)
MORE = {"cluster": pl.String, "notes": pl.String, "weight": pl.Float64}


def careful(cases: list[dict[str, Any]]) -> pl.DataFrame | None:
    """The frame that the reading of one case after another gives; null where it finds a fault."""
    problems: list[Any] = []
    read = []
    for line, case in enumerate(cases, start=1):
        record = {name: value for name, value in case.items() if name != "evidence"}
        read.append(read_case({**record, "expected": {"evidence": case["evidence"]}}, f"g:{line}", line, problems))
    return None if problems else rows_frame([gold_row(case) for case in read if case is not None])


def quick(cases: list[dict[str, Any]]) -> pl.DataFrame | None:
    names = sorted({name for case in cases for name in case.get("tags", {})})
    columns = {name: pl.Series([case.get(name) for case in cases], dtype=dtype) for name, dtype in MORE.items()}
    tags = {f"tag:{name}": pl.Series([case.get("tags", {}).get(name) for case in cases], dtype=pl.String) for name in names}
    texts = {name: pl.Series([case[name] for case in cases], dtype=pl.String) for name in ("id", "input")}
    frame = pl.DataFrame({"line": range(1, len(cases) + 1), **texts, **columns, **tags})
    rows = [(row, *part) for row, case in enumerate(cases) for part in case["evidence"].items()]
    return graded_frame(frame, pl.DataFrame(rows, schema=["row", "id", "grade"], orient="row"))


@given(st.lists(CASES, min_size=1, max_size=4))
@settings(max_examples=300)
def test_columns_hold_what_cases_one_by_one_do(cases: list[dict[str, Any]]) -> None:
    found, wanted = quick(cases), careful(cases)
    if found is None:
        return
    assert wanted is not None, "a fault was overlooked"
    assert found.drop("evidence").equals(wanted)
    assert found["evidence"].to_list() == expected_evidence(wanted["expected"]).to_list()


@given(st.lists(st.fixed_dictionaries({"id": PLAIN, "input": PLAIN, "evidence": EVIDENCE}), min_size=1, max_size=3))
def test_plain_cases_are_read_in_columns(cases: list[dict[str, Any]]) -> None:
    assert quick(cases) is not None


@given(st.lists(EVIDENCE, min_size=1, max_size=4))
def test_written_evidence_is_read_back(evidence: list[dict[str, int]]) -> None:
    found = read_graded(pl.Series([dumps({"evidence": part}) for part in evidence]))
    if any(mark in dumps(list(part)) for part in evidence for mark in ("\\", "\x1f")):
        assert found is None
    else:
        assert found is not None
        assert found.rows() == [(row, *one) for row, part in enumerate(evidence) for one in part.items()]


@pytest.mark.parametrize(
    "text",
    [
        "{}", "null", '{"evidence":{}}', '{"evidence":["a"]}', '{"evidence": {"a":1}}', '{"evidence":{"a":1.0}}',
        '{"evidence":{"a":01}}', '{"evidence":{"a":-0}}', '{"evidence":{"a":true}}', '{"evidence":{"a":1},"answer":"b"}',
        '{"evidence":{"a\\u0062":1}}', '{"evidence":{"a":9999999999999999}}', '{"evidence":{"a":1}}\n',
    ],
)  # fmt: skip
def test_other_texts_are_left_to_the_careful_reader(text: str) -> None:
    assert read_graded(pl.Series(['{"evidence":{"a":1}}', text])) is None


def test_a_passage_that_stands_twice_is_left_to_the_careful_reader() -> None:
    evidence = pl.DataFrame({"row": [0, 0, 0], "id": ["a", "b", "a"], "grade": [1, 2, 2]})
    assert graded_frame(pl.DataFrame({"line": [1], "id": ["q"], "input": ["q"]}), evidence) is None


QRELS = "q1 0 d2 1\nq2 0 d1 2\nq1 0 d1 1\nq2 0 d0 0\nq3 0 d9 -1\n"


def test_judgements_of_trec_are_read_in_columns_as_line_by_line(tmp_path: Path) -> None:
    (tmp_path / "qrels.txt").write_text(QRELS)
    (tmp_path / "topics.txt").write_text('<top>\n<num> Number: q1\n<title> what "is"\n</top>\n')
    columns, rows = Source(tmp_path / "qrels.txt"), Source(tmp_path / "qrels.txt")
    frame = trec.columns(columns)
    records = [read_case(record, "g", line, []) for line, record in trec.records(rows, [])]
    assert frame is not None
    assert frame.drop("evidence").equals(rows_frame([gold_row(case) for case in records if case is not None]))
    assert columns.left_out == rows.left_out != {}


@pytest.mark.parametrize(
    "qrels", [QRELS + "q1 0 d1 2\n", QRELS + "q4 0 d1 x\n", QRELS + "q4 0 d1 0.5\n", QRELS + "q1 0 d1 1\n"]
)
def test_doubtful_judgements_are_read_line_by_line(qrels: str, tmp_path: Path) -> None:
    (tmp_path / "qrels.txt").write_text(qrels)
    assert trec.columns(Source(tmp_path / "qrels.txt")) is None


def test_parquet_of_judgements_is_read_in_columns_as_row_by_row(tmp_path: Path) -> None:
    table = {
        "id": ["q1", "q2"], "input": ["what", "who"],
        "expected": ['{"evidence":{"d2":2,"d1":0}}', '{"evidence":{"d2":1,"d1":1}}'],
        "tag:kind": ["a", None], "weight": [2, None], "cluster": ["c", None],
    }  # fmt: skip
    path = tmp_path / "gold.parquet"
    pl.DataFrame(table).write_parquet(path)
    frame = parquet_table.columns(Source(path))
    records = [read_case(record, "g", line, []) for line, record in parquet_table.records(Source(path), [])]
    assert frame is not None
    assert frame.drop("evidence").equals(rows_frame([gold_row(case) for case in records if case is not None]))
    assert load_gold(path).frame.equals(frame)


@pytest.mark.parametrize(
    "column",
    [{"input": ['{"q": 1}']}, {"answer": ["x"]}, {"id": [5]}, {"tag:n": [5]}, {"structured": [True]}, {"weight": ["2"]}],
)
def test_other_parquet_is_read_row_by_row(column: dict[str, list[Any]], tmp_path: Path) -> None:
    path = tmp_path / "gold.parquet"
    pl.DataFrame({"id": ["q1"], "input": ["what"], "expected": ['{"evidence":{"d":2}}'], **column}).write_parquet(path)
    assert parquet_table.columns(Source(path)) is None
