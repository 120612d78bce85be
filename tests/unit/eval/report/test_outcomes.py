from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from goldgate.eval.report.cases import load
from goldgate.eval.report.outcomes import in_page_order, outcomes

from .sample import sample

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("live", [True, False])
def test_columns_say_what_the_page_says_of_every_case(tmp_path: Path, live: bool) -> None:
    report = sample(tmp_path, live=live)
    page = {row.id: row for row in load(report.cases, report.baseline_cases, report.evaluation).rows(9999)}
    before = pl.read_parquet(report.baseline_cases) if report.baseline_cases else None
    found = outcomes(pl.read_parquet(tmp_path / "cases.parquet"), before, report.evaluation)
    assert found.height == len(page) == 240
    for row in found.iter_rows(named=True):
        shown = page[row["id"]]
        assert (row["outcome"], row["score"], row["live_score"]) == (shown.outcome, shown.score, shown.live_score)
        assert (row["judged_by"] or "", row["worse"], row["better"]) == (shown.judged_by, shown.worse, shown.better)


def test_the_order_of_the_worse_cases_is_the_pages(tmp_path: Path) -> None:
    report = sample(tmp_path)
    page = [row.id for row in load(report.cases, report.baseline_cases, report.evaluation).rows(9999) if row.worse]
    assert report.baseline_cases is not None
    found = outcomes(pl.read_parquet(tmp_path / "cases.parquet"), pl.read_parquet(report.baseline_cases), report.evaluation)
    assert in_page_order(found.filter("worse"), report.evaluation)["id"].to_list() == page


def table(**columns: Any) -> pl.DataFrame:
    count = len(next(iter(columns.values())))
    plain = {"id": [f"c{place}" for place in range(count)], "error": pl.Series([None] * count, dtype=pl.String)}
    return pl.DataFrame(plain | columns, strict=False)


def test_a_case_without_a_finite_value_is_unjudged_and_one_half_is_right() -> None:
    found = outcomes(table(**{"answer.token_f1": [0.5, 0.4999, float("nan"), float("inf"), None]}))
    assert found["outcome"].to_list() == ["right", "wrong", "unjudged", "unjudged", "unjudged"]
    assert found["judged_by"].to_list() == ["answer.token_f1", "answer.token_f1", None, None, None]


def test_a_table_without_metrics_is_unjudged_and_errors_stay_errors() -> None:
    found = outcomes(table(error=[None, "no answer within 1 s"]))
    assert found["outcome"].to_list() == ["unjudged", "error"]
    assert found["worse"].to_list() == [False, False]


def test_an_error_of_the_live_image_is_no_baseline() -> None:
    here = table(**{"answer.token_f1": [0.0, 0.0]})
    live = table(**{"answer.token_f1": [1.0, 1.0]}, error=["HTTP 500", None])
    assert outcomes(here, live)["outcome"].to_list() == ["wrong", "broken"]


def test_refusal_decides_what_cannot_be_answered() -> None:
    scores: dict[str, list[object]] = {"answer.exact_match": [1.0, 1.0], "answer.refusal": [0.0, 0.0]}
    found = outcomes(table(**scores, **{"tag:kind": ["unanswerable", "span"]}))
    assert found["outcome"].to_list() == ["wrong", "right"]
