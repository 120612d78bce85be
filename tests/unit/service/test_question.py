from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from service.entities import Question, Reader, find_sections
from service.entities.strangers import find_strangers
from tests.fakes import finrag

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def reader() -> Reader:
    words = " ".join(finrag.sentences()["text"]).lower()
    return Reader.for_tables(finrag.sentences(), finrag.facts(), lambda word: word.lower() in words)


def read(reader: Reader, text: str) -> Question:
    return reader.read(text)


def test_everything_in_one_question(reader: Reader) -> None:
    question = read(reader, "According to Item 1A, how did Acme Rockets’ net income change between 2017 and 2019?")  # noqa: RUF001
    assert [company.ticker for company in question.companies] == ["ACME"]
    assert question.years.years == (2017, 2018, 2019)
    assert question.sections == ("ITEM_1A",)
    assert [metric.keys[0] for metric in question.metrics] == ["net_income"]
    assert "Acme" not in question.core
    assert "2017" not in question.core


def test_a_word_that_the_collection_uses_is_no_company(reader: Reader) -> None:
    assert read(reader, "Were premiums Assured in 2018?").companies == ()
    assert [company.cik for company in read(reader, "Assured Harbor in 2018").companies] == [3]


def test_a_name_that_nobody_knows_is_a_stranger(reader: Reader) -> None:
    assert read(reader, "What was Zeppelin's revenue in 2018?").strangers == ("Zeppelin",)
    assert read(reader, "What was Acme's revenue in 2018?").strangers == ()


@pytest.mark.parametrize(
    "text", ["What did R&D cost in FY2019?", "Did it grow in Q3, per its Form 10-K?", "Name the CEO in March"]
)
def test_words_of_questions_are_no_strangers(text: str) -> None:
    assert find_strangers(text, lambda _: False) == ()


@pytest.mark.parametrize(
    ("text", "sections"),
    [
        ("its Item 7A disclosures on risk factors", ("ITEM_7A",)),
        ("the Risk Factors section", ("ITEM_1A",)),
        ("in its MD&A", ("ITEM_7",)),
        ("legal proceedings", ("ITEM_3",)),
        ("revenue", ()),
    ],
)
def test_sections(text: str, sections: tuple[str, ...]) -> None:
    assert find_sections(text) == sections


def test_the_same_company_in_both_tables_is_one(tmp_path: Path, reader: Reader) -> None:
    assert len(read(reader, "Acme and ACME and Acme Rockets Inc").companies) == 1
