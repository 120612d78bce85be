"""Which rows a judge is asked about, and how often."""

from __future__ import annotations

import polars as pl

from goldgate.eval.judge.docket import docket_of
from goldgate.eval.judge.rubric import Rubric
from goldgate.eval.results import Response
from tests.fakes.judge_model import JudgeModel, Script
from tests.unit.eval.makers import case, gold_of, table

RATED = Rubric(name="right", criteria="c")
PREFERRED = Rubric(name="better", criteria="c", kind="preference")
MODEL = JudgeModel(Script("4"))


def rows() -> pl.DataFrame:
    gold = gold_of(case("a"), case("b"), case("c"))
    frame: pl.DataFrame = table(gold, a="one", b=Response(id="b", error="HTTP 500"), c="three")
    return frame


def test_a_rating_asks_once_about_each_answer() -> None:
    docket = docket_of(RATED, MODEL, rows(), None)
    assert [len(row) for row in docket.questions] == [1, 0, 1]
    assert docket.failed.tolist() == [False, True, False]


def test_a_preference_asks_twice_where_both_answered() -> None:
    live = rows().with_columns(error=pl.when(pl.col("id") == "c").then(pl.lit("HTTP 503")))
    docket = docket_of(PREFERRED, MODEL, rows(), live)
    assert [len(row) for row in docket.questions] == [2, 0, 0]
    assert [len(row) for row in docket_of(PREFERRED, MODEL, rows(), None).questions] == [0, 0, 0]


def test_keys_tell_rows_rubrics_and_models_apart() -> None:
    other = Rubric(name="x", criteria="d")
    asked = [(rubric, model) for rubric in (RATED, other) for model in (MODEL, JudgeModel(Script("4"), identity="2"))]
    dockets = [docket_of(rubric, model, rows(), None) for rubric, model in asked]
    assert len({key for docket in dockets for row in docket.keys_by_row() for key in row}) == 8
