"""Rubrics over a table of cases: the columns, the record, and everything that is no low score."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from goldgate.eval.errors import UsageError
from goldgate.eval.judge.asking import Terms
from goldgate.eval.judge.judging import Judged, run_judges
from goldgate.eval.judge.labels import Label
from goldgate.eval.judge.model import ModelFault
from goldgate.eval.judge.rubric import Rubric
from goldgate.eval.results import Response
from goldgate.eval.table import metric_columns
from tests.fakes.judge_model import JudgeModel, Script
from tests.unit.eval.makers import case, gold_of, table

if TYPE_CHECKING:
    from pathlib import Path

    from goldgate.eval.judge.model import Prompt

RUBRIC = Rubric(name="right", criteria="Is it right?", scale=(0, 4))
BETTER = Rubric(name="better", criteria="Which is better?", kind="preference")


def answers(n: int, **changed: str | Response | None) -> pl.DataFrame:
    gold = gold_of(*(case(f"c{place}", answer="yes") for place in range(n)))
    given: dict[str, str | Response | None] = {f"c{place}": "yes" if place % 2 else "no" for place in range(n)}
    frame: pl.DataFrame = table(gold, **{**given, **changed})
    return frame


def lexical(prompt: Prompt) -> str:
    """4 for an answer that says yes, else 1."""
    return '{"reason": "so", "score": %d}' % (4 if "\nyes\n</answer-" in prompt.user else 1)  # noqa: UP031


def labels(n: int) -> list[Label]:
    return [Label(id=f"c{place}", score=4 if place % 2 else 0, where="labels.jsonl:1") for place in range(n)]


def test_the_columns_of_a_rating() -> None:
    judged = run_judges(answers(4), [RUBRIC], JudgeModel(lexical))
    assert judged.table["judge.right"].to_list() == [0.25, 1, 0.25, 1]
    assert judged.table["note:judge.right"].to_list() == ["so"] * 4
    assert metric_columns(judged.table.columns) == ["judge.right"]
    assert judged.cost_usd == pytest.approx(0.04)


def test_the_record_tells_what_the_judge_is_worth() -> None:
    judged = run_judges(answers(400), [RUBRIC], JudgeModel(lexical), labels=labels(100))
    record = judged.records["right"]
    assert (record["n"], record["missing"], record["labelled"]) == (400, 0, 100)
    assert (record["model"], record["rubric_sha256"]) == ("fake", RUBRIC.sha256)
    assert record["raw"]["value"] == pytest.approx(0.625)
    assert record["corrected"]["value"] == pytest.approx(0.5)
    assert record["agreement"]["pearson"]["value"] == 1
    assert judged.table["note:human.right"].null_count() == 300


def test_without_labels_there_is_nothing_to_correct() -> None:
    record = run_judges(answers(6), [RUBRIC], JudgeModel(lexical)).records["right"]
    assert (record["agreement"], record["corrected"], record["labelled"]) == (None, None, 0)
    assert record["raw"]["n"] == 6


def test_faults_of_service_and_judge_are_missing_not_low() -> None:
    def reply(prompt: Prompt) -> str | ModelFault:
        return ModelFault("refused", again=False) if "question c3" in prompt.user else lexical(prompt)

    model = JudgeModel(reply)
    judged = run_judges(answers(6, c1=Response(id="c1", error="HTTP 500")), [RUBRIC], model)
    assert judged.table["judge.right"].to_list() == [0.25, None, 0.25, None, 0.25, 1]
    assert len(model.prompts) == 5
    record = judged.records["right"]
    assert (record["n"], record["missing"], record["faults"], record["unread"]) == (4, 2, ["refused"], 0)


def test_an_answer_of_nothing_is_judged() -> None:
    judged = run_judges(answers(2, c0=Response(id="c0", answer=None)), [RUBRIC], JudgeModel(lexical))
    assert judged.table["judge.right"].to_list() == [0.25, 1]


def test_scoring_again_asks_nothing(tmp_path: Path) -> None:
    first = run_judges(answers(6), [RUBRIC], JudgeModel(lexical), cache_dir=tmp_path)
    silent = JudgeModel(Script(UsageError("asked again")))
    again = run_judges(answers(6), [RUBRIC], silent, cache_dir=tmp_path)
    assert again.table.equals(first.table)
    assert again.records["right"] == {**first.records["right"], "reused": 6}
    assert again.cost_usd == 0


def test_a_budget_is_shared_by_the_rubrics() -> None:
    other = Rubric(name="clear", criteria="Is it clear?", scale=(0, 4))
    distinct = pl.concat([answers(30)]).with_columns(input=pl.format("question {}", pl.int_range(pl.len())))
    judged = run_judges(distinct, [RUBRIC, other], JudgeModel(lexical), terms=Terms(budget_usd=0.4, concurrency=1))
    assert [judged.records[name]["n"] for name in ("right", "clear")] == [30, 10]
    assert judged.records["clear"]["missing"] == 20
    assert judged.stopped == judged.records["clear"]["stopped"]


def preferred(choice: str) -> JudgeModel:
    return JudgeModel(Script(f'{{"preference": "{choice}"}}'))


def duel(model: JudgeModel, live: pl.DataFrame | None) -> Judged:
    return run_judges(answers(4), [BETTER], model, baseline=live)


def test_a_preference_asks_both_orders_and_a_liking_for_a_place_is_a_tie() -> None:
    model = preferred("A")
    live = answers(4).with_columns(answer=pl.lit("perhaps"))
    judged = duel(model, live)
    assert len(model.prompts) == 8
    assert judged.table["judge.better"].to_list() == [0.5] * 4
    assert judged.records["better"]["position_bias"] == {"rate": 1, "first": 1, "pairs": 4}


def test_a_preference_for_the_better_answer_survives_the_swap() -> None:
    def reply(prompt: Prompt) -> str:
        first, second = "\nyes\n</answer-a-" in prompt.user, "\nyes\n</answer-b-" in prompt.user
        return '{"preference": "%s"}' % ("tie" if first == second else "A" if first else "B")

    judged = duel(JudgeModel(reply), answers(4).with_columns(answer=pl.Series(["no", "no", "yes", "yes"])))
    assert judged.table["judge.better"].to_list() == [0.5, 1, 0, 0.5]
    assert judged.records["better"]["position_bias"]["rate"] == 0


def test_a_preference_needs_an_unchanged_case_of_the_baseline() -> None:
    live = answers(4).with_columns(input=pl.Series(["question c0", "another", "question c2", "question c3"]))[:3]
    judged = duel(preferred("tie"), live)
    assert judged.table["judge.better"].to_list() == [0.5, None, 0.5, None]
    assert judged.records["better"]["missing"] == 0
    alone = duel(preferred("tie"), None).records["better"]
    assert (alone["n"], alone["stopped"]) == (0, "there is no baseline to compare with")


def test_a_rubric_s_model_is_found_by_name() -> None:
    named = Rubric(name="right", criteria="c", scale=(0, 4), model="strict")
    models = {"strict": JudgeModel(Script("4")), "default": JudgeModel(Script("0"))}
    judged = run_judges(answers(2), [named, Rubric(name="clear", criteria="d", scale=(0, 4))], models)
    assert judged.table.select("judge.right", "judge.clear").row(0) == (1, 0)
    with pytest.raises(UsageError, match='the model "strict", which is not there'):
        run_judges(answers(2), [named], {"default": models["default"]})
