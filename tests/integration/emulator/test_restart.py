"""What a second run of the emulator sees of the first one's."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.fakes.ecs_stack import Stack, ask
from tests.fakes.emulator_process import EmulatorProcess
from tests.integration.emulator.conftest import docker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.engine

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


@pytest.fixture
def own(engine: None, tmp_path: Path) -> Iterator[EmulatorProcess]:
    """An emulator of the test's own."""
    process = EmulatorProcess(tmp_path)
    process.start()
    yield process
    process.stop()


def fill(emulator: EmulatorProcess) -> None:
    s3 = emulator.client("s3")
    s3.create_bucket(Bucket="kept")
    s3.put_bucket_versioning(Bucket="kept", VersioningConfiguration={"Status": "Enabled"})
    for body in (b"one", b"two" * 50_000):
        s3.put_object(Bucket="kept", Key="a/ü b", Body=body, Metadata={"some_name": "x"})
    emulator.client("ecr").create_repository(repositoryName="kept", imageTagMutability="IMMUTABLE")
    emulator.client("ssm").put_parameter(Name="/kept", Value="v", Type="SecureString")
    emulator.client("secretsmanager").create_secret(Name="kept", SecretString="{}")
    emulator.client("iam").create_role(RoleName="kept", AssumeRolePolicyDocument=json.dumps(TRUST))
    logs = emulator.client("logs")
    logs.create_log_group(logGroupName="kept")
    logs.create_log_stream(logGroupName="kept", logStreamName="s")
    logs.put_log_events(
        logGroupName="kept", logStreamName="s", logEvents=[{"timestamp": int(time.time() * 1000), "message": "m"}]
    )
    Stack(emulator, "kept").register("nothing")


def seen(emulator: EmulatorProcess) -> dict[str, Any]:
    """Everything that must be the same afterwards."""
    s3 = emulator.client("s3")
    elbv2 = emulator.client("elbv2")
    found: dict[str, Any] = {
        "versions": s3.list_object_versions(Bucket="kept")["Versions"],
        "head": {k: v for k, v in s3.head_object(Bucket="kept", Key="a/ü b").items() if k != "ResponseMetadata"},
        "body": s3.get_object(Bucket="kept", Key="a/ü b")["Body"].read(),
        "repositories": emulator.client("ecr").describe_repositories()["repositories"],
        "parameter": emulator.client("ssm").get_parameter(Name="/kept", WithDecryption=True)["Parameter"],
        "secret": emulator.client("secretsmanager").get_secret_value(SecretId="kept")["VersionId"],
        "role": emulator.client("iam").get_role(RoleName="kept")["Role"],
        "logs": emulator.client("logs").get_log_events(logGroupName="kept", logStreamName="s")["events"],
        "clusters": emulator.client("ecs").list_clusters()["clusterArns"],
        "definition": emulator.client("ecs").describe_task_definition(taskDefinition="kept")["taskDefinition"],
        "balancers": elbv2.describe_load_balancers()["LoadBalancers"],
        "groups": elbv2.describe_target_groups()["TargetGroups"],
        "subnets": emulator.client("ec2").describe_subnets()["Subnets"],
    }
    return found


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_everything_is_there_after_a_restart(own: EmulatorProcess, number: signal.Signals) -> None:
    fill(own)
    before = seen(own)
    time.sleep(1.5 if number == signal.SIGKILL else 0)
    own.stop(number)
    own.start()
    assert seen(own) == before


def test_state_that_cannot_be_read_is_set_aside(own: EmulatorProcess) -> None:
    own.client("s3").create_bucket(Bucket="lost")
    own.stop()
    pickle = own.folder / "state" / "services" / "s3.pickle"
    pickle.write_bytes(pickle.read_bytes()[:-20])
    own.start()
    assert own.client("s3").list_buckets()["Buckets"] == []
    assert len(list((own.folder / "state").glob("unreadable-*/services/s3.pickle"))) == 1
    assert "the saved state cannot be read: starting empty" in own.log


def test_state_of_another_version_is_set_aside(own: EmulatorProcess) -> None:
    own.client("s3").create_bucket(Bucket="old")
    own.stop()
    meta = own.folder / "state" / "state.json"
    meta.write_text(json.dumps({**json.loads(meta.read_text()), "moto": "0.0.1"}))
    own.start()
    assert own.client("s3").list_buckets()["Buckets"] == []
    assert "0.0.1" in own.log


def test_two_emulators_cannot_share_a_state_folder(own: EmulatorProcess) -> None:
    second = EmulatorProcess(own.folder)
    with pytest.raises(AssertionError, match="another emulator holds the state folder"):
        second.start()


def containers(emulator: EmulatorProcess) -> set[str]:
    name = (emulator.folder / "state" / "id").read_text()
    return set(docker("ps", "-aq", "--filter", f"label=goldgate.emulator={name}").split())


def test_tasks_after_an_orderly_end_a_kill_and_with_keep_tasks(own: EmulatorProcess, build: Callable[[str, str], None]) -> None:
    """They are ended and made anew; taken over; left running and taken over."""
    uri = own.client("ecr").create_repository(repositoryName="small")["repository"]["repositoryUri"]
    build("goldgate-restart:v1", "v1")
    name = f"{uri}:v1"
    docker("tag", "goldgate-restart:v1", name)
    stack = Stack(own, "lasting")
    arn = stack.create(stack.register("goldgate-restart:v1"))
    assert stack.wait(arn)["status"] == "SUCCESSFUL"
    first = containers(own)
    assert len(first) == 2

    own.stop(signal.SIGKILL)
    assert containers(own) == first
    own.start()
    assert serves(stack.port)
    assert containers(own) == first

    own.stop()
    assert containers(own) == set()
    registry = own.folder / "state" / "registry" / "config.yml"
    assert subprocess.run(["pgrep", "-f", str(registry)], capture_output=True).returncode == 1
    own.start()
    assert serves(stack.port)
    second = containers(own)
    assert len(second) == 2
    assert not second & first
    assert stack.release(arn)["status"] == "SUCCESSFUL"

    own.stop()
    own.words = (*own.words, "--keep-tasks")
    own.start()
    assert serves(stack.port)
    third = containers(own)
    own.stop()
    assert containers(own) == third
    own.words = own.words[:-1]
    own.start()
    assert serves(stack.port)
    assert containers(own) == third
    docker("rmi", name)


def serves(port: int) -> bool:
    limit = time.monotonic() + 15
    while time.monotonic() < limit:
        if ask(port) == "200 v1":
            return True
        time.sleep(0.1)
    return False
