from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from goldgate.eval.report.worddiff import MOST_WORDS, Piece, diff, marked

WORDS = st.text(alphabet="ab .,1$\n", max_size=60)


def test_only_the_changed_words_differ() -> None:
    assert diff("rose to 14.8 % in 2022.", "fell to 14.8 % in 2021.") == [
        Piece("-", "rose"),
        Piece("+", "fell"),
        Piece("=", " to 14.8 % in "),
        Piece("-", "2022"),
        Piece("+", "2021"),
        Piece("=", "."),
    ]


def test_a_figure_is_one_word() -> None:
    assert diff("$7,211.6 million", "$7,211.9 million")[1:3] == [Piece("-", "7,211.6"), Piece("+", "7,211.9")]


@given(WORDS, WORDS)
def test_each_side_can_be_read_back(before: str, after: str) -> None:
    pieces = diff(before, after)
    assert "".join(text for op, text in pieces if op != "+") == before
    assert "".join(text for op, text in pieces if op != "-") == after
    assert all(one.op != other.op for one, other in itertools.pairwise(pieces))


def test_a_huge_answer_is_replaced_as_a_whole() -> None:
    before, after = "x " * 50_000, "y " * 50_000
    assert [piece.op for piece in diff(before, after)] == ["-", "+", "="]
    assert MOST_WORDS < 50_000


def test_figures_and_long_words_of_the_expected_answer_are_marked() -> None:
    runs = marked("Margin was 11.2 % in 2019; the 2019A plan said 111.2.", "It was 11.2 % in 2019, margin of plans")
    assert [text for hit, text in runs if hit] == ["Margin", "11.2", "2019"]
    assert "".join(text for _, text in runs) == "Margin was 11.2 % in 2019; the 2019A plan said 111.2."


def test_nothing_to_mark() -> None:
    assert marked("text", "a") == [(False, "text")]


def test_answers_with_little_in_common_are_shown_whole() -> None:
    assert diff("a thin market for specialised engineers", "Revenue was $1 million.") == [
        Piece("-", "a thin market for specialised engineers"),
        Piece("+", "Revenue was $1 million."),
    ]
    long = "It rose from 11.2 % in fiscal 2019"
    assert [piece.op for piece in diff(long, "It fell to 9.1 % in fiscal 2019")] == ["=", "-", "+", "="]
