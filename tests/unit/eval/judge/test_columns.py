"""A plain table of scores, in every form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from goldgate.eval.errors import UsageError
from goldgate.eval.judge.columns import read_columns

if TYPE_CHECKING:
    from pathlib import Path

FRAME = pl.DataFrame({"judge": [1.0, 0.5], "human": [1, None]})


def test_every_kind_of_file_is_read(tmp_path: Path) -> None:
    FRAME.write_csv(tmp_path / "t.csv")
    FRAME.write_csv(tmp_path / "t.tsv", separator="\t")
    FRAME.write_parquet(tmp_path / "t.parquet")
    FRAME.write_ndjson(tmp_path / "t.jsonl")
    for name in ("t.csv", "t.tsv", "t.parquet", "t.jsonl"):
        table = read_columns(tmp_path / name)
        assert table.columns == ["judge", "human"]
        assert table["human"].null_count() == 1


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("t.xlsx", "x", "no table that can be read"),
        ("t.jsonl", "{", "cannot be read"),
        ("t.csv", "a,b\n", "no row"),
        ("t.parquet", "x", "cannot be read"),
    ],
)
def test_what_is_no_table_is_said(tmp_path: Path, name: str, content: str, said: str) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(UsageError, match=said):
        read_columns(tmp_path / name)


def test_a_table_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such table"):
        read_columns(tmp_path / "t.csv")
