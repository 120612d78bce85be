"""A plain table of scores, in every form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest

from goldgate.eval.errors import UsageError
from goldgate.eval.judge.columns import read_columns, scores_of

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


def test_a_run_folder_stands_for_its_table_of_cases(tmp_path: Path) -> None:
    FRAME.write_parquet(tmp_path / "cases.parquet")
    assert read_columns(tmp_path).equals(FRAME)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("t.xlsx", "x", "no table that can be read"),
        ("t.jsonl", "{", r"t\.jsonl:1: the line is no JSON"),
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


def test_cells_become_numbers() -> None:
    table = pl.DataFrame({"s": [" 1.5", "n/a", "TRUE", "", "nan", "No"], "b": [True, None, False, True, True, True]})
    assert np.array_equal(scores_of(table, "s", "t.csv"), [1.5, np.nan, 1, np.nan, np.nan, 0], equal_nan=True)
    assert np.array_equal(scores_of(table, "b", "t.csv")[:3], [1, np.nan, 0], equal_nan=True)


def test_json_lines_that_polars_refuses_are_read_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_text('{"j": 1, "h": NaN}\n{"j": 0.5, "h": 1}\n')
    table = read_columns(tmp_path / "t.jsonl")
    assert list(scores_of(table, "j", "t")) == [1, 0.5]
    assert np.isnan(scores_of(table, "h", "t")[0])


def test_a_cell_that_is_no_number_is_said() -> None:
    with pytest.raises(UsageError, match=r"t\.csv: the column \"s\" holds 'good', which is no number"):
        scores_of(pl.DataFrame({"s": ["1", "good"]}), "s", "t.csv")
