from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from goldgate.eval.errors import UsageError
from goldgate.eval.gold.findings import Looked
from goldgate.eval.gold.leaks import leaks

from ..makers import case, gold_of
from .files import written

if TYPE_CHECKING:
    from pathlib import Path

GOLD = Looked(
    gold_of(
        case("a", "How large was Ardent's revenue in 2020?", answer="It was 14.8 million dollars in all."),
        case("b", "Who audits it?", answer="Bell", evidence={"0001-ab_10-K_2020": 1}),
        case("c", "Why did the margin of the segment fall?", answer="Grain"),
    )
)


def found(*paths: Path) -> list[tuple[str | None, str]]:
    return [(one.case, one.message.replace(str(paths[0].parent) + "/", "")) for one in leaks(GOLD, paths)]


def test_questions_and_answers_are_found_across_lines_and_punctuation(tmp_path: Path) -> None:
    text = "Examples\n\nQ: how large was Ardent's\n  revenue -- in 2020 ?\nA: It was 14.8 million dollars in all\n"
    assert found(written(tmp_path / "prompt.md", text)) == [
        ("a", 'the question and the expected answer of case "a" stand in prompt.md:3.')
    ]


ASKED = "Why did the margin\nof the segment fall?"
ROWS = [{"x": "Unrelated"}, {"messages": [{"content": ASKED}]}]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("train.json", ROWS),
        ("train.jsonl", ROWS),
        ("train.py", f'X = """\n{ASKED}"""\n'),
        ("train.csv", f'q,a\n"{ASKED}",Grain\n'),
    ],
)
def test_in_json_the_texts_are_read_and_not_their_escapes(tmp_path: Path, name: str, content: object) -> None:
    assert [case for case, _ in found(written(tmp_path / name, content))] == ["c"]


def test_parquet_and_folders_are_looked_through(tmp_path: Path) -> None:
    folder = tmp_path / "training"
    (folder / "deep").mkdir(parents=True)
    pl.DataFrame({"n": [1], "ids": [["0001-ab_10-K_2020"]]}).write_parquet(folder / "deep" / "rows.parquet")
    written(folder / ".hidden" / "x.txt", "Why did the margin of the segment fall?")
    written(folder / "image.png", "Why did the margin of the segment fall?")
    assert found(folder) == [("b", 'the evidence id of case "b" stands in training/deep/rows.parquet:1.')]


def test_the_text_of_evidence_is_looked_for_where_it_is_known(tmp_path: Path) -> None:
    prompt = written(tmp_path / "p.txt", "Context:\nBell and Co have audited the books since 1999.\n")
    texts = {"0001-ab_10-K_2020": "Bell and Co have audited the books since 1999."}
    assert [one.message.partition(" in ")[0] for one in leaks(GOLD, [prompt], texts)] == [
        'the evidence text of case "b" stands'
    ]
    assert list(leaks(GOLD, [prompt])) == []


def test_what_is_too_common_or_only_begins_alike_is_no_leak(tmp_path: Path) -> None:
    assert found(written(tmp_path / "p.txt", "Who audits it? Bell. Why did the margin of the segment fallback plan")) == []


def test_an_absent_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none.txt: cannot be read"):
        found(tmp_path / "none.txt")
