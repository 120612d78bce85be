from __future__ import annotations

import pytest

from service.answer import FactTable, find_figures
from service.entities import Reader
from tests.fakes import finrag

READER = Reader.for_tables(finrag.sentences(), finrag.facts(), lambda _: True)
TABLE = FactTable(finrag.facts())


REVENUE = "Acme Rockets Inc's revenue"
BOREALIS = "Borealis Foods Corporation"


def says(text: str) -> str | None:
    found = find_figures(READER.read(text), TABLE)
    return found.figures.text if found.figures else None


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("What was Acme's revenue in 2018?", REVENUE + " was $1,250 million in 2018."),
        ("What was Acme's revenue?", REVENUE + " was $1,200 million in 2019."),
        ("What was Acme's net income in 2017?", "Acme Rockets Inc's net income was -$50 million in 2017."),
        ("What was Acme's net profit margin in 2019?", "Acme Rockets Inc's net profit margin was 7.5% in 2019."),
        (
            "By how much did Acme's revenue change between 2017 and 2019?",
            REVENUE + " increased by $200 million (20%), from $1,000 million in 2017 to $1,200 million in 2019.",
        ),
        (
            "By what percentage did Acme's revenue fall in 2019?",
            REVENUE + " decreased by 4% ($50 million), from $1,250 million in 2018 to $1,200 million in 2019.",
        ),
        (
            "By how much did Acme's net income change from 2017 to 2018?",
            "Acme Rockets Inc's net income increased by $170 million, from -$50 million in 2017 to $120 million in 2018.",
        ),
        (
            "How did Acme's net profit margin change in 2019?",
            "Acme Rockets Inc's net profit margin decreased by 2.1 percentage points, from 9.6% in 2018 to 7.5% in 2019.",
        ),
        ("What was Acme's average revenue from 2016 to 2018?", REVENUE + " averaged $1,050 million from 2016 to 2018."),
        (
            "What was Acme's cumulative revenue from 2016 to 2018?",
            REVENUE + " came to $3,150 million in total from 2016 to 2018.",
        ),
        ("In which year was Acme's revenue highest?", REVENUE + " was highest in 2018, at $1,250 million (from 2016 to 2019)."),
        ("In which years did Acme's revenue exceed $1.1 billion?", "Acme Rockets Inc's revenue, the years: 2018; 2019"),
        ("In how many years did Acme's revenue exceed $1.1 billion?", "2 of 4 years: 2018; 2019."),
        (
            "What percentage of revenue was Acme's net income in 2019?",
            "Acme Rockets Inc's net income was 7.5% in 2019 of its revenue.",
        ),
        (
            "What was the compound annual growth of Acme's revenue from 2017 to 2019?",
            REVENUE + " grew by 9.54% a year, from $1,000 million in 2017 to $1,200 million in 2019.",
        ),
    ],
)
def test_one_company(text: str, answer: str) -> None:
    assert says(text) == answer


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Did Acme's revenue grow in 2018?", "Yes."),
        ("Did Acme's revenue grow in 2019?", "No."),
        ("Did Acme's revenue grow every year from 2016 to 2019?", "No."),
        ("Did Acme's revenue grow every year from 2016 to 2018?", "Yes."),
        ("Did Acme's revenue exceed $1.2 billion in 2019?", "No."),
        ("Did Acme's revenue exceed $1.19 billion in 2019?", "Yes."),
        ("Did Acme report a net loss in 2017?", "Yes."),
        ("Did Acme report a net loss in 2018?", "No."),
        ("Did Acme's revenue grow by more than 20% in 2018?", "Yes."),
        ("Did Acme's revenue grow by more than 30% in 2018?", "No."),
        ("Was Acme's revenue higher than that of Borealis Foods in 2018?", "No."),
        ("Was Acme's revenue lower than that of Borealis Foods in 2018?", "Yes."),
    ],
)
def test_yes_and_no(text: str, verdict: str) -> None:
    assert (says(text) or "").startswith(verdict)


def test_a_trend_names_its_ends_its_change_and_every_year() -> None:
    text = says("How did Acme's revenue develop from 2016 to 2018?") or ""
    assert text.startswith(REVENUE + " increased by $350 million (38.89%), from $900 million in 2016")
    assert "rising every year" in text
    assert "2017: $1,000 million" in text


@pytest.mark.parametrize(
    ("text", "start"),
    [
        (
            "Which company had the highest revenue in 2018?",
            BOREALIS + ": its revenue of $4,100 million was the highest in 2018",
        ),
        (
            "Which company had the lowest revenue in 2018?",
            "Assured Harbor Ltd.: its revenue of $300 million was the lowest in 2018",
        ),
        (
            "How much more revenue than Acme did Borealis Foods have in 2018?",
            BOREALIS + "'s revenue was higher by $2,850 million",
        ),
        (
            "Name the companies with revenue above $1 billion in 2018.",
            "Revenue in 2018: Borealis Foods Corporation; Acme Rockets Inc",
        ),
        ("How many companies had revenue below $2 billion in 2018?", "2 companies: Acme Rockets Inc; Assured Harbor Ltd."),
        ("What was the combined revenue of Acme and Borealis Foods in 2018?", "$5,350 million in total."),
        (
            "Compare the revenue of Acme and Borealis Foods in 2018.",
            "Revenue in 2018: Acme Rockets Inc $1,250 million; Borealis",
        ),
        ("Rank the companies by revenue in 2018.", "Revenue in 2018: Borealis Foods Corporation $4,100 million; Acme"),
        ("Which grew its revenue faster from 2017 to 2018, Acme or Borealis Foods?", "Acme Rockets Inc: "),
    ],
)
def test_several_companies(text: str, start: str) -> None:
    assert (says(text) or "").startswith(start)


@pytest.mark.parametrize(
    "text",
    [
        "Why did Acme's revenue grow in 2018?",
        "What was Acme's launch revenue in 2018?",
        "What was Zeppelin's revenue?",
        "What does Acme insure?",
    ],
)
def test_what_is_no_matter_of_facts(text: str) -> None:
    reader = Reader.for_tables(finrag.sentences(), finrag.facts(), lambda word: word != "Zeppelin")
    found = find_figures(reader.read(text), TABLE)
    assert found.figures is None
    assert found.missing is None


def test_what_the_facts_lack_is_named() -> None:
    found = find_figures(READER.read("What was Acme's net income in 2012?"), TABLE)
    assert found.figures is None
    assert found.missing == "net income of Acme Rockets Inc for 2012"


def test_a_change_needs_both_its_ends() -> None:
    assert says("By how much did Acme's revenue change between 2012 and 2018?") is None


def test_the_filing_that_reported_first_counts() -> None:
    doubled = finrag.facts().vstack(
        finrag.facts().with_columns(value=finrag.facts()["value"] * 2, filing=finrag.facts()["filing"] + "-later")
    )
    question = READER.read("What was Acme's revenue in 2018?")
    found = find_figures(question, FactTable(doubled.sort("filing")))
    assert found.figures is not None
    assert found.figures.facts[0].value == 1250e6


def test_facts_lead_to_their_sentences() -> None:
    found = find_figures(READER.read("What was Acme's revenue in 2018?"), TABLE)
    assert found.figures is not None
    assert found.figures.sentences == ("1_2018_ITEM_7_0",)
