from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from goldgate.eval.report.cases import CaseTable
from goldgate.eval.report.model import ReportInput
from goldgate.eval.report.page import render
from goldgate.eval.report.sections.release import view

if TYPE_CHECKING:
    from collections.abc import Mapping

BARE = ReportInput(service="finrag", environment="local", run_id="r", commit="9f31c2e")
STEPS = [
    {"at": "2026-11-20T14:04:00Z", "after_seconds": 0.2, "text": "registered finrag:41"},
    {"at": "2026-11-20T14:04:44Z", "after_seconds": 44.0, "text": "rolled back after 44 s"},
]
CANARY = {
    "observations": [
        {
            "after_seconds": 1.0,
            "status": "IN_PROGRESS",
            "old": {"running": 4},
            "new": {"running": 0, "desired": 4},
            "traffic": 0,
        },
        {
            "after_seconds": 9.0,
            "status": "IN_PROGRESS",
            "old": {"running": 4},
            "new": {"running": 1, "desired": 4},
            "traffic": 10,
        },
        {"after_seconds": 44.0, "status": "ROLLBACK_SUCCESSFUL", "old": {"running": 4}, "new": {"running": 0, "desired": 0}},
    ],
    "alarms": [{"after_seconds": 26.0, "name": "p95-high", "state": "fired"}],
    "checks": [{"after_seconds": 20.0, "name": "canary answers", "ok": True, "detail": "14 of 14"}],
}


def shown(**release: Any) -> Mapping[str, Any]:
    found = view(replace(BARE, release={"status": "rolled_back", **release}), CaseTable())
    assert found is not None
    return found


def test_no_release_has_no_section() -> None:
    assert view(BARE, CaseTable()) is None


def test_steps_alarms_and_checks_are_one_list_in_order_of_time() -> None:
    events = shown(steps=STEPS, **CANARY)["events"]
    assert [(event["number"], event["text"], event["state"]) for event in events] == [
        (1, "registered finrag:41", "plain"),
        (2, "canary answers: 14 of 14", "pass"),
        (3, "alarm p95-high fired", "fail"),
        (4, "rolled back after 44 s", "fail"),
    ]


def test_tasks_and_traffic_are_drawn_where_they_were_seen() -> None:
    found = shown(steps=STEPS, **CANARY)
    assert "From 0 new tasks and 4 old to 0 new tasks and 4 old" in found["tasks"]
    assert "It ended with 10 % of the traffic." in found["traffic"]
    assert [row["traffic"] for row in found["seen"]] == [0, 10, None]
    assert found["with_traffic"]


def test_a_rolling_release_without_traffic_alarms_and_checks_shows_none() -> None:
    seen = [{key: value for key, value in one.items() if key != "traffic"} for one in CANARY["observations"]]
    page = render(replace(BARE, release={"status": "released", "steps": STEPS, "observations": seen}))
    assert "new tasks running" in page
    for word in ("traffic", "alarm", "canary"):
        assert word not in page[page.index('<section id="release">') :]


def test_a_record_of_steps_alone_is_a_list_of_steps() -> None:
    found = shown(steps=[{"at": "2026-11-20T14:04:00Z", "text": "registered finrag:41"}])
    assert (found["tasks"], found["traffic"], found["marks"], found["seen"]) == ("", "", "", [])
    assert found["events"][0]["at"] == "2026-11-20T14:04:00Z"


def test_the_cause_and_its_evidence_stand_on_lines_of_their_own() -> None:
    release = {"status": "rolled_back", "cause": "killed for memory", "log": ["1,840 MB"], "tasks": ["exit code 137"]}
    page = render(replace(BARE, release=release))
    assert "killed for memory\ntask  exit code 137\nlog   1,840 MB</pre>" in page
