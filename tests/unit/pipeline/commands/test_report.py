from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from goldgate.eval.results import Evaluation
from goldgate.pipeline.commands.report import MOST_CASES, report_beside
from tests.fakes.told import Told

if TYPE_CHECKING:
    from pathlib import Path


def evaluation(folder: Path, cases: int, **more: Any) -> Evaluation:
    """An evaluation of so many cases, written to the folder."""
    table = pl.DataFrame({"id": pl.int_range(cases, eager=True).cast(pl.String)})
    table.write_parquet(folder / "cases.parquet")
    return Evaluation(
        verdict="pass", headline="", gold_set={"path": "gold.jsonl", "cases": cases}, subject={"address": "x"}, metrics={},
        slices=[], gates=[], baseline=None, latency={}, cost={}, timing={}, cases_path=folder / "cases.parquet", more=more,
        tables={"cases": table},
    )  # fmt: skip


def told(found: Evaluation, folder: Path, *, report: bool | None) -> list[str]:
    show = Told()
    report_beside(found, Namespace(report=report, out=str(folder), name=None, page_limit=None), show)
    return show.lines


def test_a_very_large_evaluation_has_no_report_unasked(tmp_path: Path) -> None:
    found = evaluation(tmp_path, MOST_CASES + 1)
    (line,) = told(found, tmp_path, report=None)
    assert line.split() == [
        "report",
        "left",
        "out",
        "for",
        "100,001",
        "cases;",
        "`goldgate",
        "report",
        "--from",
        f"{tmp_path}`",
        "writes",
        "it",
    ]
    assert not (tmp_path / "report").exists()


@pytest.mark.parametrize(("report", "more"), [(False, {}), (True, {"shard": {"index": 1, "count": 2}})])
def test_nothing_is_said_where_none_is_wanted_or_can_be(tmp_path: Path, report: bool, more: dict[str, Any]) -> None:
    assert told(evaluation(tmp_path, 2, **more), tmp_path, report=report) == []


def test_an_evaluation_that_was_not_written_has_no_report(tmp_path: Path) -> None:
    from dataclasses import replace

    assert told(replace(evaluation(tmp_path, 2), cases_path=None), tmp_path, report=True) == []
