from __future__ import annotations

import pytest

from service.answer.intent import Do, Intent, is_boolean, read_intent
from service.answer.qualified import is_qualified
from service.entities import Question, Reader
from tests.fakes import finrag

READER = Reader.for_tables(finrag.sentences(), finrag.facts(), lambda _: True)


def question(text: str) -> Question:
    return READER.read(text)


def intent(text: str) -> Intent:
    return read_intent(question(text))


@pytest.mark.parametrize(
    ("text", "do"),
    [
        ("What was Acme's revenue in 2018?", Do.VALUE),
        ("By how much did Acme's revenue change from 2017 to 2018?", Do.CHANGE),
        ("What was the percentage growth of Acme's revenue in 2018?", Do.GROWTH),
        ("What was the compound annual growth rate of Acme's revenue from 2016 to 2019?", Do.ANNUAL_GROWTH),
        ("What was the trend of Acme's revenue?", Do.TREND),
        ("How did Acme's revenue develop between 2016 and 2019?", Do.TREND),
        ("What was Acme's average revenue from 2016 to 2019?", Do.AVERAGE),
        ("What was Acme's cumulative revenue from 2016 to 2019?", Do.TOTAL),
        ("What was Acme's highest revenue?", Do.EXTREME),
        ("In which year was Acme's revenue highest?", Do.WHEN),
        ("In how many years did Acme's revenue exceed $1 billion?", Do.COUNT),
    ],
)
def test_operations(text: str, do: Do) -> None:
    assert intent(text).do is do


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Did Acme's revenue grow in 2018?", True),
        ("In 2018, was revenue above $1 billion?", True),
        ("Is it true that revenue grew?", True),
        ("What did Acme do?", False),
        ("How much did revenue grow, and was it planned?", False),
        ("Which company did best?", False),
    ],
)
def test_yes_or_no(text: str, expected: bool) -> None:
    assert is_boolean(text) is expected


@pytest.mark.parametrize(
    ("text", "bound", "above"),
    [
        ("Did revenue exceed $1.2 billion?", 1.2e9, True),
        ("Was revenue more than $1,100 million?", 1.1e9, True),
        ("Was revenue below 300m?", 3e8, False),
        ("Was the margin over 9%?", 9.0, True),
        ("Was revenue higher than in 2018?", None, True),
        ("Was it above 2018?", None, True),
    ],
)
def test_thresholds(text: str, bound: float | None, above: bool) -> None:
    found = intent(text)
    assert (found.threshold, found.above) == (bound, above)


@pytest.mark.parametrize(
    ("text", "narrative"),
    [
        ("Why did Acme's revenue grow?", True),
        ("How does Acme describe its revenue in 2018?", True),
        ("What does Acme report as its revenue in 2018, and how is it described?", False),
        ("What was Acme's revenue in 2018?", False),
    ],
)
def test_words_or_figures(text: str, narrative: bool) -> None:
    assert intent(text).narrative is narrative


@pytest.mark.parametrize(
    ("text", "qualified"),
    [
        ("What was Acme's revenue in 2018?", False),
        ("What was the total revenue of Acme in fiscal 2018?", False),
        ("What did Acme report as its revenue?", False),
        ("How much revenue did Acme earn in 2018?", False),
        ("What was Acme's launch revenue in 2018?", True),
        ("What was Acme's Orbital Services revenue?", True),
        ("What was Acme's revenue from satellites?", True),
        ("How much revenue came from the Orbital segment of Acme?", True),
        ("What did Orbital contribute to the revenue of Acme?", True),
        ("Which revenue-related themes does Acme name?", True),
    ],
)
def test_the_whole_company_or_a_part_of_it(text: str, qualified: bool) -> None:
    found = question(text)
    assert is_qualified(found, found.metrics[0]) is qualified
