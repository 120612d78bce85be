from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pytest

from goldgate.eval.report.asked import asked
from goldgate.eval.report.cases import CaseTable
from goldgate.eval.report.model import ReportInput
from goldgate.eval.report.sections.asking import finished, view

from .drawn import view_of

if TYPE_CHECKING:
    from ..evaluated import Run

REPORT = ReportInput(service="s", environment="e", run_id="r", commit="c")
STARTED = np.datetime64("2026-11-20T14:00:00", "ms")


def shown(table: CaseTable | None = None, **evaluation: Any) -> dict[str, Any]:
    found = view(replace(REPORT, evaluation=evaluation), table or CaseTable())
    assert found is not None
    return found


def facts(found: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return {label: (figure, more) for label, figure, more in found["facts"]}


def even(n: int, every_ms: int, latency: float = 0.0) -> CaseTable:
    stamps = [f"{STARTED + every_ms * place}Z" for place in range(n)]
    return CaseTable(frame=pl.DataFrame({"asked_at": stamps, "latency_ms": [latency] * n}))


def test_a_run_tells_what_it_asked(repeated: Run) -> None:
    found = view_of(repeated, "asking")
    assert found is not None
    asking = repeated.evaluation["asking"]
    assert facts(found)["Questions"] == ("90", f"{asking['answered']:,} answered")
    assert facts(found)["Errors"][0] == str(asking["errors"])
    assert [one.title for one in found["figures"]] == ["Pace", "Questions at once"]
    assert found["ended"] == ""


def test_the_pace_is_answers_over_time() -> None:
    [pace] = shown(even(201, 100), asking={"questions": 201, "answered": 201})["figures"]
    assert pace.said == ("10.1 answers a second on the mean, 12 at most.",)
    [of_two] = shown(even(201, 100), asking={"questions": 402}, baseline={"beside": True})["figures"]
    assert of_two.said[0].endswith("at most, live's not counted.")
    assert len(pace.rows) == 40
    assert {row[2] for row in pace.rows[:-1]} == {"10"}


def test_an_answer_counts_when_it_was_there() -> None:
    found = asked(even(3, 1000, latency=500.0))
    assert found is not None
    assert finished(found).tolist() == [0.5, 1.5, 2.5]


def test_concurrency_holds_until_it_changes() -> None:
    asking = {"concurrency": [[0.0, 4], [1.0, 8], [2.0, 6]], "seconds": 4.0, "backoffs": 1}
    [figure] = shown(asking=asking)["figures"]
    assert figure.said == ("From 4 to 6 at once, 8 at most.",)
    assert [row[1] for row in figure.rows] == ["4", "8", "6"]
    assert facts(shown(asking=asking))["Slowed down"][0] == "1"


def test_what_did_not_happen_is_not_told_except_errors() -> None:
    told = facts(shown(asking={"questions": 5, "answered": 5, "errors": 0, "retries": 0, "reused": 0, "backoffs": 0}))
    assert set(told) == {"Questions", "Errors"}


@pytest.mark.parametrize(
    ("evaluation", "words"),
    [
        ({"stopped": "budget: $1.00 is spent; 12 of 40 questions were answered"}, "Not all cases were asked: budget: $1.00"),
        (
            {"sequential": {"decided_after": 60, "asked": 80, "cases": 240}, "stopped": "sequential"},
            "The verdict was certain after 60 of 240 cases; 80 had been asked",
        ),
    ],
)
def test_an_early_end_says_why(evaluation: dict[str, Any], words: str) -> None:
    assert shown(**evaluation)["ended"].startswith(words)


def test_parts_say_that_they_are_parts() -> None:
    assert facts(shown(shard={"index": 2, "count": 8}))["Shard"][0] == "2 of 8"
    assert facts(shown(merged=8))["Put together"][0] == "8 shards"


def test_an_asking_that_was_itself_too_slow_is_doubted() -> None:
    assert "it, and not the service, may decide" in shown(asking={"loop_share": 0.93, "loop_lag_ms": 41.0})["notes"][0]
    assert shown(asking={"loop_share": 0.2, "loop_lag_ms": 4.0, "notes": ["The cache is new."]})["notes"] == [
        "The cache is new."
    ]


def test_recorded_answers_have_no_asking(classified: Run) -> None:
    assert view_of(classified, "asking") is None
