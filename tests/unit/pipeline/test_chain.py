from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from goldgate.pipeline import chain
from goldgate.pipeline.errors import DeploymentFailed, GateFailed, OutsideError, Refused
from goldgate.pipeline.records import (
    ContractRecord,
    EvaluationRecord,
    ImageRecord,
    PushRecord,
    ReleaseRecord,
    VerificationRecord,
    read_json,
)
from goldgate.pipeline.stages import evaluate
from tests.fakes.shapes import refuse

from .makers import OTHER_IMAGE, evaluation_record, image_record, release_record
from .whole import CASES, Whole
from .world import RUN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from goldgate.pipeline.chain import Outcome
    from goldgate.pipeline.records import Record

NEXT = "20261121-080000-9f31c2e"
ALL = {"image", "contract", "evaluation", "push", "release", "verification"}


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Whole]:
    made = Whole(tmp_path, monkeypatch)
    stop = made.behind_the_load_balancer()
    yield made
    stop()


def records(world: Whole, run_id: str = RUN) -> set[str]:
    """The records of a run by name."""
    folder = world.root / "runs" / run_id / "finrag"
    return {path.stem for path in folder.glob("*.json")}


def run_json(world: Whole, run_id: str = RUN) -> dict[str, Any]:
    return read_json(world.root / "runs" / run_id / "run.json")


def read(world: Whole, kind: type[Record]) -> Any:
    return world.context().folder.read(kind)


def ran(world: Whole, run_id: str = RUN) -> Outcome:
    return chain.run(world.context(run_id))


def released(world: Whole) -> Outcome:
    """The outcome of a run that must go live."""
    outcome = ran(world)
    assert (outcome.status, outcome.error) == ("live", None)
    return outcome


def test_a_good_commit_goes_live_on_one_digest(world: Whole) -> None:
    outcome = released(world)
    assert (outcome.status, outcome.exit_code, outcome.run) == ("live", 0, f"runs/{RUN}")
    assert outcome.url == f"http://127.0.0.1:{world.live_port}"
    assert records(world) == ALL
    image, evaluation, push = read(world, ImageRecord), read(world, EvaluationRecord), read(world, PushRecord)
    release, verification = read(world, ReleaseRecord), read(world, VerificationRecord)
    assert image.image_id == evaluation.image_id == push.image_id == release.image_id
    assert push.digest == release.digest == verification.digest
    assert world.ecs.live_image() == push.reference
    assert verification.probes == 5
    assert sorted(world.asked) == sorted(world.answers)
    assert world.docker.containers.all == []
    current = world.context().ledger().current()
    assert current is not None
    assert (current.digest, current.image_id, current.run_id) == (push.digest, image.image_id, RUN)


@pytest.mark.parametrize("wrong", [0, 3])
def test_the_results_lie_there_as_tests_too_whatever_the_verdict(world: Whole, wrong: int) -> None:
    world.answers |= {f"Question {number}": "nonsense" for number in range(wrong)}
    ran(world)
    suites = ET.parse(world.root / "runs" / RUN / "finrag" / "junit.xml").getroot()
    cases = next(suite for suite in suites if suite.get("name") == "finrag.cases")
    assert (cases.get("tests"), cases.get("failures"), cases.get("errors")) == (str(CASES), str(wrong), "0")


def test_what_it_shows_ends_with_report_and_address(world: Whole) -> None:
    released(world)
    assert [stage for stage, _, _ in world.told.ends] == ["build", "test", "evaluate", "push", "release", "verify", "report"]
    assert {state for _, _, state in world.told.ends} == {"ok"}
    assert world.told.lines[0] == f"finrag  9f31c2e  local      runs/{RUN}"
    assert world.told.lines[-1] == f"  live        http://127.0.0.1:{world.live_port}"
    assert any(line.startswith("  PASSED") for line in world.told.lines)
    assert (CASES, CASES) in world.told.counts


def test_run_json_and_the_report_tell_of_it(world: Whole) -> None:
    outcome = released(world)
    told = run_json(world)
    assert (told["status"], told["commit"], told["subject"]) == ("live", world.commit.sha, "A change")
    assert {"started_at", "ended_at", "seconds"} <= told.keys()
    assert "error" not in told
    assert outcome.report is not None
    site = {key for key in world.s3.buckets["reports"] if "/site/" in key}
    assert {f"goldgate/site/{RUN}/finrag/report/index.html", "goldgate/site/index.html"} <= site


def test_a_second_run_with_nothing_changed_asks_pushes_and_releases_nothing(world: Whole) -> None:
    released(world)
    asked, puts, calls = len(world.asked), len(world.s3.puts), len(world.ecs.deployments)
    world.told.lines.clear()
    outcome = ran(world, NEXT)
    assert (outcome.status, outcome.run, outcome.exit_code) == ("unchanged", f"runs/{RUN}", 0)
    assert (len(world.asked), len(world.s3.puts), len(world.ecs.deployments)) == (asked, puts, calls)
    assert len(world.docker.images.pushed) == 1
    assert not (world.root / "runs" / NEXT).exists()
    assert world.told.lines == [
        f"finrag  9f31c2e  local      nothing changed since runs/{RUN}: live, evaluated, verdict pass",
        f"  live        http://127.0.0.1:{world.live_port}",
        f"  report      runs/{RUN}/finrag/report/index.html",
    ]


@pytest.mark.parametrize("change", ["gold", "service", "task"])
def test_a_run_is_not_unchanged_where_gold_set_service_or_task_moved(world: Whole, change: str) -> None:
    released(world)
    if change == "gold":
        path = world.root / "gold.jsonl"
        path.write_text(path.read_text().replace("Question 0", "Question 1", 1).replace("word0", "word1"))
    elif change == "service":
        world.ecs.services["finrag"]["deploymentConfiguration"]["maximumPercent"] = 150
    else:
        next(task for task in world.ecs.tasks.values() if task["desiredStatus"] == "RUNNING")["desiredStatus"] = "STOPPED"
    context = world.context(NEXT)
    live = context.ledger().current()
    assert chain.unchanged(context, read(world, ImageRecord), evaluate.gold_of(context), live) is None


def test_a_worse_image_is_stopped_before_the_push_and_the_report_is_written(world: Whole) -> None:
    world.answers = dict.fromkeys(world.answers, "nonsense")
    outcome = ran(world)
    assert isinstance(outcome.error, GateFailed)
    assert (outcome.status, outcome.exit_code, outcome.url) == ("failed", 1, None)
    assert records(world) == {"image", "contract", "evaluation"}
    assert (world.docker.images.pushed, world.ecs.deployments) == ([], {})
    assert world.context().ledger().current() is None
    assert outcome.report is not None
    assert any(line.startswith("  BLOCKED") for line in world.told.lines)
    assert (run_json(world)["status"], run_json(world)["exit_code"]) == ("failed", 1)
    data = outcome.to_json()
    assert (data["status"], data["exit_code"], data["error"]["exit_code"]) == ("failed", 1, 1)


def test_a_blocked_run_stays_in_the_history_and_keeps_what_was_live(world: Whole) -> None:
    ran(world)
    gold = world.root / "gold.jsonl"
    gold.write_text(gold.read_text().replace('"word', '"nonsense'))
    assert ran(world, NEXT).exit_code == 1
    folder = world.root / "runs" / NEXT / "finrag"
    assert read_json(folder / "live.json")["run_id"] == RUN
    assert not (world.root / "runs" / RUN / "finrag" / "live.json").exists()
    page = (folder / "report" / "index.html").read_text()
    assert f'href="../../../{RUN}/finrag/report/index.html"' in page
    assert '<section id="history">' in page
    entries = world.context().ledger().evaluations()
    assert [(entry["run_id"], entry["verdict"]) for entry in entries] == [(NEXT, "fail"), (RUN, "pass")]


def test_a_broken_contract_stops_it_before_a_question_is_asked(world: Whole) -> None:
    def life(container: Any) -> None:
        world.serve(container)
        container.answers["cat"] = (0, "Uid:\t0\t0\n")

    world.docker.life = life
    outcome = ran(world)
    assert outcome.exit_code == 1
    assert "its process is not root: uid 0" in str(outcome.error)
    assert world.asked == []
    assert records(world) == {"image", "contract"}
    assert not read(world, ContractRecord).passed
    assert ("test", "failed") in [(stage, state) for stage, _, state in world.told.ends]


def test_a_container_that_dies_while_it_is_asked_is_the_outsides_fault(world: Whole) -> None:
    serve = world.serve

    def life(container: Any) -> None:
        if "evaluate" in container.name:
            container.exits(137, err="Killed\n", killed=True)
        else:
            serve(container)

    world.docker.life = life
    outcome = ran(world)
    assert isinstance(outcome.error, OutsideError)
    assert outcome.exit_code == 3
    assert "killed for memory" in str(outcome.error)
    assert world.docker.containers.all == []


def test_a_rolled_back_release_names_its_cause_and_the_ledger_does_not_move(world: Whole) -> None:
    world.ecs.script = ("PENDING", "ROLLBACK_FAILED")
    world.ecs.reason = "tasks failed to start"
    outcome = ran(world)
    assert isinstance(outcome.error, DeploymentFailed)
    assert outcome.exit_code == 4
    assert records(world) == {"image", "contract", "evaluation", "push", "release"}
    assert world.context().ledger().current() is None
    shown = [line.split()[0] for line in world.told.lines if line.strip()]
    assert "CAUSE" in shown
    assert ("release", "failed") in [(stage, state) for stage, _, state in world.told.ends]


def test_another_image_in_the_registry_is_refused(world: Whole) -> None:
    world.docker.images.events = lambda repository, tag, image: [{"aux": {"Digest": world.ecr.put(tag, OTHER_IMAGE)}}]
    outcome = ran(world)
    assert isinstance(outcome.error, Refused)
    assert outcome.exit_code == 6
    assert world.ecs.deployments == {}


def test_an_interrupt_is_written_down_and_leaves_no_container(world: Whole) -> None:
    def life(container: Any) -> None:
        if "evaluate" in container.name:
            raise KeyboardInterrupt
        world.serve(container)

    world.docker.life = life
    with pytest.raises(KeyboardInterrupt):
        ran(world)
    assert run_json(world)["status"] == "interrupted"
    assert records(world) == {"image", "contract"}
    assert world.docker.containers.all == []
    assert not [path for path in (world.root / "runs").rglob(".*") if path.name != "latest"]


def test_a_report_that_cannot_be_uploaded_changes_nothing_about_the_release(world: Whole) -> None:
    keep = world.s3.before_put

    def deny(key: str) -> None:
        keep(key)
        if "/site/" in key:
            refuse("PutObject", "AccessDenied", "no", 403)

    world.s3.before_put = deny
    outcome = released(world)
    assert (outcome.status, outcome.exit_code) == ("live", 0)
    stage, text, state = world.told.ends[-1]
    assert (stage, state) == ("report", "unsure")
    assert "not uploaded" in text
    assert "AccessDenied" in text


def test_the_step_summary_is_written_in_a_workflow(world: Whole, monkeypatch: pytest.MonkeyPatch) -> None:
    target = world.root / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(target))
    released(world)
    assert "finrag" in target.read_text()


def test_where_the_gold_set_has_faults_nothing_is_built(world: Whole) -> None:
    (world.root / "gold.jsonl").write_text("{half\n")
    with pytest.raises(Exception, match=r"gold\.jsonl:1"):
        ran(world)
    assert not (world.root / "runs").exists()
    assert not (world.root / "bin" / "arguments-build").exists()


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"built_layers": 1, "cached_layers": 3}, "212.6 MB  1 step built, 3 cached"),
        ({"built_layers": 0, "cached_layers": 4}, "212.6 MB  all cached"),
    ],
)
def test_what_a_build_came_to(fields: dict[str, int], text: str) -> None:
    assert chain.build_text(image_record(**fields)) == text


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({}, "240 cases  38/s  p95 398 ms  $0.70"),
        ({"cost": {"usd": None}, "latency": {"p95": None}, "timing": {}}, "240 cases  $0.00"),
        ({"reused_from": "20261119-090000-6b02aaa"}, "240 cases  nothing asked: passed in 20261119-090000-6b02aaa"),
    ],
)
def test_what_an_evaluation_came_to(fields: dict[str, Any], text: str) -> None:
    assert chain.evaluation_text(evaluation_record(**fields)) == text


def test_the_cause_stands_before_log_tasks_and_advice() -> None:
    cause = {
        "summary": "the container was killed for memory",
        "log": [f"line {n}" for n in range(8)],
        "tasks": [{"task": "t1"}],
        "task_lines": ["memory limit 1,024 MB"],
        "next": "raise services.finrag.deploy.memory",
    }
    assert chain.cause_lines(release_record(cause=cause)) == [
        "  CAUSE       the container was killed for memory",
        *(f"              log   line {n}" for n in range(3, 8)),
        "              task  memory limit 1,024 MB",
        "  NEXT        raise services.finrag.deploy.memory",
    ]
    assert chain.cause_lines(release_record()) == ["  CAUSE       not known"]


def test_uncommitted_changes_are_marked_in_the_header(world: Whole) -> None:
    context = world.context(commit=replace(world.commit, dirty=True))
    assert chain.header(context).startswith("finrag  9f31c2e+  local")


def test_an_outcome_is_json() -> None:
    outcome = chain.Outcome(status="live", run=f"runs/{RUN}", url="http://x", facts={"seconds": 2.1})
    assert json.loads(json.dumps(outcome.to_json())) == {
        "format": 1,
        "status": "live",
        "run": f"runs/{RUN}",
        "report": None,
        "url": "http://x",
        "exit_code": 0,
        "seconds": 2.1,
    }
