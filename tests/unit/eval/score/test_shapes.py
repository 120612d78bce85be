"""Numbers of answers of one shape are what they are one by one."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldgate.eval.score.numbers import goal, states
from goldgate.eval.score.shapes import MANY, states_alike

PIECES = st.sampled_from(
    [
        "", " ", ".", ",", "(", ")", "-", "%", " %", "$", "US$", "EUR ", " million", "M", " bn", "k", "m", "x", " percent",
        " bps", "a loss of ", "fell by ", "In ", "in fiscal ", " and ", "e", " x 10", "Q", "10-K", "[", "]", "^", "\\", "\x01",
        "\u2212", "\u00a0", ", or ", "; ", "no number", "1", "20", "1999", "2020", "-2021", "5.0", ".5",
    ]
)  # fmt: skip
DIGITS = st.sampled_from(["#", "##", "###", "####", "#,###", "#.#", "#.##", "##,###.#", "20##", "19##"])
TEMPLATES = st.lists(st.one_of(PIECES, DIGITS), min_size=1, max_size=9).map("".join)
NUMBERS = st.one_of(st.integers(0, 99).map(float), st.sampled_from([0.0, 0.05, 5.0, 14.0, 2020.0, 1999.0, -7.0, 1e300]))
UNITS = st.sampled_from([None, "%", "USD", "USD million", "$bn", "shares", "EUR thousand", "bps"])
TOLERANCES = st.sampled_from([None, 0.0, 0.01, 0.5, 20.0])
QUESTIONS = st.sampled_from(
    ["", "What was it?", "How many million?", "In Millions, what was 5?", "millionaires in 2020", "3 bn?"]
)
ROWS = st.fixed_dictionaries(
    {
        "numeric": st.one_of(st.none(), NUMBERS),
        "tolerance_absolute": TOLERANCES,
        "tolerance_relative": TOLERANCES,
        "question": QUESTIONS,
        "digits": st.lists(st.sampled_from("0123456789"), min_size=40, max_size=40),
    }
)
TYPES = {
    "answer": pl.String, "question": pl.String, "unit": pl.String,
    "numeric": pl.Float64, "tolerance_absolute": pl.Float64, "tolerance_relative": pl.Float64,
}  # fmt: skip


def frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame([{name: row.get(name) for name in TYPES} for row in rows], schema=TYPES)


def one_by_one(row: dict[str, Any]) -> bool:
    wanted = goal(row["numeric"], row["unit"], row["tolerance_absolute"], row["tolerance_relative"])
    return states(row["answer"], wanted, row["question"])


def filled(template: str, digits: list[str]) -> str:
    left = iter(digits)
    return "".join(next(left, "7") if mark == "#" else mark for mark in template)


@given(TEMPLATES, UNITS, st.lists(ROWS, min_size=1, max_size=6))
@settings(max_examples=300, deadline=None)
def test_an_answer_among_others_of_its_shape_states_what_it_does_alone(
    template: str, unit: str | None, rows: list[dict[str, Any]]
) -> None:
    rows = [{**row, "unit": unit, "answer": filled(template, row["digits"])} for row in rows]
    for row, known in zip(rows, states_alike(frame(rows), many=1), strict=True):
        assert known is None or known is one_by_one(row)


def answers(*texts: str, numeric: float = 5.0, unit: str | None = "USD million", question: str = "") -> list[bool | None]:
    row = {"numeric": numeric, "unit": unit, "question": question}
    return states_alike(frame([{**row, "answer": text} for text in texts]), many=1).to_list()


def test_plain_answers_are_read_together() -> None:
    assert answers("$5 million", "$6 million", "It was $5.0 million in 2020.") == [True, False, True]
    assert answers("14 %", "15 %", "0.14", numeric=14.0, unit="%") == [True, False, True]
    assert answers("It fell by 5", "It fell by 6", "(5)", numeric=-5.0, unit=None) == [True, False, True]
    assert answers("2020", "1990", "in 5000 days", numeric=2020.0, unit=None) == [True, False, False]


@pytest.mark.parametrize("text", ["none", "[5]", "5 [1]", "5 x 10^6", "5e6", "\u22125", "1 2 3 4 5 6", "\x015"])
def test_answers_that_need_a_closer_look_are_left_out(text: str) -> None:
    assert answers(text) == [None]


def test_a_miss_is_left_out_where_the_question_names_the_scale() -> None:
    assert answers("5", "5 million", question="How many million?") == [None, True]
    assert answers("5", question="How many millionaires?") == [False]


def test_rare_shapes_are_left_out() -> None:
    rows = [{"answer": f"$5.{number:02}", "numeric": 5.5, "unit": "USD", "question": ""} for number in range(MANY)]
    assert None not in states_alike(frame(rows)).to_list()
    assert states_alike(frame(rows[1:])).to_list() == [None] * (MANY - 1)
