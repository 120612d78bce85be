from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest

from goldgate.eval.report import figures
from goldgate.eval.report.cases import CaseTable
from goldgate.eval.report.model import ReportInput
from goldgate.eval.report.sections.spending import costliest_share, view

from .drawn import view_of

if TYPE_CHECKING:
    from ..evaluated import Run

REPORT = ReportInput(service="s", environment="e", run_id="r", commit="c", evaluation={})


def shown(
    evaluation: dict[str, Any] | None = None, live: dict[str, Any] | None = None, **columns: Any
) -> dict[str, Any] | None:
    size = len(next(iter(columns.values())))
    ids = {"id": [str(place) for place in range(size)]}
    other = None if live is None else pl.DataFrame(ids | live)
    return view(replace(REPORT, evaluation=evaluation or {}), CaseTable(frame=pl.DataFrame(ids | columns), live=other))


def facts(found: dict[str, Any] | None) -> dict[str, tuple[str, str]]:
    assert found is not None
    return {label: (figure, more) for label, figure, more in found["facts"]}


def test_totals_are_sums_over_the_cases(answered: Run) -> None:
    found = facts(view_of(answered, "spending"))
    frame = answered.table.frame
    assert found["Total"] == (figures.usd(math.fsum(frame["cost_usd"])), "of a budget of $5.00")
    assert found["Input tokens"][0] == f"{frame['input_tokens'].sum():,}"
    assert found["Output tokens"][1] == f"{np.mean(frame['output_tokens'].drop_nulls().to_numpy()):,.0f} per case"


@pytest.mark.parametrize(
    ("costs", "share"), [([1.0] * 10, 0.1), ([1.0] * 9 + [11.0], 0.55), ([5.0], 1.0), ([1.0] * 10 + [5.0], 6 / 15)]
)
def test_the_costliest_tenth_is_at_least_one_case(costs: list[float], share: float) -> None:
    assert costliest_share(np.array(costs)) == pytest.approx(share)


def test_what_a_case_costs_against_live_has_its_interval() -> None:
    dice = np.random.default_rng(1)
    costs = dice.uniform(100, 900, 200)
    found = facts(shown(cost_usd=costs * 1.1, live={"cost_usd": costs}))["Per case against live"]
    assert found[0] == f"+${0.1 * costs.mean():.2f}, +10.0 %"
    low, high = (float(part.replace("$", "")) for part in found[1].split(" to "))
    assert low <= 0.1 * costs.mean() <= high


def test_a_free_service_without_tokens_has_no_section() -> None:
    assert shown(cost_usd=[0.0, 0.0], input_tokens=[None, None]) is None
    assert shown(latency_ms=[1.0]) is None
    assert view(REPORT, CaseTable()) is None


def test_tokens_without_a_price_are_shown_alone() -> None:
    found = shown(input_tokens=[10, 20, 30], output_tokens=[1, None, 3])
    assert found is not None
    assert [one.title for one in found["figures"]] == ["Input tokens per case", "Output tokens per case"]
    assert "Total" not in facts(found)
    assert found["slices"] == []


def test_judges_are_on_top() -> None:
    judges = {"helpful": {"cost_usd": 0.6}, "free": {"cost_usd": 0.0}, "right": {"cost_usd": 0.15}}
    assert facts(shown({"judges": judges}, cost_usd=[0.5, 0.5]))["Judging by a model"] == ("$0.75", "on top of the answers")


def test_slices_share_the_total_and_the_costliest_comes_first(repeated: Run) -> None:
    found = view_of(repeated, "spending")
    assert found is not None
    [part] = found["slices"]
    assert part["tag"] == "kind"
    assert sum(int(row[-1].removesuffix(" %")) for row in part["rows"]) in (99, 100, 101)
    entries = [
        {"tag": "kind", "value": value, "metric": "cost.usd_per_case", "n": 10, "value_": cost, "diff": 0.1}
        for value, cost in (("cheap", 0.2), ("dear", 0.6))
    ]
    found = shown({"slices": entries}, cost_usd=[0.5, 0.5])
    assert found is not None
    assert [(row[0], row[-1]) for row in found["slices"][0]["rows"]] == [("dear", "75 %"), ("cheap", "25 %")]
