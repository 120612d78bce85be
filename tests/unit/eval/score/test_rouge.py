from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldgate.eval.score.rouge import common_subsequence, rouge_l, rouge_tokens


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
