from __future__ import annotations

import pytest

from service.answer.polarity import agrees
from service.answer.spans import enumeration, stretch, wants_list
from service.answer.usage import estimate_tokens
from service.answer.wording import figure, listing, noun


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (57411e6, "USD", "$57,411 million"),
        (1526.955e6, "USD", "$1,527 million"),
        (26.3e6, "USD", "$26.3 million"),
        (-50e6, "USD", "-$50 million"),
        (950_000.0, "USD", "$950,000"),
        (3.28, "USD per share", "$3.28 per share"),
        (-7.33, "USD per share", "-$7.33 per share"),
        (23.456, "percent", "23.46%"),
        (1.35, "ratio", "1.35"),
        (147_000.0, "people", "147,000 people"),
        (5.1e9, "shares", "5.1 billion shares"),
        (2.0, "number", "2"),
    ],
)
def test_figures(value: float, unit: str, text: str) -> None:
    assert figure(value, unit) == text


def test_lists_of_words() -> None:
    assert listing(["a"]) == "a"
    assert listing(["a", "b", "c"]) == "a, b and c"


@pytest.mark.parametrize(
    ("label", "text"),
    [("Net Profit Margin %", "net profit margin"), ("ROA % (Avg Assets)", "ROA"), ("Total assets", "total assets")],
)
def test_labels_inside_a_sentence(label: str, text: str) -> None:
    assert noun(label) == text


@pytest.mark.parametrize(
    ("question", "sentence", "yes"),
    [
        ("Did Acme buy back shares?", "We repurchased shares for $80 million.", True),
        ("Did Acme buy back shares?", "We did not repurchase any shares.", False),
        ("Did Acme buy back shares?", "No stock was bought back.", False),
        ("Did Acme book a reserve?", "We recorded a reserve, although a loss is not certain.", True),
        ("Did Acme not book a reserve?", "We have not recorded a reserve.", True),
        ("Are most sites owned rather than leased?", "Most of our sites are leased.", False),
        ("Are most sites owned rather than leased?", "We own most sites and lease the rest.", True),
        ("Did sales increase?", "Sales declined by a tenth.", False),
        ("Did sales fall?", "Sales declined by a tenth.", True),
        ("Were controls effective?", "Management found a material weakness.", False),
    ],
)
def test_polarity(question: str, sentence: str, yes: bool) -> None:
    assert agrees(question, sentence) is yes


@pytest.mark.parametrize(
    ("sentence", "items"),
    [
        ("Our customers are airlines, schools and two space agencies.", ["airlines", "schools", "two space agencies"]),
        ("We compete with supermarkets and online sellers.", ["supermarkets", "online sellers"]),
        ("Products and services include rockets, engines and training.", ["rockets", "engines", "training"]),
        ("We carry insurance.", []),
    ],
)  # fmt: skip
def test_enumerations(sentence: str, items: list[str]) -> None:
    assert enumeration(sentence) == items


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Which segments does Acme report?", True),
        ("List the customers of Acme.", True),
        ("With whom does Acme compete?", True),
        ("What was the revenue?", False),
        ("Why did the margin change?", False),
    ],
)
def test_questions_for_lists(question: str, expected: bool) -> None:
    assert wants_list(question) is expected


def test_the_stretch_that_the_question_does_not_say() -> None:
    sentence = "A shortage of titanium forgings would delay our launches."
    assert stretch("What would delay the launches of Acme?", sentence) == "shortage of titanium forgings"


def test_a_long_sentence_stays_whole() -> None:
    sentence = "word " * 60
    assert stretch("What is it?", sentence) == sentence


def test_a_sentence_that_shares_nothing_stays_whole() -> None:
    assert stretch("Why?", "Titanium forgings remain scarce.") == "Titanium forgings remain scarce."


@pytest.mark.parametrize(("text", "tokens"), [("", 0), ("a", 1), ("four", 1), ("fives", 2)])
def test_tokens_are_estimated_from_characters(text: str, tokens: int) -> None:
    assert estimate_tokens(text) == tokens
