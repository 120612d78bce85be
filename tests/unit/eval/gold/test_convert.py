from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from goldgate.eval.errors import UsageError
from goldgate.eval.gold.convert import convert
from goldgate.eval.gold.load import load_gold

from .files import written

if TYPE_CHECKING:
    from pathlib import Path

ROWS: list[dict[str, Any]] = [
    {"id": "a", "input": '{"looks": "like an object"}', "expected": {"answer": "x", "evidence": {"s1": 2}}, "notes": "n"},
    {"id": "b", "input": {"q": "Who?", "n": 1.0}, "expected": {"numeric": 2, "tolerance": 0.01}, "tags": {"year": 2018}},
    {"id": "c", "input": "Und wo? \u00fc", "weight": 2, "cluster": "d", "expected": {"boolean": False}},
]


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
def test_a_conversion_reads_back_as_the_same(tmp_path: Path, suffix: str) -> None:
    gold = load_gold(written(tmp_path / "g.jsonl", ROWS))
    done = convert(tmp_path / "g.jsonl", tmp_path / "out" / f"o.{suffix}")
    back = load_gold(tmp_path / "out" / f"o.{suffix}")
    assert done.sha256 == back.sha256 == gold.sha256
    assert [(one.input, one.notes, one.tags) for one in back.cases] == [(one.input, one.notes, one.tags) for one in gold.cases]
    assert (done.cases, done.format, done.not_carried) == (3, "jsonl", {})
    assert [path.name for path in (tmp_path / "out").iterdir()] == [f"o.{suffix}"]


def test_what_was_left_out_is_counted(tmp_path: Path) -> None:
    rows = [{"input": name, "expected_output": "x", "actual_output": "y"} for name in "ab"]
    done = convert(written(tmp_path / "g.json", rows), tmp_path / "o.jsonl")
    assert (done.format, done.not_carried) == ("deepeval", {"actual_output": 2})
    first = json.loads((tmp_path / "o.jsonl").read_text().splitlines()[0])
    assert first["expected"] == {"answer": "x"}
    assert first["notes"] == "not carried over: actual_output"


def test_a_file_that_was_there_stays_where_the_source_has_faults(tmp_path: Path) -> None:
    out = written(tmp_path / "o.jsonl", "old")
    with pytest.raises(UsageError):
        convert(written(tmp_path / "g.jsonl", '{"id": "a"}\n'), out)
    assert out.read_text() == "old"


def test_another_suffix_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"is written as .jsonl or .parquet, not .csv"):
        convert(written(tmp_path / "g.jsonl", ROWS), tmp_path / "o.csv")
