from __future__ import annotations

import pytest

from service.entities import Company, CompanyNames
from service.entities.companies import candidate_words

NAMES = [
    (34088, "EXXON MOBIL CORP", "XOM"),
    (59478, "ELI LILLY & Co", "LLY"),
    (104169, "Walmart Inc.", "WMT"),
    (200406, "JOHNSON & JOHNSON", "JNJ"),
    (320193, "Apple Inc.", "AAPL"),
    (909832, "COSTCO WHOLESALE CORP /NEW", "COST"),
    (1018724, "Amazon.com, Inc.", "AMZN"),
    (1141391, "Mastercard Inc", "MA"),
    (1273813, "ASSURED GUARANTY LTD", "AGO"),
    (1326801, "Meta Platforms, Inc.", "META"),
    (1403161, "VISA INC.", "V"),
    (1652044, "Alphabet Inc.", "GOOGL"),
]
COMPANIES = [Company(cik=cik, name=name, ticker=ticker) for cik, name, ticker in NAMES]
FINDER = CompanyNames(COMPANIES, ordinary=frozenset({"assured"}))


def found(text: str) -> list[str]:
    return [mention.company.ticker for mention in FINDER.find(text)]


@pytest.mark.parametrize(
    ("text", "tickers"),
    [
        ("What does EXXON MOBIL CORP report?", ["XOM"]),
        ("How did Exxon do?", ["XOM"]),
        ("ExxonMobil's assets", ["XOM"]),
        ("What does Eli Lilly and Company sell?", ["LLY"]),
        ("What does Lilly sell?", ["LLY"]),
        ("Johnson & Johnson's sales", ["JNJ"]),
        ("J&J sales", ["JNJ"]),
        ("Wal-Mart in 2018", ["WMT"]),
        ("Costco Wholesale and Costco", ["COST", "COST"]),
        ("What was Amazon's income?", ["AMZN"]),
        ("Amazon.com", ["AMZN"]),
        ("Facebook or Google", ["META", "GOOGL"]),
        ("AAPL versus MA", ["AAPL", "MA"]),
        ("CIK 320193", ["AAPL"]),
        ("Assured Guaranty in 2012", ["AGO"]),
        ("we are assured of support", []),
        ("Assured of support, we act", []),
        ("the apple of the eye", []),
        ("What were V's results", []),
        ("What were $V results", ["V"]),
        ("Visa (V)", ["V", "V"]),
        ("the ma and pa shop", []),
    ],
)
def test_mentions(text: str, tickers: list[str]) -> None:
    assert found(text) == tickers


@pytest.mark.parametrize(
    ("text", "mention"),
    [
        ("Is Apple Inc.'s income up?", "Apple Inc.'s"),
        ("Is Apple's income up?", "Apple's"),
        ("Is it (AAPL)?", "(AAPL)"),
        ("Is Apple, they ask, up?", "Apple"),
    ],
)
def test_a_mention_takes_what_belongs_to_it(text: str, mention: str) -> None:
    (only,) = FINDER.find(text)
    assert text[only.start : only.end] == mention


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("EXXON MOBIL CORP", "Exxon Mobil Corp"),
        ("COSTCO WHOLESALE CORP /NEW", "Costco Wholesale Corp"),
        ("Apple Inc.", "Apple Inc."),
    ],
)
def test_titles(name: str, title: str) -> None:
    assert Company(cik=1, name=name, ticker="X").title == title


def test_the_words_whose_ordinariness_matters() -> None:
    words = candidate_words(["ASSURED GUARANTY LTD", "General Electric Company"])
    assert {"assured", "general"} <= words
