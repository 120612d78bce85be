from __future__ import annotations

import re
from typing import Any

from goldgate.eval.report.plots.timeline import marks, tasks, time_scale, traffic

SEEN: list[dict[str, Any]] = [
    {"after_seconds": 0.0, "old": {"running": 4}, "new": {"running": 0, "desired": 4}, "traffic": 0},
    {"after_seconds": 10.0, "old": {"running": 2}, "new": {"running": 2, "desired": 4}, "traffic": 50},
    {"after_seconds": 20.0, "old": {"running": 0}, "new": {"running": 4, "desired": 4}, "traffic": 100},
]


def path(drawn: str, name: str) -> list[str]:
    found = re.search(rf'<path class="{name}" d="([^"]*)"', drawn)
    assert found is not None
    return re.findall(r"[MHV][\d. ]+", found[1])


def test_running_tasks_are_steps_that_hold_to_the_end() -> None:
    drawn = tasks(SEEN, 20.0)
    new, old = path(drawn, "this"), path(drawn, "live")
    assert [step[0] for step in new] == ["M", "H", "V", "H", "V", "H"]
    downs = [float(step[1:]) for step in new if step[0] == "V"]
    ups = [float(step[1:]) for step in old if step[0] == "V"]
    assert downs[0] > downs[1]
    assert ups[0] < ups[1]
    assert "From 0 new tasks and 4 old to 4 new tasks and 0 old" in drawn


def test_one_look_is_no_curve() -> None:
    assert tasks(SEEN[:1], 20.0) == ""
    assert tasks([{"after_seconds": 1.0, "status": "PENDING"}] * 2, 20.0) == ""


def test_counts_that_were_not_told_are_not_drawn_as_none() -> None:
    drawn = tasks([{key: value for key, value in one.items() if key != "old"} for one in SEEN], 20.0)
    assert 'class="live"' not in drawn
    assert "From 0 new tasks to 4 new tasks" in drawn


def test_traffic_is_drawn_only_where_it_was_told() -> None:
    assert "It ended with 100 % of the traffic." in traffic(SEEN, 20.0)
    untold = [{key: value for key, value in one.items() if key != "traffic"} for one in SEEN]
    assert traffic(untold, 20.0) == ""


def test_marks_at_one_second_stand_in_rows_of_their_own() -> None:
    events = [{"after_seconds": at, "state": "plain", "number": number} for number, at in enumerate((1.0, 1.1, 15.0), 1)]
    drawn = marks(events, 20.0)
    assert re.findall(r'cy="(\d+)"', drawn) == ["10", "30", "10"]
    assert re.findall(r"middle\">(\d)</text></g>", drawn) == ["1", "2", "3"]


def test_seconds_are_ticks_and_none_stands_before_the_beginning() -> None:
    drawn = marks(
        [{"after_seconds": 0.0, "state": "pass", "number": 1}, {"after_seconds": 40.0, "state": "fail", "number": 2}], 40.0
    )
    assert re.findall(r">(-?[\d.]+ s)<", drawn) == ["0 s", "10 s", "20 s", "30 s", "40 s"]
    slow = marks([{"after_seconds": at, "state": "plain", "number": 1} for at in (0.0, 900.0)], 900.0)
    assert re.findall(r">(-?[\d.]+ min)<", slow) == ["0 min", "5 min", "10 min", "15 min"]
    assert time_scale(40.0).share(0.0) > 0
    assert time_scale(0.0).share(0.0) > 0
