from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from goldgate.pipeline.records import Record, write_json
from goldgate.pipeline.reporting.history import entry_of, history_of
from goldgate.pipeline.runs import RunFolder
from tests.unit.pipeline.config.files import COMPLETE
from tests.unit.pipeline.makers import evaluation_record, gate, release, release_record
from tests.unit.pipeline.world import RUN, World

if TYPE_CHECKING:
    from pathlib import Path

TEXT = COMPLETE.replace("    deploy:\n", "    publish: {bucket: reports, prefix: p}\n    deploy:\n")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, TEXT)


def released(world: World, day: str, **fields: Any) -> None:
    """A release of that day in the ledger, its recall a hundredth of the day."""
    ledger = world.context().ledger()
    now = ledger.current()
    key = ledger.put_record(evaluation_record(gates=[gate(value=int(day) / 100)]).to_json())
    told = {"released_at": f"2026-11-{day}T09:00:00Z", "run_id": f"202611{day}-090000-6b02aaa", "evaluation": key}
    ledger.publish_release(release(**told | fields), now.etag if now else None)


def entry(day: str, verdict: str) -> dict[str, Any]:
    gates = [{"metric": "retrieval.recall@10", "value": 0.5}]
    return {
        "run_id": f"202611{day}-120000-aaaaaaa",
        "commit": "aaaaaaa",
        "at": f"2026-11-{day}T12:00:00Z",
        "verdict": verdict,
        "gates": gates,
    }


def test_releases_and_blocked_runs_are_one_history_oldest_first(world: World) -> None:
    released(world, "17")
    released(world, "19")
    world.context().ledger().put_evaluation(entry("18", "fail"))
    history = history_of(world.context(), ledger=world.context().ledger())
    assert [(point.at[8:10], point.kind, point.verdict, point.gates[0]["value"]) for point in history.points] == [
        ("17", "release", "pass", 0.17),
        ("18", "run", "fail", 0.5),
        ("19", "release", "pass", 0.19),
    ]
    assert history.points[1].url == "../../../20261118-120000-aaaaaaa/finrag/report/index.html"
    assert "ledger" in history.note


def test_a_rollback_is_a_point_of_its_own(world: World) -> None:
    released(world, "17")
    released(world, "18")
    released(world, "19", kind="rollback", run_id="20261117-090000-6b02aaa")
    points = history_of(world.context(), ledger=world.context().ledger()).points
    assert [point.kind for point in points] == ["release", "release", "rollback"]


def test_the_run_at_hand_is_no_point_of_its_own_history(world: World) -> None:
    released(world, "17")
    world.context().ledger().put_evaluation({**entry("18", "fail"), "run_id": RUN})
    points = history_of(world.context(), ledger=world.context().ledger()).points
    assert [point.at[8:10] for point in points] == ["17"]


def kept(world: World, run_id: str, *records: Record, environment: str = "local") -> None:
    """An earlier run in `runs/`."""
    folder = RunFolder(root=world.context().folder.root, run_id=run_id, service="finrag")
    write_json(folder.path / "run.json", {"environment": environment, "commit": "abc"})
    for record in records:
        folder.write(record)


def test_without_a_ledger_the_runs_of_this_checkout_are_the_history(world: World) -> None:
    kept(world, "20251117-090000-6b02aaa", evaluation_record(), release_record())
    kept(world, "20251118-090000-6b02aaa", evaluation_record(verdict="fail"))
    kept(world, "20251118-100000-6b02aaa", evaluation_record(), environment="elsewhere")
    kept(world, "20251118-110000-6b02aaa")
    history = history_of(world.context(), ledger=None)
    assert [(point.run_id[:8], point.kind, point.verdict) for point in history.points] == [
        ("20251117", "release", "pass"),
        ("20251118", "run", "fail"),
    ]
    assert history.note == "From the runs of this checkout; the ledger was not asked."


def test_an_entry_holds_the_gates_alone(world: World) -> None:
    context = world.context()
    assert entry_of(context) is None
    context.folder.write(evaluation_record(gates=[gate(ci_low=0.87, ci_high=0.94)]))
    found = entry_of(context)
    assert found is not None
    assert (found["run_id"], found["verdict"]) == (RUN, "pass")
    assert found["gates"] == [
        {
            "metric": "retrieval.recall@10",
            "slice": None,
            "rule": "min",
            "limit": 0.8,
            "value": 0.91,
            "low": 0.87,
            "high": 0.94,
            "baseline": None,
            "verdict": "pass",
        }
    ]
