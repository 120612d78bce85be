"""What only sockets show: races for one key, resets, pushes and pulls."""

from __future__ import annotations

import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from tests.integration.emulator.conftest import docker

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.emulator_process import EmulatorProcess

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def s3(emulator: EmulatorProcess) -> Any:
    client = emulator.client("s3", attempts=0)
    client.create_bucket(Bucket="wire")
    return client


def won(call: Callable[[], object]) -> bool:
    try:
        call()
    except ClientError as error:
        if error.response["Error"]["Code"] != "PreconditionFailed":
            raise
        return False
    return True


def test_one_of_many_wins_a_conditional_write(s3: Any) -> None:
    def create(number: int) -> bool:
        return won(lambda: s3.put_object(Bucket="wire", Key="first", Body=str(number), IfNoneMatch="*"))

    def copy(_: int) -> bool:
        source = {"Bucket": "wire", "Key": "first"}
        return won(lambda: s3.copy_object(Bucket="wire", Key="copy", CopySource=source, IfNoneMatch="*"))

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(create, range(24))) == 1
        assert sum(pool.map(copy, range(24))) == 1
        etag = s3.head_object(Bucket="wire", Key="first")["ETag"]
        swaps = pool.map(
            lambda n: won(lambda: s3.put_object(Bucket="wire", Key="first", Body=f"swap {n}", IfMatch=etag)), range(24)
        )
        assert sum(swaps) == 1


def test_a_large_object_goes_through_whole_and_in_ranges(s3: Any) -> None:
    body = bytes(range(256)) * 40_000
    s3.put_object(Bucket="wire", Key="large", Body=body)
    assert s3.get_object(Bucket="wire", Key="large")["Body"].read() == body
    part = s3.get_object(Bucket="wire", Key="large", Range="bytes=1000-1999")
    assert (part["Body"].read(), part["ContentRange"]) == (body[1000:2000], f"bytes 1000-1999/{len(body)}")


def test_a_connection_is_cut_on_demand(s3: Any, emulator: EmulatorProcess) -> None:
    emulator.page(
        "POST", "faults", {"kind": "reset", "service": "s3", "operation": "PutObject", "key": "wire/cut*", "count": 1}
    )
    with pytest.raises(ConnectionClosedError):
        s3.put_object(Bucket="wire", Key="cut", Body=b"x")
    s3.put_object(Bucket="wire", Key="cut", Body=b"x")
    assert emulator.page("GET", "faults")["faults"][0]["hits"] == 1
    assert emulator.page("DELETE", "faults") == {"faults": []}


def test_a_push_can_be_pulled_by_digest_and_the_second_push_is_quick(
    emulator: EmulatorProcess, digests: dict[str, str], build: Callable[[str, str], None]
) -> None:
    name = f"127.0.0.1:{emulator.port}/tiny"
    build(f"{name}:again", "again")
    started = time.monotonic()
    docker("push", f"{name}:again")
    assert time.monotonic() - started < 5
    image = emulator.client("ecr").describe_images(repositoryName="tiny", imageIds=[{"imageTag": "again"}])["imageDetails"][0]
    pushed = docker("image", "inspect", "--format", "{{json .RepoDigests}}", f"{name}:again")
    assert f"{name}@{image['imageDigest']}" in pushed
    docker("rmi", f"{name}:again")
    reference = f"{name}@{image['imageDigest']}"
    docker("pull", reference)
    assert docker("run", "--rm", reference, "cat", "/mode") == "again"
    docker("rmi", reference)


def test_a_push_to_an_unknown_repository_says_what_to_do(emulator: EmulatorProcess, build: Callable[[str, str], None]) -> None:
    name = f"127.0.0.1:{emulator.port}/nobody:v1"
    build(name, "v1")
    done = subprocess.run(["docker", "push", name], capture_output=True, text=True)
    assert done.returncode != 0
    assert "aws ecr create-repository --repository-name nobody" in done.stdout + done.stderr


def test_an_immutable_tag_cannot_be_overwritten(
    emulator: EmulatorProcess, digests: dict[str, str], build: Callable[[str, str], None]
) -> None:
    ecr = emulator.client("ecr")
    ecr.put_image_tag_mutability(repositoryName="tiny", imageTagMutability="IMMUTABLE")
    name = f"127.0.0.1:{emulator.port}/tiny:v1"
    build(name, "another")
    done = subprocess.run(["docker", "push", name], capture_output=True, text=True)
    ecr.put_image_tag_mutability(repositoryName="tiny", imageTagMutability="MUTABLE")
    assert (done.returncode != 0, "immutable" in done.stdout + done.stderr) == (True, True)
    found = ecr.describe_images(repositoryName="tiny", imageIds=[{"imageTag": "v1"}])["imageDetails"][0]
    assert found["imageDigest"] == digests["v1"]


def test_it_listens_on_loopback_only(emulator: EmulatorProcess) -> None:
    found = subprocess.run(["ss", "-Hltn"], capture_output=True, text=True)
    if found.returncode != 0:
        pytest.skip("ss is not installed")
    addresses = [line.split()[3] for line in found.stdout.splitlines()]
    assert [one for one in addresses if one.endswith(f":{emulator.port}")] == [f"127.0.0.1:{emulator.port}"]
