from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from goldgate.eval.report.cases import CaseTable
from goldgate.eval.report.sides import Columns, common, mean, numbers, quarters
from goldgate.eval.verdict.paired import paired_means
from goldgate.eval.verdict.stats import Sample, estimate_mean

ROWS = {"id": ["a", "b", "c", "d"], "input": ["1", "2", "3", "4"], "expected": ["{}"] * 4}


def table(this: dict[str, Any], live: dict[str, Any] | None = None) -> CaseTable:
    return CaseTable(frame=pl.DataFrame(ROWS | this), live=None if live is None else pl.DataFrame(ROWS | live))


def test_only_finite_numbers_count() -> None:
    found = numbers(pl.DataFrame({"x": [1.0, None, float("inf"), float("nan")]}), "x")
    assert found is not None
    assert np.isnan(found).tolist() == [False, True, True, True]
    assert numbers(pl.DataFrame(ROWS), "x") is None
    assert numbers(None, "x") is None


def test_pairs_are_the_cases_that_have_a_number_on_both_sides() -> None:
    sides = Columns(table({"answer.f": [0.5, 1.0, None, 0.25]}, {"answer.f": [1.0, 0.5, 0.5, 0.25]})).sides("answer.f")
    assert sides.this.values.tolist() == [0.5, 1.0, 0.25]
    assert sides.live.values.tolist() == [1.0, 0.5, 0.5, 0.25]
    assert sides.moved == (1, 1, 1)
    assert sides.compared


def test_a_case_that_live_was_asked_otherwise_is_not_compared() -> None:
    found = table(
        {"answer.f": [1.0] * 4}, {"answer.f": [0.0] * 4, "input": ["1", "other", "3", "4"], "id": ["a", "b", None, "d"]}
    )
    assert common(found).tolist() == [True, False, False, True]
    assert len(Columns(found).sides("answer.f").there) == 2


def test_without_live_there_is_no_difference() -> None:
    sides = Columns(table({"answer.f": [0.5, 1.0, None, 0.25]})).sides("answer.f")
    assert not sides.compared
    assert sides.difference is None
    assert sides.live_mean.value is None


@pytest.mark.parametrize("clusters", [None, "some"])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("kind", ["binary", "graded", "amount"])
def test_differences_are_those_of_the_gates(kind: str, weighted: bool, clusters: str | None) -> None:
    dice = np.random.default_rng(1)
    n = 300
    here, there = dice.uniform(0, 1, (2, n))
    if kind == "binary":
        here, there = (here > 0.4).astype(float), (there > 0.5).astype(float)
    frame = pl.DataFrame(
        {
            "id": [str(place) for place in range(n)],
            "x": here,
            "weight": dice.uniform(1, 3, n) if weighted else np.ones(n),
            "cluster": [str(place // 3) if clusters else None for place in range(n)],
        },
        schema_overrides={"cluster": pl.String},
    )
    columns = Columns(CaseTable(frame=frame, live=frame.with_columns(x=there)))
    sides = columns.sides("x", "amount" if kind == "amount" else "fraction")
    expected = paired_means(sides.here, there)
    assert expected.interval is not None
    found = sides.difference
    assert found is not None
    assert found.value == pytest.approx(expected.diff)
    assert (found.low, found.high) == pytest.approx(expected.interval(0.95))


def test_means_of_many_values_are_those_of_the_metrics() -> None:
    values = np.random.default_rng(1).uniform(0, 1, 20_000)
    for sample in (Sample(values=values), Sample(values=(values > 0.3).astype(float)), Sample(values=values, kind="amount")):
        found, expected = mean(sample), estimate_mean(sample, 0.95)
        assert (found.value, found.low, found.high) == pytest.approx((expected.value, expected.low, expected.high))


def test_quarters() -> None:
    assert quarters(np.array([4.0, 1.0, 2.0, 3.0, 5.0])) == (1, 2, 3, 4, 5)
    assert quarters(np.empty(0)) == (None,) * 5
