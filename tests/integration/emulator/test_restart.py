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
    from collections.abc import Iterator

pytestmark = pytest.mark.engine

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


@pytest.fixture(scope="module")
def own(engine: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmulatorProcess]:
    """An emulator of these tests' own; each leaves it running."""
    process = EmulatorProcess(tmp_path_factory.mktemp("own"))
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


def test_everything_is_there_after_a_restart_and_after_a_kill(own: EmulatorProcess) -> None:
    fill(own)
    before = seen(own)
    own.stop()
    own.start()
    assert seen(own) == before
    own.client("s3").put_object(Bucket="kept", Key="late", Body=b"x")
    time.sleep(1.5)
    own.stop(signal.SIGKILL)
    own.start()
    assert own.client("s3").get_object(Bucket="kept", Key="late")["Body"].read() == b"x"
    own.client("s3").delete_object(Bucket="kept", Key="late")
    assert {**seen(own), "versions": None} == {**before, "versions": None}


def test_state_that_cannot_be_read_is_set_aside(own: EmulatorProcess) -> None:
    own.client("s3").create_bucket(Bucket="lost")
    own.stop()
    pickle = own.folder / "state" / "services" / "s3.pickle"
    pickle.write_bytes(pickle.read_bytes()[:-20])
    own.start()
    assert own.client("s3").list_buckets()["Buckets"] == []
    assert len(list((own.folder / "state").glob("unreadable-*/services/s3.pickle"))) == 1
    assert "the saved state cannot be read: starting empty" in own.log


def test_two_emulators_cannot_share_a_state_folder(own: EmulatorProcess) -> None:
    second = EmulatorProcess(own.folder)
    with pytest.raises(AssertionError, match="another emulator holds the state folder"):
        second.start()


def containers(emulator: EmulatorProcess) -> set[str]:
    name = (emulator.folder / "state" / "id").read_text()
    return set(docker("ps", "-aq", "--filter", f"label=goldgate.emulator={name}").split())


def test_tasks_through_a_kill_an_orderly_end_and_keep_tasks(emulator: EmulatorProcess, digests: dict[str, str]) -> None:
    """They are taken over; ended and made anew; left running and taken over."""
    stack = Stack(emulator, "lasting")
    arn = stack.create(stack.register(f"127.0.0.1:{emulator.port}/tiny@{digests['v1']}"))
    assert stack.wait(arn)["status"] == "SUCCESSFUL"
    time.sleep(1.5)
    first = containers(emulator)

    emulator.stop(signal.SIGKILL)
    assert containers(emulator) == first
    emulator.start()
    assert serves(stack.port)
    assert containers(emulator) == first

    emulator.stop()
    assert containers(emulator) == set()
    registry = emulator.folder / "state" / "registry" / "config.yml"
    assert subprocess.run(["pgrep", "-f", str(registry)], capture_output=True).returncode == 1
    words, emulator.words = emulator.words, (*emulator.words, "--keep-tasks")
    emulator.start()
    assert serves(stack.port)
    second = containers(emulator)
    assert not second & first
    assert stack.release(arn)["status"] == "SUCCESSFUL"
    assert {task["containers"][0]["imageDigest"] for task in stack.tasks()} == {digests["v1"]}

    emulator.stop()
    assert containers(emulator) >= second
    emulator.words = words
    emulator.start()
    assert serves(stack.port)
    assert containers(emulator) >= second
    stack.ecs.delete_service(cluster=stack.name, service=stack.name, force=True)
    stack.ecs.get_waiter("services_inactive").wait(
        cluster=stack.name, services=[stack.name], WaiterConfig={"Delay": 1, "MaxAttempts": 20}
    )


def serves(port: int) -> bool:
    limit = time.monotonic() + 15
    while time.monotonic() < limit:
        if ask(port) == "200 v1":
            return True
        time.sleep(0.1)
    return False
