"""The live image asked beside a new one, both judged by a model; and a registry that does not give it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from goldgate.pipeline.engine import Engine

from .test_bad_input import faults, nothing_left

if TYPE_CHECKING:
    from .project import Project

__all__ = ["faults"]

pytestmark = pytest.mark.engine
CASES = 40
BESIDE = "services.tiny.evaluation.beside_live=true"
GATES = "services.tiny.gates=[{metric: answer.exact_match, min: 0.9}, {metric: latency.mean_ms, max_rise: 500}]"
JUDGES = """\
judges:
  - {name: right, criteria: It says what was expected., scale: [0, 4], model: a.model-v1:0}
  - {name: better, criteria: The one that says what was expected., kind: preference, model: a.model-v1:0}
"""


def evaluated(project: Project, *overrides: str) -> str:
    """Build and evaluate what is checked out; what was shown."""
    told = [word for override in (BESIDE, GATES, *overrides) for word in ("--set", override)]
    for stage in ("build", "evaluate"):
        done = project.goldgate(stage, *told)
        assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def forget(project: Project) -> dict[str, Any]:
    """Take what is live off the engine, as on a machine that has never seen it; its entry in the ledger."""
    live: dict[str, Any] = project.status()["live"]
    reference = f"127.0.0.1:{project.port}/tiny@{live['digest']}"
    engine = Engine.connect()
    pushed = [tag for tag in engine.image(live["image_id"])["RepoTags"] if "/tiny:" in tag]
    for name in filter(engine.has_image, [*pushed, reference]):
        engine.client.images.remove(name, force=True)
    assert not engine.has_image(reference)
    return live


def test_both_images_are_asked_and_latency_is_compared_in_pairs(live: Project) -> None:
    (live.path / "judges.yaml").write_text(JUDGES)
    live.behave(version=21)
    entry = forget(live)
    shown = evaluated(live, "services.tiny.judges={rubrics: judges.yaml}")
    assert "its stored rows are taken" not in shown
    record, folder = live.record("evaluation"), live.path / "runs" / "latest" / "tiny"
    assert record["asking"]["questions"] == 2 * CASES
    assert (record["baseline"]["digest"], record["baseline"]["common"]) == (entry["digest"], CASES)
    latency = next(gate for gate in record["gates"] if gate["metric"] == "latency.mean_ms")
    assert latency["verdict"] == "pass"
    assert latency["ci_low"] < latency["diff"] < latency["ci_high"]

    new, old = pl.read_parquet(folder / "cases.parquet"), pl.read_parquet(folder / "baseline.parquet")
    pairs = new.join(old, on="id")
    assert latency["diff"] == pytest.approx((pairs["latency_ms"] - pairs["latency_ms_right"]).mean())
    apart = [abs(at(a) - at(b)) for a, b in pairs.select("asked_at", "asked_at_right").iter_rows()]
    assert max(apart) < 2.0
    stored = pl.read_parquet(live.path / "runs" / entry["run_id"] / "tiny" / "cases.parquet")
    assert min(old["asked_at"]) > max(stored["asked_at"])

    assert set(record["judges"]) == {"right", "better"}
    assert (new["judge.right"].to_list(), new["judge.better"].to_list()) == ([1.0] * CASES, [0.5] * CASES)
    assert 'tests="40" failures="0"' in (folder / "junit.xml").read_text()
    nothing_left(live)


def at(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def test_where_the_registry_does_not_give_it_the_stored_rows_are_taken(live: Project, faults: Any) -> None:
    live.behave(version=22)
    forget(live)
    faults(kind="access_denied", service="ecr", operation="GetAuthorizationToken")
    shown = evaluated(live)
    assert "its stored rows are taken" in shown
    assert "ecr:GetAuthorizationToken" in shown
    record = live.record("evaluation")
    assert (record["asking"]["questions"], record["baseline"]["common"]) == (CASES, CASES)
    assert json.loads((live.path / "runs" / "latest" / "run.json").read_text())["status"] == "built"
    nothing_left(live)
