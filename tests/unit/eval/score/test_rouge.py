from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rouge_score.rouge_scorer import RougeScorer

from goldgate.eval.score.rouge import MOST_TOKENS, common_subsequence, rouge_l, rouge_tokens

SCORER = RougeScorer(["rougeL"])


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


WORDS = st.text(st.sampled_from("abİK9 ,.-\n"), max_size=30)


@given(WORDS, WORDS)
def test_it_equals_rouge_score_without_stemming(answer: str, expected: str) -> None:
    theirs = SCORER.score(expected, answer)["rougeL"].fmeasure
    assert rouge_l(rouge_tokens(answer), rouge_tokens(expected)) == pytest.approx(theirs, abs=1e-12)


def test_very_long_texts_are_cut_so_that_they_end() -> None:
    words = [str(place) for place in range(MOST_TOKENS)]
    assert rouge_l([*words, "x"], [*words, "y", "z"]) == 1.0
