from __future__ import annotations

import time
from typing import TYPE_CHECKING

import polars as pl
import pytest

from goldgate.eval.errors import UsageError
from goldgate.eval.gold.containers import element_lines
from goldgate.eval.gold.formats import FORMATS, named, recognised
from goldgate.eval.gold.source import Source

from .files import written

if TYPE_CHECKING:
    from pathlib import Path

    from goldgate.eval.errors import GoldgateError


def rows(path: Path) -> tuple[list[tuple[int, dict[str, object]]], list[str]]:
    problems: list[GoldgateError] = []
    found = list(Source(path).rows(problems))
    return found, [str(problem).replace(str(path), path.name) for problem in problems]


def test_lists_lines_and_tables_give_the_same_records_with_their_lines(tmp_path: Path) -> None:
    records = [{"id": "a", "input": "one\ntwo"}, {"id": "b", "input": "three"}]
    assert rows(written(tmp_path / "g.json", records))[0] == [(2, records[0]), (6, records[1])]
    assert rows(written(tmp_path / "g.jsonl", records))[0] == [(1, records[0]), (2, records[1])]
    assert rows(written(tmp_path / "g.csv", 'id,input\na,"one\ntwo"\nb,three\n'))[0] == [(2, records[0]), (4, records[1])]
    pl.DataFrame(records).write_parquet(tmp_path / "g.parquet")
    assert rows(tmp_path / "g.parquet")[0] == [(1, records[0]), (2, records[1])]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_of_a_table_is_told_from_its_header(tmp_path: Path, delimiter: str) -> None:
    text = f"id{delimiter}input{delimiter}answer\na{delimiter}q{delimiter}\n"
    assert rows(written(tmp_path / "g.csv", text)) == ([(2, {"id": "a", "input": "q"})], [])


def test_rows_of_another_width_and_elements_of_another_type_are_problems(tmp_path: Path) -> None:
    assert rows(written(tmp_path / "g.csv", "id,input\na,b,c\nb,x\n")) == (
        [(3, {"id": "b", "input": "x"})],
        ["g.csv:2: the row has 3 cells, the header 2. Quote cells that hold the delimiter."],
    )
    assert rows(written(tmp_path / "g.json", '[\n{"id": "a"},\n 7]'))[1] == ["g.json:3: a case must be a JSON object, not int."]


def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path: Path) -> None:
    path = tmp_path / "g.csv"
    path.write_bytes(b"\xef\xbb\xbfid,input\na,q\n")
    assert rows(path)[0] == [(2, {"id": "a", "input": "q"})]
    assert Source(path).keys == {"id", "input"}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"ok\n\xff\n", r"g.txt:2: the gold set is not UTF-8 text \(byte 3\)"),
        (b"[1,\n 2", "g.txt:2: broken JSON at column"),
        (b"[" * 200_000, "nested too deeply|broken JSON"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_where(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "g.txt"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=words):
        _ = Source(path).document


def test_what_is_broken_parquet_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read as Parquet"):
        _ = Source(written(tmp_path / "g.parquet", "PAR1 and no more")).keys


def test_lines_of_elements_are_found_in_linear_time() -> None:
    def seconds(count: int) -> float:
        text = "[" + ",\n".join('{"a": [1, 2, "]"]}' for _ in range(count)) + "]"
        begun = time.process_time()
        assert list(element_lines(text, 1)) == list(range(1, count + 1))
        return time.process_time() - begun

    seconds(1000)
    assert seconds(40_000) < 40 * max(seconds(4_000), 0.001)


def test_an_unknown_file_names_the_known_formats(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no known format: its records have facts, topic\. Known are beir, finrag"):
        recognised(Source(written(tmp_path / "g.json", [{"topic": "x", "facts": []}])))


def test_a_format_is_found_by_its_name() -> None:
    assert [named(name).NAME for name in FORMATS] == list(FORMATS)
    with pytest.raises(UsageError, match='there is no gold format "deep-eval"; did you mean "deepeval"'):
        named("deep-eval")
