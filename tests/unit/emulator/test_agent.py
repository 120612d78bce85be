"""One task's life on a fake engine: what it is started with and what it says when it ends."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from emulator import backends
from emulator.ecs import agent as agents
from emulator.ecs.agent import Agent, Tools
from emulator.ecs.docker_engine import LABEL, Place
from emulator.ecs.engine import Image, Status
from emulator.ecs.launch import Surroundings
from emulator.ecs.model import Container, Task
from emulator.ecs.store import Store
from emulator.lb.groups import Group
from emulator.lb.targets import Targets
from tests.fakes.fake_engine import FakeEngine

if TYPE_CHECKING:
    from tests.fakes.in_process_aws import InProcessAws

DIGEST = "sha256:" + "1" * 64
REFERENCE = f"127.0.0.1:4566/app@{DIGEST}"
GROUP = Group(arn="tg", path="/", codes="200", interval=1, timeout=5, unhealthy_count=2, first_seconds=60, drain_seconds=0.3)


class Bench:
    """A task of one or more container definitions, ready to be run."""

    def __init__(self, *definitions: dict[str, Any], **task_fields: Any) -> None:
        self.engine = FakeEngine(images={REFERENCE: Image(id="img", digest=DIGEST)})
        self.targets = Targets(start_cap=5.0)
        self.definitions = [{"name": f"c{n}", "image": REFERENCE, "essential": True, **d} for n, d in enumerate(definitions)]
        self.task = Task(
            id="a" * 32,
            region="us-east-1",
            cluster="c",
            definition="d:1",
            family="f",
            created_at=0.0,
            memory="512",
            cpu="256",
            containers=[Container(name=d["name"], image=d["image"], essential=d["essential"]) for d in self.definitions],
            **task_fields,
        )
        tools = Tools(
            engine=self.engine,
            targets=self.targets,
            store=Store(clock=time.time, changed=lambda _: None),
            around=Surroundings(emulator="e", port=4566, place=Place(host_network=True), start_cap=5.0),
            label=LABEL,
            free_port=lambda: 50000,
            group=lambda _: GROUP,
            missing=lambda reference: "not in ECR" if "gone" in reference else None,
            changed=lambda _: None,
        )
        self.agent = Agent(self.task, self.definitions, tools)

    def run(self, *statuses: str) -> Task:
        """Start the task and wait until it has one of `statuses`."""
        self.agent.start()
        return self.until(*statuses)

    def until(self, *statuses: str) -> Task:
        limit = time.monotonic() + 5
        while self.task.last_status not in statuses:
            assert time.monotonic() < limit, self.task
            time.sleep(0.01)
        return self.task


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agents, "POLL_SECONDS", 0.01)


def test_a_task_is_started_as_its_definition_says(aws: InProcessAws) -> None:
    aws.client("ssm").put_parameter(Name="/p", Value="one", Type="SecureString")
    arn = aws.client("secretsmanager").create_secret(Name="s", SecretString='{"key": "two"}')["ARN"]
    bench = Bench(
        {
            "environment": [{"name": "PORT", "value": "80"}, {"name": "MODE", "value": "x"}],
            "secrets": [{"name": "P", "valueFrom": "/p"}, {"name": "S", "valueFrom": f"{arn}:key::"}],
            "portMappings": [{"containerPort": 80}],
            "memory": 64,
            "readonlyRootFilesystem": True,
            "user": "1000",
            "command": ["serve"],
        }
    )
    bench.run("RUNNING")
    spec = bench.engine.specs["c0"]
    expected = {"PORT": "50000", "HOST": "127.0.0.1", "MODE": "x", "P": "one", "S": "two", "AWS_REGION": "us-east-1"}
    assert expected.items() <= dict(spec.environment).items()
    assert spec.environment["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4566"
    assert (spec.memory, spec.cpu_shares, spec.read_only, spec.tmpfs) == (64 * 1024 * 1024, 256, True, ["/tmp"])
    assert (spec.user, spec.command, spec.labels[LABEL]) == ("1000", ["serve"], "e")
    assert (bench.task.containers[0].image_digest, bench.task.containers[0].ports) == (DIGEST, [(80, 50000)])
    bench.agent.stop()
    bench.until("STOPPED")


@pytest.mark.parametrize("name", ["none", "gone"])
def test_a_missing_image(name: str) -> None:
    bench = Bench({"image": f"127.0.0.1:4566/{name}@{DIGEST}"})
    bench.engine.images[f"127.0.0.1:4566/gone@{DIGEST}"] = Image(id="deleted from ECR, kept by the engine", digest=DIGEST)
    task = bench.run("STOPPED")
    assert task.stop_code == "TaskFailedToStart"
    assert str(task.stopped_reason).startswith("CannotPullContainerError: pull image manifest has been retried 1 time(s)")
    assert task.containers[0].reason == task.stopped_reason
    assert task.failed


@pytest.mark.parametrize(
    ("status", "code", "reason"),
    [
        (Status(running=False, exit_code=3), 3, None),
        (
            Status(running=False, exit_code=137, out_of_memory=True),
            137,
            "OutOfMemoryError: container killed due to memory usage",
        ),
    ],
)
def test_an_essential_container_that_ends(status: Status, code: int, reason: str | None) -> None:
    bench = Bench({})
    bench.engine.exits["img"] = status
    task = bench.run("STOPPED")
    assert (task.stop_code, task.stopped_reason) == ("EssentialContainerExited", "Essential container in task exited")
    assert (task.containers[0].exit_code, task.containers[0].reason) == (code, reason)
    assert bench.engine.removed == ["c0"]


def test_a_container_that_is_not_essential_may_end() -> None:
    bench = Bench({}, {"essential": False, "image": REFERENCE.replace("app", "side")})
    bench.engine.images[bench.definitions[1]["image"]] = Image(id="side", digest=DIGEST)
    bench.engine.exits["side"] = Status(running=False, exit_code=0)
    bench.run("RUNNING")
    time.sleep(0.1)
    assert bench.task.last_status == "RUNNING"
    bench.agent.stop()
    assert bench.until("STOPPED").containers[1].exit_code == 0


def test_containers_start_after_those_that_they_depend_on() -> None:
    bench = Bench({"dependsOn": [{"containerName": "c1", "condition": "HEALTHY"}]}, {"healthCheck": {"command": ["CMD", "x"]}})
    bench.run("RUNNING")
    assert [spec.labels["goldgate.container"] for spec in bench.engine.specs.values()] == ["c1", "c0"]
    bench.agent.stop()
    bench.until("STOPPED")


def test_a_missing_secret_and_a_missing_log_group(aws: InProcessAws) -> None:
    bench = Bench({"secrets": [{"name": "P", "valueFrom": "/nope"}]})
    assert "invalid parameters: /nope" in str(bench.run("STOPPED").stopped_reason)
    logs = {"logDriver": "awslogs", "options": {"awslogs-group": "/none", "awslogs-region": "us-east-1"}}
    other = Bench({"logConfiguration": logs})
    reason = str(other.run("STOPPED").stopped_reason)
    assert reason.startswith("ResourceInitializationError: failed to validate logger args")
    assert "The specified log group does not exist." in reason


def test_output_is_in_the_log_before_the_task_is_stopped(aws: InProcessAws) -> None:
    options = {
        "awslogs-group": "/g",
        "awslogs-region": "us-east-1",
        "awslogs-stream-prefix": "p",
        "awslogs-create-group": "true",
    }
    bench = Bench({"logConfiguration": {"logDriver": "awslogs", "options": options}})
    now = int(time.time() * 1000)
    bench.engine.output = [(now, "first"), (now + 1, "last words")]
    bench.engine.exits["img"] = Status(running=False, exit_code=1)
    bench.run("STOPPED")
    stream = backends.backend("logs").groups["/g"].streams[f"p/c0/{bench.task.id}"]
    assert [event.message for event in stream.events] == ["first", "last words"]


def test_a_stop_drains_then_terminates_then_kills() -> None:
    bench = Bench(
        {"portMappings": [{"containerPort": 80}], "stopTimeout": 1},
        target_groups=[{"targetGroupArn": "tg", "containerName": "c0", "containerPort": 80}],
    )
    bench.engine.stubborn = True
    bench.run("RUNNING")
    bench.targets.checked(bench.targets.all()[0], None)
    request = bench.targets.pick([("tg", 1)])
    assert request is not None
    bench.agent.stop()
    bench.until("DEACTIVATING")
    assert bench.engine.signals == []
    bench.targets.done(request)
    task = bench.until("STOPPED")
    assert bench.engine.signals == [("c0", "SIGTERM"), ("c0", "SIGKILL")]
    assert task.containers[0].exit_code == 137
    assert bench.targets.of_task(task.id) is None


def test_health_checks_decide_the_task_health() -> None:
    bench = Bench({"healthCheck": {"command": ["CMD-SHELL", "exit 0"], "interval": 5, "retries": 2, "startPeriod": 0}})
    bench.run("RUNNING")
    limit = time.monotonic() + 3
    while bench.task.health != "HEALTHY":
        assert time.monotonic() < limit
        time.sleep(0.01)
    bench.agent.stop()
    bench.until("STOPPED")


def test_an_image_check_counts_where_the_definition_has_none() -> None:
    bench = Bench({})
    own = {"Test": ["CMD", "x"], "Interval": 10**9, "Timeout": 10**9, "Retries": 1}
    bench.engine.images[REFERENCE] = Image(id="img", digest=DIGEST, health_check=own)
    bench.run("RUNNING")
    assert bench.task.containers[0].has_check
    bench.agent.stop()
    bench.until("STOPPED")


def test_containers_that_are_there_are_taken_over() -> None:
    bench = Bench({})
    bench.engine.states["old"] = Status(running=True)
    bench.task.containers[0].runtime_id, bench.task.containers[0].last_status = "old", "RUNNING"
    bench.run("RUNNING")
    assert bench.engine.specs == {}
    bench.agent.abandon()
    bench.agent.join(2)
    assert (bench.engine.signals, bench.task.last_status) == ([], "RUNNING")
