from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest

from goldgate.eval.report.cases import CaseTable
from goldgate.eval.report.sections.distributions import spread_of, view
from goldgate.eval.report.sides import Columns
from goldgate.eval.verdict.tango import tango_interval

from .drawn import view_of

if TYPE_CHECKING:
    from goldgate.eval.report.plots.figure import Figure

    from ..evaluated import Run


def figure(name: str, this: Any, live: Any = None) -> Figure:
    frame = pl.DataFrame({"id": [str(place) for place in range(len(this))], name: this}, strict=False)
    other = None if live is None else frame.with_columns(pl.Series(name, live, dtype=pl.Float64))
    return spread_of(name, Columns(CaseTable(frame=frame, live=other)).sides(name))


def test_gated_metrics_come_first_and_numbers_of_all_cases_have_no_distribution(classified: Run) -> None:
    found = view_of(classified, "distributions")
    assert found is not None
    assert found["main"][0].title == "accuracy"
    assert [one.title for one in found["main"][1:]] == ["brier"]  # shown because there is room, though no gate looks at it
    assert found["undrawn"] == ["precision", "recall", "f1_macro", "auroc", "ece"]


def test_every_metric_with_values_is_drawn_once(retrieved: Run) -> None:
    found = view_of(retrieved, "distributions")
    assert found is not None
    titles = [one.title for part in ("main", "rest") for one in found[part]]
    assert sorted(titles) == sorted(name.removeprefix("retrieval.") for name in retrieved.table.metrics)
    assert found["main"][0].title == "recall@5"  # the gated one leads


def test_right_and_wrong_is_a_share_with_its_interval() -> None:
    found = figure("answer.exact_match", [1.0, 0.0, 1.0, 1.0], [1.0, 1.0, 0.0, 0.0])
    assert "75.0 %" in found.plot
    assert 'class="lying-live"' in found.plot
    low, high = (100 * end for end in tango_interval(2, 1, 4, 0.95))
    assert found.said[0] == "Mean 0.750 (0.301 to 0.954), n 4."
    assert found.said[1] == f"Against live +25.0 points ({low:+.1f} to {high:+.1f}): 2 up, 1 down, 1 the same."


def test_graded_values_are_a_histogram_and_far_apart_ones_cumulative_shares() -> None:
    assert 'class="bars"' in figure("answer.token_f1", [0.1, 0.5, 0.9]).plot
    found = figure("regression.mae", [1.0, 2.0, 3.0, 90.0])
    assert 'class="bars"' not in found.plot
    assert "log scale" in found.plot


def test_the_table_has_mean_interval_and_quartiles_of_both() -> None:
    values = np.linspace(0, 1, 101)
    found = figure("answer.token_f1", values, values / 2)
    assert found.head == ("", "this", "live")
    assert {row[0]: row[1:] for row in found.rows}["p75"] == ("0.750", "0.375")
    assert [row[0] for row in found.rows] == ["n", "mean", "95 % interval", "min", "p25", "p50", "p75", "max"]


def test_values_of_a_metric_that_nobody_knows_are_drawn_too() -> None:
    assert figure("house.cites_a_filing", [0.2, 0.4]).rows[0] == ("n", "2")


@pytest.mark.parametrize("values", [[0.5], [0.5, 0.5, 0.5], [0.0, 0.0], [None, 0.25]])
def test_few_and_equal_values_are_drawn_without_an_interval(values: list[float | None]) -> None:
    found = figure("answer.token_f1", values, values)
    assert "nan" not in found.plot
    assert found.said[0].startswith("Mean 0.")


def test_a_metric_without_a_value_is_not_drawn(retrieved: Run) -> None:
    empty = retrieved.table.frame.with_columns(pl.lit(None, dtype=pl.Float64).alias("retrieval.recall@1"))
    found = view(retrieved.report, replace(retrieved.table, frame=empty))
    assert found is not None
    assert "recall@1" not in [one.title for part in ("main", "rest") for one in found[part]]
