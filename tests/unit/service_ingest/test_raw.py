"""Raw files that are right, and each way in which they can be wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from service.ingest.errors import IngestError
from service.ingest.raw import read_facts, read_sentences
from service.ingest.schemas import FACTS, SENTENCES

from .samples import raw, sentence, write_sentences

if TYPE_CHECKING:
    from pathlib import Path

KNOWN = {7: ("Company 7", "C7"), 9: ("Company 9", "C9")}


def test_sentences_come_in_the_columns_and_the_order_of_the_table(tmp_path: Path) -> None:
    frame = read_sentences(raw(tmp_path)[0])
    assert dict(frame.schema) == SENTENCES
    assert frame["cik_int"].to_list() == sorted(frame["cik_int"].to_list())
    first = frame.filter(pl.col("doc_id") == frame["doc_id"][0])
    assert first["position"].to_list() == sorted(first["position"].to_list())


def test_the_position_is_the_end_of_the_id_or_else_the_order_of_the_file(tmp_path: Path) -> None:
    named = write_sentences(tmp_path / "a.jsonl", [sentence(9), sentence(3)])
    assert read_sentences(named)["position"].to_list() == [3, 9]
    rows = [sentence(1, sentence_id="b", doc_id="d"), sentence(1, sentence_id="a", doc_id="d")]
    assert read_sentences(write_sentences(tmp_path / "b.jsonl", rows))["sentence_id"].to_list() == ["b", "a"]
    given = [sentence(1, sentence_id="x_1", doc_id="d", position=5), sentence(1, sentence_id="x_2", doc_id="d", position=4)]
    assert read_sentences(write_sentences(tmp_path / "c.jsonl", given))["sentence_id"].to_list() == ["x_2", "x_1"]


def test_sections_are_in_the_order_of_a_report(tmp_path: Path) -> None:
    rows = [
        sentence(1, sentence_id=f"s{at}", doc_id="d", section=name) for at, name in enumerate(["ITEM_15", "ITEM_7A", "ITEM_1"])
    ]
    frame = read_sentences(write_sentences(tmp_path / "a.jsonl", rows))
    assert frame["section"].to_list() == ["ITEM_1", "ITEM_7A", "ITEM_15"]


def test_the_ticker_may_come_from_elsewhere(tmp_path: Path) -> None:
    path = write_sentences(tmp_path / "a.jsonl", [sentence(1, ticker=None)])
    assert read_sentences(path, {7: "SEVN"})["ticker"].to_list() == ["SEVN"]


def test_parquet_is_read_like_jsonl(tmp_path: Path) -> None:
    path, _ = raw(tmp_path)
    pl.read_ndjson(path).write_parquet(tmp_path / "sentences.parquet")
    assert read_sentences(tmp_path / "sentences.parquet").equals(read_sentences(path))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"text": ""}, "the sentence lacks text"),
        ({"cik_int": "7"}, "cik_int is '7'; it should be a whole number"),
        ({"sentence_id": "0000000009_10-K_2018_section_7_0"}, "is already in line 1"),
    ],
)
def test_a_broken_sentence_is_named_by_its_line(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    path = write_sentences(tmp_path / "a.jsonl", [sentence(0), sentence(1, **change)])
    with pytest.raises(IngestError, match=message) as failure:
        read_sentences(path)
    assert failure.value.where == f"{path}:2"
    assert failure.value.exit_code == 2


def test_a_line_that_is_no_json_is_named(tmp_path: Path) -> None:
    path = write_sentences(tmp_path / "a.jsonl", [sentence(0)])
    path.write_bytes(path.read_bytes() + b'\n{"sentence_id": \n')
    with pytest.raises(IngestError, match="not JSON") as failure:
        read_sentences(path)
    assert failure.value.where == f"{path}:3"
    path.write_text("[1]\n", encoding="utf-8")
    with pytest.raises(IngestError, match="not a JSON object"):
        read_sentences(path)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(IngestError, match="no such file"):
        read_sentences(tmp_path / "none.jsonl")
    for name, content, message in (
        ("a.txt", b"", "not read here"),
        ("a.jsonl", b"", "no sentence"),
        ("a.parquet", b"x", "Parquet"),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(IngestError, match=message):
            read_sentences(tmp_path / name)


def test_facts_take_the_company_from_the_sentences(tmp_path: Path) -> None:
    frame = read_facts(raw(tmp_path)[1], KNOWN)
    assert dict(frame.schema) == FACTS
    assert frame.row(0) == (
        *(7, "Company 7", "C7", 2019, "revenue", "Revenue", 1.2e9, "USD", "0001-19"),
        "0000000007_10-K_2019_section_7_1",
    )
    assert frame.row(1)[-2:] == (None, None)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("C7,2019,revenue,Revenue,many,USD,,\n", "value is 'many', not a number"),
        ("C7,2019,revenue,Revenue,inf,USD,,\n", "must be finite"),
        ("C7,,revenue,Revenue,1,USD,,\n", "the fact lacks year"),
        ("C8,2019,revenue,Revenue,1,USD,,\n", "no sentence belongs to company 'C8'"),
        ("C9,2018,roa,ROA,4,percent,,\n", "is already in line 2"),
    ],
)
def test_a_broken_fact_is_named_by_its_line(tmp_path: Path, line: str, message: str) -> None:
    _, path = raw(tmp_path, facts="C9,2018,roa,ROA,4.5,percent,,\n" + line)
    with pytest.raises(IngestError, match=message) as failure:
        read_facts(path, KNOWN)
    assert failure.value.where == f"{path}:3"
