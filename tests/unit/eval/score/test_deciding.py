"""Which metric calls a row of a scored table right."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from goldgate.eval.score.deciding import right


def rows(**columns: Any) -> pl.DataFrame:
    length = len(next(iter(columns.values())))
    return pl.DataFrame({"id": [str(place) for place in range(length)], **columns})


def test_the_first_group_that_has_a_value_decides() -> None:
    frame = rows(**{"answer.token_f1": [0.0, 0.6, None], "answer.numeric_match": [1.0, None, None]})
    assert right(frame).to_list() == [True, True, None]


def test_the_best_of_a_group_counts_from_a_half() -> None:
    frame = rows(**{"answer.exact_match": [0.0, 0.0], "answer.token_f1": [0.5, 0.499]})
    assert right(frame).to_list() == [True, False]


def test_a_refusal_decides_an_unanswerable_case() -> None:
    frame = rows(**{"tag:kind": ["unanswerable", "span"], "answer.exact_match": [1.0, 1.0], "answer.refusal": [0.0, None]})
    assert right(frame).to_list() == [False, True]


def test_retrieval_decides_where_no_answer_is_judged() -> None:
    assert right(rows(**{"retrieval.recall@5": [0.4, 1.0], "retrieval.map": [1.0, 0.0]})).to_list() == [False, True]


def test_a_metric_may_be_named() -> None:
    frame = rows(**{"answer.exact_match": [0.0, 1.0], "house.solved": [1.0, 0.0]})
    assert right(frame, "house.solved").to_list() == [True, False]


def test_without_a_usual_metric_the_first_of_0_and_1_decides() -> None:
    frame = rows(**{"regression.mae": [0.5, 2.0], "house.solved": [1.0, None], "house.polite": [0.0, 1.0]})
    assert right(frame).to_list() == [True, None]


@pytest.mark.parametrize("columns", [{}, {"regression.mae": [0.5, 2.0]}])
def test_nothing_decides_without_such_a_metric(columns: dict[str, list[Any]]) -> None:
    assert right(rows(answer=["a", "b"], **columns)).to_list() == [None, None]
