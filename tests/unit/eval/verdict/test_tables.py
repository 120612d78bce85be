from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from goldgate.eval.errors import UsageError
from goldgate.eval.verdict.tables import read_any, table_file

if TYPE_CHECKING:
    from pathlib import Path


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("t.csv", "id,m,words\na,1,x\nb,0.5,y\n"),
        ("t.tsv", "id\tm\twords\na\t1\tx\nb\t0.5\ty\n"),
        ("t.jsonl", '{"id": "a", "m": 1, "words": "x"}\n{"id": "b", "m": 0.5, "words": "y"}\n'),
        ("T.NDJSON", '{"id": "a", "m": 1, "words": "x"}\n{"id": "b", "m": 0.5, "words": "y"}\n'),
    ],
)
def test_every_form_gives_the_same_table(tmp_path: Path, name: str, text: str) -> None:
    frame = read_any(write(tmp_path, name, text))
    assert frame.to_dict(as_series=False) == {"id": ["a", "b"], "m": [1.0, 0.5], "words": ["x", "y"]}


def test_a_column_of_numbers_and_words_stays_words(tmp_path: Path) -> None:
    frame = read_any(write(tmp_path, "t.csv", "id,m,flag\n1,1,TRUE\n2,about 2,False\n"))
    assert frame["m"].to_list() == ["1", "about 2"]
    assert frame["flag"].to_list() == [1.0, 0.0]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("t.csv", "", r"t\.csv: the table cannot be read: empty CSV\."),
        ("t.csv", "id,m\n1,1\n2,2,3\n", r"t\.csv: the table cannot be read: found more fields"),
        ("t.csv", "id,m\n1,1\n,2\n", r"t\.csv: row 2 of the table has no id"),
        ("t.csv", "name,m\n1,1\n", r"t\.csv: the table has no column id"),
        ("t.jsonl", '{"id": 1}\n{"id"\n', r"t\.jsonl:2: the line is no JSON: Expecting"),
        ("t.jsonl", "[1]\n", r"t\.jsonl:1: the line is no JSON object"),
        ("t.jsonl", "\n", "the table has no column id"),
        ("t.parquet", "id,m\n", "the table cannot be read"),
        ("t.xlsx", "", '"\\.xlsx" is no table that can be read'),
        ("t.csv", "id,m\n1,1\n1,2\n", 'the id "1" stands in the table more than once'),
    ],
)
def test_what_cannot_be_read_is_said_with_its_place(tmp_path: Path, name: str, text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        read_any(write(tmp_path, name, text))


def test_a_folder_stands_for_its_only_table(tmp_path: Path) -> None:
    for service in ("one", "two"):
        (tmp_path / service).mkdir()
        pl.DataFrame({"id": ["a"]}).write_parquet(tmp_path / service / "cases.parquet")
    assert table_file(tmp_path / "one") == tmp_path / "one" / "cases.parquet"
    with pytest.raises(UsageError, match="the folder holds the cases of 2 services"):
        table_file(tmp_path)
    assert table_file(tmp_path / "elsewhere.csv") == tmp_path / "elsewhere.csv"
