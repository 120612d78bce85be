"""Regression metrics against scikit-learn, on made-up numbers and on least squares over the California housing data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest

from goldgate.eval.errors import UsageError
from goldgate.eval.results import Response
from goldgate.eval.score.registry import find, measure
from goldgate.eval.score.scoring import score
from tests.unit.eval.makers import SHARED, case, gold_of, table
from tests.unit.eval.score.aggregates import aggregate, bootstrap_error, scored, slopes, standard_error, value

if TYPE_CHECKING:
    from numpy.typing import NDArray

HOUSING = SHARED / "california_housing" / "housing.csv"
GENERATOR = np.random.default_rng(3)
WANTED = GENERATOR.normal(50, 10, 60)
GIVEN = WANTED + GENERATOR.normal(1, 4, 60)


def predicted(wanted: Any, given: Any, *metrics: str, weights: list[float] | None = None) -> pl.DataFrame:
    expected = [{} if one is None else {"value": float(one)} for one in wanted]
    answers = [{} if one is None else {"value": float(one)} for one in given]
    return scored(expected, answers, metrics, weights)


def test_every_error_equals_scikit_learn() -> None:
    reference = pytest.importorskip("sklearn.metrics", reason="scikit-learn is not installed")
    names = ("regression.mae", "regression.mape", "regression.rmse", "regression.r2")
    frame = predicted(WANTED, GIVEN, *names)
    assert frame["regression.mae"].mean() == pytest.approx(reference.mean_absolute_error(WANTED, GIVEN))
    assert frame["regression.mape"].mean() == pytest.approx(reference.mean_absolute_percentage_error(WANTED, GIVEN))
    assert value(frame, "regression.rmse") == pytest.approx(reference.root_mean_squared_error(WANTED, GIVEN))
    assert value(frame, "regression.r2") == pytest.approx(reference.r2_score(WANTED, GIVEN))


def test_weighted_aggregates_equal_scikit_learn() -> None:
    reference = pytest.importorskip("sklearn.metrics", reason="scikit-learn is not installed")
    weights = GENERATOR.uniform(0.5, 3, len(WANTED)).tolist()
    frame = predicted(WANTED, GIVEN, "regression.rmse", "regression.r2", weights=weights)
    root = reference.root_mean_squared_error(WANTED, GIVEN, sample_weight=weights)
    assert value(frame, "regression.rmse") == pytest.approx(root)
    assert value(frame, "regression.r2") == pytest.approx(reference.r2_score(WANTED, GIVEN, sample_weight=weights))


@pytest.mark.parametrize("level", [0.1, 0.5, 0.95])
def test_the_quantile_loss_equals_scikit_learn(level: float) -> None:
    reference = pytest.importorskip("sklearn.metrics", reason="scikit-learn is not installed")
    answers = [{"quantiles": {0.01: -1e9, level: float(one)}} for one in GIVEN]
    frame = scored([{"value": float(one)} for one in WANTED], answers, [f"regression.pinball@{level}"])
    expected = reference.mean_pinball_loss(WANTED, GIVEN, alpha=level)
    assert frame[f"regression.pinball@{level}"].mean() == pytest.approx(expected)


def test_a_quantile_that_was_not_predicted_has_no_loss() -> None:
    answers: list[dict[str, Any]] = [{"quantiles": {0.1: 1.0}}, {}, {"quantiles": {0.9: 3.0}}]
    frame = scored([{"value": 5.0}] * 3, answers, ["regression.pinball@0.9"])
    assert frame["regression.pinball@0.9"].to_list() == [None, None, pytest.approx(1.8)]


def test_the_levels_that_the_responses_hold_are_scored_without_being_asked_for() -> None:
    gold = gold_of(case("a", value=5.0), case("b", value=5.0))
    answers = {"a": Response(id="a", quantiles={0.5: 4.0}), "b": Response(id="b", quantiles={0.025: 1.0, 0.5: 5.0})}
    frame = score(table(gold, **answers), gold)
    assert [name for name in frame.columns if "pinball" in name] == ["regression.pinball@0.025", "regression.pinball@0.5"]
    assert frame["regression.pinball@0.5"].to_list() == [0.5, 0.0]


def test_of_very_many_levels_none_is_scored_unasked() -> None:
    gold = gold_of(case("a", value=5.0))
    answer = Response(id="a", quantiles={place / 100: 4.0 for place in range(1, 100)})
    assert not [name for name in score(table(gold, a=answer), gold).columns if "pinball" in name]


@pytest.mark.parametrize("name", ["regression.pinball", "regression.pinball@", "regression.pinball@2", "regression.mae@5"])
def test_a_level_is_needed_and_lies_between_0_and_1(name: str) -> None:
    with pytest.raises(UsageError):
        find(name)


def test_an_interval_covers_up_to_its_ends() -> None:
    ends = [(0.0, 5.0), (5.0, 7.0), (5.1, 7.0), (0.0, 4.9), (5.0, 5.0), None]
    names = ["regression.interval_coverage", "regression.interval_width"]
    frame = scored([{"value": 5.0}] * 6, [{"interval": part} for part in ends], names)
    assert frame[names[0]].to_list() == [1.0, 1.0, 0.0, 0.0, 1.0, None]
    assert frame[names[1]].to_list() == [5.0, 2.0, pytest.approx(1.9), 4.9, 0.0, None]


def test_a_percentage_of_zero_is_no_number_and_one_of_a_negative_is_positive() -> None:
    frame = predicted([0.0, -2.0, 4.0], [1.0, -3.0, 3.0], "regression.mape")
    assert frame["regression.mape"].to_list() == [None, 0.5, 0.25]


def test_nothing_predicted_and_nothing_expected_have_no_error() -> None:
    names = ("regression.mae", "regression.rmse", "regression.r2")
    frame = predicted([1.0, None, 3.0, 5.0], [2.0, 2.0, None, 5.0], *names)
    assert frame["regression.mae"].to_list() == [1.0, None, None, 0.0]
    assert value(frame, "regression.rmse") == pytest.approx(np.sqrt(0.5))
    assert np.isnan(aggregate("regression.rmse")(frame).influence).tolist() == [False, True, True, False]
    assert value(frame, "regression.r2") == pytest.approx(1 - 1 / 8)


def test_r_squared_of_one_expected_value_is_not_defined() -> None:
    found = aggregate("regression.r2")(predicted([2.0, 2.0], [1.0, 2.0], "regression.r2"))
    assert found.value is None
    assert np.isnan(found.influence).all()


def test_no_rows_have_no_value() -> None:
    frame = predicted([1.0, 2.0], [None, None], "regression.rmse", "regression.r2")
    assert aggregate("regression.rmse")(frame).value is None
    assert aggregate("regression.r2")(frame.clear()).value is None


def test_perfect_predictions_have_neither_error_nor_influence() -> None:
    frame = predicted([1.0, 2.0, 4.0], [1.0, 2.0, 4.0], "regression.rmse", "regression.r2")
    assert value(frame, "regression.rmse") == 0.0
    assert value(frame, "regression.r2") == 1.0
    assert aggregate("regression.rmse")(frame).influence.tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("name", ["regression.rmse", "regression.r2"])
def test_influences_are_the_slopes_in_the_weights(name: str) -> None:
    frame = predicted(WANTED[:25], GIVEN[:25], name)
    assert aggregate(name)(frame).influence == pytest.approx(slopes(frame, name), rel=1e-3, abs=1e-4)


@pytest.mark.parametrize("name", ["regression.rmse", "regression.r2"])
def test_the_standard_error_is_the_bootstrap_s(name: str) -> None:
    generator = np.random.default_rng(5)
    wanted = generator.normal(0, 3, 400)
    frame = predicted(wanted, wanted + generator.normal(0, 2, 400), name)
    assert standard_error(aggregate(name)(frame)) == pytest.approx(bootstrap_error(frame, name), rel=0.12)


def test_errors_are_in_the_unit_of_the_value_and_fewer_are_better() -> None:
    for name in ("mae", "rmse", "mape", "pinball@0.5", "interval_width"):
        found = measure(f"regression.{name}")
        assert (found.unit, found.higher_is_better) == ("value", False)
    assert measure("regression.r2").higher_is_better
    assert measure("regression.interval_coverage").unit == "fraction"


def housing() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    frame = pl.read_csv(HOUSING).drop_nulls()
    wanted = frame["median_house_value"].cast(pl.Float64).to_numpy()
    columns = frame.drop("median_house_value", "ocean_proximity").to_numpy()
    design = np.column_stack([np.ones(len(frame)), columns])
    return wanted, design @ np.linalg.lstsq(design, wanted, rcond=None)[0]


def test_least_squares_on_california_housing_score_as_in_scikit_learn() -> None:
    if not HOUSING.exists():
        pytest.skip("the housing data are not beside this checkout (shared/data/california_housing)")
    reference = pytest.importorskip("sklearn.metrics", reason="scikit-learn is not installed")
    wanted, given = housing()
    frame = predicted(wanted, given, "regression.mae", "regression.rmse", "regression.mape", "regression.r2")
    assert frame["regression.mae"].mean() == pytest.approx(reference.mean_absolute_error(wanted, given), rel=1e-12)
    assert frame["regression.mape"].mean() == pytest.approx(reference.mean_absolute_percentage_error(wanted, given), rel=1e-12)
    assert value(frame, "regression.rmse") == pytest.approx(reference.root_mean_squared_error(wanted, given), rel=1e-12)
    assert value(frame, "regression.r2") == pytest.approx(reference.r2_score(wanted, given), rel=1e-12)
