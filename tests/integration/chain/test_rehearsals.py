"""Deployments that go wrong: whatever happens to the new image, the old one answers every probe."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from .project import Prober

if TYPE_CHECKING:
    from .project import Project

pytestmark = pytest.mark.engine


def test_the_first_run_goes_through_the_whole_chain(live: Project) -> None:
    run = str(live.status()["live"]["run_id"])
    image, push = live.record("image", run), live.record("push", run)
    release, verification = live.record("release", run), live.record("verification", run)
    assert image["image_id"] == push["image_id"] == release["image_id"] == verification["image_id"]
    assert push["digest"] == release["digest"] == verification["digest"]
    assert {task["digest"] for task in verification["running"]} == {push["digest"]}
    assert len(verification["running"]) == 2
    assert verification["ok"]
    assert live.record("evaluation", run)["verdict"] == "pass"
    assert (live.path / "runs" / run / "tiny" / "report" / "index.html").stat().st_size > 10_000


def test_a_second_run_asks_pushes_and_releases_nothing(live: Project) -> None:
    before = live.run_ids()
    done = live.goldgate("run")
    assert done.returncode == 0, done.stderr
    run = live.status()["live"]["run_id"]
    assert f"nothing changed since runs/{run}: live, evaluated, verdict pass" in done.stdout
    assert live.run_ids() == before


def url_of(project: Project) -> str:
    return str(project.status()["url"])


@pytest.mark.parametrize(
    ("fault", "cause"),
    [("unhealthy", "health"), ("exits", "cannot read the model: no such file")],
)
def test_an_image_that_fails_only_in_production_is_rolled_back(live: Project, fault: str, cause: str) -> None:
    before = live.status()
    live.behave(version=2, fails=fault, where="ecs")
    with Prober(before["url"]) as prober:
        done = live.goldgate("run")
    assert done.returncode == 4, done.stdout + done.stderr
    assert cause in done.stdout + done.stderr
    assert "CAUSE" in done.stdout
    assert live.record("release")["status"] == "rolled_back"
    assert not live.has_record("verification")
    assert prober.failed == []
    assert prober.versions == [1]
    assert prober.answered > 50
    after = live.status()
    assert after["live"] == before["live"]
    assert after["problems"] == []


@pytest.mark.parametrize("fault", ["unhealthy", "exits"])
def test_an_image_that_fails_everywhere_stops_at_its_contract(live: Project, fault: str) -> None:
    before = live.status()
    live.behave(version=2, fails=fault)
    with Prober(before["url"]) as prober:
        done = live.goldgate("run")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "becomes healthy" in done.stderr
    assert not live.has_record("evaluation")
    assert prober.failed == []
    assert live.status()["live"] == before["live"]


def test_worse_answers_stop_before_the_push(live: Project) -> None:
    before = live.status()
    live.behave(version=2, fails="worse")
    with Prober(before["url"]) as prober:
        done = live.goldgate("run")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "BLOCKED" in done.stdout
    assert live.record("evaluation")["verdict"] == "fail"
    assert not live.has_record("push")
    assert prober.failed == []
    assert prober.versions == [1]
    assert live.status()["live"] == before["live"]


def test_another_digest_than_the_evaluated_one_is_refused(live: Project) -> None:
    before = live.status()
    live.behave(version=2)
    for stage in ("build", "test", "evaluate"):
        done = live.goldgate(stage)
        assert done.returncode == 0, done.stdout + done.stderr
    evaluated = live.record("image")
    live.behave(version=3, fails="worse")
    assert live.goldgate("build").returncode == 0
    other = live.record("image")
    run = live.run_ids()[-2]
    record = live.path / "runs" / run / "tiny" / "image.json"
    record.write_text(json.dumps({**evaluated, "image_id": other["image_id"]}))
    with Prober(before["url"]) as prober:
        done = live.goldgate("push", "--run", run)
    assert done.returncode == 6, done.stdout + done.stderr
    assert evaluated["image_id"][:19] in done.stderr
    assert other["image_id"][:19] in done.stderr
    assert prober.failed == []
    assert live.status()["live"] == before["live"]


def test_another_image_under_the_tag_in_the_registry_is_refused(live: Project) -> None:
    before = live.status()
    live.behave(version=4)
    for stage in ("build", "test", "evaluate"):
        assert live.goldgate(stage).returncode == 0
    evaluated = live.record("image")
    tag = f"{evaluated['commit'][:12]}-{evaluated['image_id'].removeprefix('sha256:')[:12]}"
    address = f"127.0.0.1:{live.port}/tiny"
    from goldgate.pipeline.engine import Engine

    engine = Engine.connect()
    engine.tag(str(before["live"]["image_id"]), address, tag)
    engine.push(address, tag, {"username": "AWS", "password": "any"})
    done = live.goldgate("push")
    assert done.returncode == 6, done.stdout + done.stderr
    assert "was evaluated" in done.stderr
    assert live.status()["live"] == before["live"]


def test_a_better_image_replaces_the_live_one_without_a_failed_probe_and_can_be_taken_back(live: Project) -> None:
    before = live.status()
    live.behave(version=5)
    with Prober(before["url"]) as prober:
        done = live.goldgate("run")
        assert done.returncode == 0, done.stdout + done.stderr
        assert live.record("evaluation")["baseline"]["common"] == 40
        older = live.git("rev-parse", "HEAD")
        live.git("reset", "-q", "--hard", "v1")
        done = live.goldgate("run")
        assert done.returncode == 6, done.stdout + done.stderr
        assert "is older than" in done.stderr
        done = live.goldgate("rollback")
        assert done.returncode == 0, done.stdout + done.stderr
    assert prober.failed == []
    assert prober.versions[0] == 1
    assert 5 in prober.versions
    assert prober.versions[-1] == 1
    after = live.status()
    assert after["live"]["digest"] == before["live"]["digest"]
    assert after["live"]["kind"] == "rollback"
    assert json.loads(live.site("index.json"))["live"] == {"tiny": {"local": before["live"]["run_id"]}}
    assert before["live"]["run_id"] in live.site("live/tiny/local/index.html")
    assert before["live"]["run_id"] not in live.site("latest/tiny/local/index.html")
    kinds = [entry["kind"] for entry in json.loads(live.goldgate("history", "--json").stdout)["releases"]]
    assert kinds[:3] == ["rollback", "release", "release"]
    assert older[:7] in live.goldgate("history").stdout
