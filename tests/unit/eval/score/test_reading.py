from __future__ import annotations

import pytest

from goldgate.eval.score.reading import listed, refuses, said


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("Yes. It does.", True),
        ("**No**, it does not", False),
        ("true", True),
        ("It is true that it rose.", True),
        ("There is no such thing.", False),
        ("Yes and no.", True),
        ("It says yes here and no there.", None),
        ("Perhaps", None),
        ("[no] yes", True),
        (None, None),
    ],
)
def test_the_yes_or_no_of_an_answer(answer: str | None, expected: bool | None) -> None:
    assert said(answer) is expected


@pytest.mark.parametrize(
    ("answer", "parts"),
    [
        ('["Apple Inc.", "Visa"]', ["apple inc", "visa"]),
        ("Apple, Visa and Tesla.", ["apple", "visa", "tesla"]),
        ("The companies are: Apple, Visa, and Tesla", ["apple", "visa", "tesla"]),
        ("- Apple\n- Visa, Inc.\n", ["apple", "visa inc"]),
        ("1. Apple\n2) Visa", ["apple", "visa"]),
        ("Apple [s1]; Visa [s2]", ["apple", "visa"]),
        ("", []),
        (None, []),
    ],
)
def test_the_items_that_an_answer_lists(answer: str | None, parts: list[str]) -> None:
    assert listed(answer) == parts


@pytest.mark.parametrize(
    "answer",
    [
        None,
        "  ",
        "I cannot answer this from the filings.",
        "I can\u2019t find that figure.",
        "The passages do not contain the headcount.",
        "This is not disclosed in the documents.",
        "There is no information about 2031.",
        "Not enough information.",
        "N/A",
        "I do not have access to data for 2009.",
        "The provided data doesn't cover this company.",
        "I was unable to find it.",
    ],
)
def test_refusals(answer: str | None) -> None:
    assert refuses(answer)


@pytest.mark.parametrize(
    "answer",
    [
        "Revenue was $5 million.",
        "No.",
        "No, it fell.",
        "It reported no revenue growth." + " x" * 200 + " I cannot answer.",
        "The company can provide credit.",
        "Net sales rose [no information].",
    ],
)
def test_answers_that_are_no_refusals(answer: str) -> None:
    assert not refuses(answer)
