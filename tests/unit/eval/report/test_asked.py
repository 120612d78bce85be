from __future__ import annotations

from typing import Any

import polars as pl

from goldgate.eval.report.asked import asked, in_time
from goldgate.eval.report.cases import CaseTable


def table(**columns: Any) -> CaseTable:
    return CaseTable(frame=pl.DataFrame(columns))


def test_questions_stand_in_the_order_in_which_they_were_asked() -> None:
    found = asked(
        table(
            asked_at=[
                "2026-11-20T14:00:03.500000+00:00",
                "2026-11-20T14:00:01.000000+00:00",
                "2026-11-20T14:00:02.000000+00:00",
            ],
            latency_ms=[30.0, 10.0, 20.0],
            error=[None, None, "timed out"],
            attempts=[2, 1, 3],
        )
    )
    assert found is not None
    assert found.seconds.tolist() == [0.0, 1.0, 2.5]
    assert found.latency[[0, 2]].tolist() == [10.0, 30.0]
    assert found.failed.tolist() == [False, True, False]
    assert found.again.tolist() == [False, False, True]  # an error is no answer at a second try


def test_times_of_other_zones_are_one_time() -> None:
    found = asked(table(asked_at=["2026-11-20T14:00:00Z", "2026-11-20T14:00:05Z", None], latency_ms=[1.0, 1.0, 1.0]))
    assert found is not None
    assert found.seconds.tolist() == [0.0, 5.0]


def test_an_error_without_a_time_is_counted() -> None:
    found = asked(table(asked_at=["2026-11-20T14:00:00Z", None], latency_ms=[1.0, None], error=[None, "gone"]))
    assert found is not None
    assert (len(found.seconds), found.untimed) == (1, 1)


def test_repeats_are_questions_of_their_own() -> None:
    frame = pl.DataFrame({"asked_at": ["2026-11-20T14:00:00Z"], "latency_ms": [1.0]})
    found = asked(CaseTable(frame=frame, repeats=pl.concat([frame, frame, frame])))
    assert found is not None
    assert len(found.seconds) == 3


def test_where_nobody_knows_the_time_there_is_no_course() -> None:
    assert asked(table(asked_at=[None, "yesterday"], latency_ms=[1.0, 2.0])) is None
    assert asked(table(latency_ms=[1.0])) is None
    assert asked(table(asked_at=["2026-11-20T14:00:00Z"])) is None


def test_long_runs_are_shown_in_minutes() -> None:
    assert in_time(300.0) == (1.0, "seconds")
    assert in_time(301.0) == (60.0, "minutes")
