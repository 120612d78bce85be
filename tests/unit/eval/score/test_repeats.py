"""Repeats against tau-bench's published figures and against counting all draws."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from goldgate.eval.case import Case, Expected
from goldgate.eval.results import Response
from goldgate.eval.score.registry import find, measure
from goldgate.eval.score.repeats import collapse
from goldgate.eval.score.scoring import score
from goldgate.eval.table import cases_frame, responses_frame
from tests.unit.eval.makers import SHARED, case, gold_of

if TYPE_CHECKING:
    from collections.abc import Sequence

TAU_BENCH = SHARED / "taubench" / "gpt4o_airline_rewards.csv"


def rows(outcomes: dict[str, Sequence[float | None]], errors: Sequence[tuple[str, int]] = ()) -> pl.DataFrame:
    listed = [
        {"id": name, "repeat": repeat, "custom.right": value, "error": "HTTP 500" if (name, repeat) in errors else None}
        for name, values in outcomes.items()
        for repeat, value in enumerate(values, start=1)
    ]
    return pl.DataFrame(listed, schema={"id": pl.String, "repeat": pl.Int32, "custom.right": pl.Float64, "error": pl.String})


def drawn(outcomes: Sequence[float], k: int) -> tuple[float, float]:
    """The share of all draws of k repeats of which any is right, and of which all are."""
    draws = list(combinations(outcomes, k))
    return sum(map(any, draws)) / len(draws), sum(map(all, draws)) / len(draws)


@pytest.mark.parametrize("right", range(6))
def test_rates_are_the_shares_of_all_draws(right: int) -> None:
    outcomes = [1.0] * right + [0.0] * (5 - right)
    (row,) = collapse(rows({"a": outcomes})).to_dicts()
    for k in range(1, 6):
        assert (row[f"repeats.pass@{k}"], row[f"repeats.pass^{k}"]) == pytest.approx(drawn(outcomes, k))
    disagree = [a != b for a, b in combinations(outcomes, 2)]
    assert row["repeats.flakiness"] == pytest.approx(sum(disagree) / len(disagree))
    assert (row["repeats"], row["custom.right"]) == (5, pytest.approx(right / 5))


def test_a_case_with_fewer_repeats_has_no_rate_beyond_them() -> None:
    found = collapse(rows({"a": [1.0, 0.0, 1.0], "b": [1.0], "c": [0.0, 0.0]}))
    assert found["repeats.pass@1"].to_list() == [pytest.approx(2 / 3), 1.0, 0.0]
    assert found["repeats.pass@2"].to_list() == [1.0, None, 0.0]
    assert found["repeats.pass^3"].to_list() == [0.0, None, None]
    assert found["repeats.flakiness"].to_list() == [pytest.approx(2 / 3), None, 0.0]


def test_a_repeat_that_ended_in_an_error_is_no_wrong_answer() -> None:
    found = collapse(rows({"a": [None, 1.0, 1.0], "b": [None]}, errors=[("a", 1), ("b", 1)]))
    assert found["repeats"].to_list() == [2, 0]
    assert found["repeats.pass^2"].to_list() == [1.0, None]
    assert found["error"].to_list() == [None, "HTTP 500"]
    assert found["custom.right"].to_list() == [1.0, None]


def test_rows_stand_in_the_order_of_the_cases_with_the_first_repeat_that_answered() -> None:
    table = pl.DataFrame(
        {
            "id": ["b", "a", "b", "a"],
            "repeat": pl.Series([2, 1, 1, 2], dtype=pl.Int32),
            "answer": ["second", "broken", "first", "whole"],
            "error": [None, "cut off", None, None],
            "answer.token_f1": [0.2, None, 0.6, 1.0],
        }
    )
    found = collapse(table)
    assert found["id"].to_list() == ["b", "a"]
    assert found["answer"].to_list() == ["first", "whole"]
    assert found["answer.token_f1"].to_list() == [pytest.approx(0.4), 1.0]
    assert found.columns[:4] == ["id", "answer", "error", "answer.token_f1"]


def test_the_deciding_metric_may_be_named() -> None:
    table = rows({"a": [1.0, 1.0]}).with_columns(pl.Series("house.polite", [1.0, 0.0]))
    assert collapse(table, deciding="house.polite")["repeats.pass^2"].to_list() == [0.0]
    assert collapse(table, deciding="custom.right")["repeats.pass^2"].to_list() == [1.0]


def test_without_a_deciding_metric_there_are_no_rates() -> None:
    table = rows({"a": [3.5, 2.5]}).rename({"custom.right": "regression.mae"})
    assert collapse(table).columns == ["id", "regression.mae", "error", "repeats"]


def test_no_rows_stay_no_rows() -> None:
    assert collapse(rows({})).is_empty()


def scored(rewards: pl.DataFrame) -> pl.DataFrame:
    """The rewards as recorded answers that say yes where the task was solved."""
    gold = gold_of(*(case(str(task), boolean=True) for task in rewards["task_id"].unique(maintain_order=True)))
    answers = [
        Response(id=str(task), answer="yes" if reward == 1 else "no", repeat=trial + 1)
        for task, trial, reward in rewards.iter_rows()
    ]
    return score(cases_frame(gold, responses_frame(answers)), gold)


def test_tau_bench_has_its_published_rates() -> None:
    if not TAU_BENCH.exists():
        pytest.skip("tau-bench's rewards are not beside this checkout (shared/data/taubench)")
    found = collapse(scored(pl.read_csv(TAU_BENCH)))
    rates: list[Any] = [found[f"repeats.pass^{k}"].mean() for k in (1, 2, 3, 4)]
    assert [round(rate, 3) for rate in rates] == [0.42, 0.273, 0.22, 0.2]


def test_the_answers_of_a_gold_set_decide() -> None:
    gold = gold_of(Case(id="a", input="?", expected=Expected(numeric=4.0)))
    answers = [Response(id="a", answer=text, repeat=place) for place, text in enumerate(("4", "five", "4.0"), start=1)]
    (row,) = collapse(score(cases_frame(gold, responses_frame(answers)), gold)).to_dicts()
    assert (row["answer"], row["answer.numeric_match"]) == ("4", pytest.approx(2 / 3))
    assert row["repeats.pass^2"] == pytest.approx(1 / 3)


def test_the_rates_are_metrics() -> None:
    assert find("repeats.pass^4")[1] == 4
    assert measure("repeats.pass@2").higher_is_better
    assert measure("repeats.flakiness").higher_is_better is False
