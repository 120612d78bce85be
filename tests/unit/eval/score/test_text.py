from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldgate.eval.score.text import common_subsequence, normalise, refuses, rouge_l, rouge_tokens, token_f1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Apple, an  orange; a pear.", "apple orange pear"),
        ("theatre another", "theatre another"),
        ("U.S.A.", "usa"),
        ("well-known", "wellknown"),
        ("A", ""),
        ("$1,200.50", "120050"),
        ("É\tÀ\n", "é à"),
    ],
)
def test_normalisation_is_squads(text: str, expected: str) -> None:
    assert normalise(text) == expected


@pytest.mark.parametrize(
    ("answer", "expected", "value"),
    [
        ("a b c", "a b c", 1.0),
        ("a b", "a c", 0.5),
        ("a a b", "a b b", 2 / 3),
        ("x", "y", 0.0),
        ("", "", 1.0),
        ("", "y", 0.0),
        ("net sales rose", "net sales", 0.8),
    ],
)
def test_token_f1(answer: str, expected: str, value: float) -> None:
    assert token_f1(answer, expected) == pytest.approx(value)


def slow_subsequence(a: list[str], b: list[str]) -> int:
    rows = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, left in enumerate(a):
        for j, right in enumerate(b):
            rows[i + 1][j + 1] = rows[i][j] + 1 if left == right else max(rows[i][j + 1], rows[i + 1][j])
    return rows[-1][-1]


@given(st.lists(st.sampled_from("abcd")), st.lists(st.sampled_from("abcd")))
def test_the_longest_common_subsequence_equals_the_textbook_one(a: list[str], b: list[str]) -> None:
    assert common_subsequence(a, b) == slow_subsequence(a, b)


def test_rouge_l_of_the_papers_example() -> None:
    wanted = rouge_tokens("Police killed the gunman.")
    assert rouge_l(rouge_tokens("police kill the gunman"), wanted) == pytest.approx(0.75)
    assert rouge_l(rouge_tokens("the gunman kill police"), wanted) == pytest.approx(0.5)


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
