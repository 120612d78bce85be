from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from goldgate.pipeline.aws import Aws
from goldgate.pipeline.context import Stopwatch, sha256_of, utc_now
from goldgate.pipeline.errors import UsageError
from tests.fakes.engine import FakeDocker

from .config.files import COMPLETE, changed
from .world import World

if TYPE_CHECKING:
    from pathlib import Path


def test_a_container_is_started_as_the_task_would_be(tmp_path: Path) -> None:
    world = World(
        tmp_path, changed("      memory: 512\n", "      memory: 512\n      environment: {GOLDGATE_ENV: local, A: b}\n")
    )
    spec = world.context().container("sha256:1", "evaluate", port=8080, environment={"A": "c"})
    assert (spec.image, spec.name, spec.port, spec.memory_mb) == ("sha256:1", "goldgate-finrag-evaluate", 8080, 512)
    assert spec.read_only
    assert (spec.environment["GOLDGATE_ENV"], spec.environment["A"]) == ("local", "c")
    assert spec.environment["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4566"


def test_in_a_virtual_machine_the_local_aws_has_another_address(tmp_path: Path) -> None:
    context = World(tmp_path).context(engine=FakeDocker(system="Docker Desktop").engine())
    assert context.container("x", "y").environment["AWS_ENDPOINT_URL"] == "http://host.docker.internal:4566"


def test_against_aws_a_container_gets_no_endpoint(tmp_path: Path) -> None:
    aws = Aws("us-east-1", is_emulator=True)
    assert "AWS_ENDPOINT_URL" not in World(tmp_path).context(aws=aws).container("x", "y").environment


def test_without_a_bucket_there_is_no_ledger(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"needs `publish\.bucket`") as caught:
        World(tmp_path).context().ledger()
    assert "services.finrag" in str(caught.value.where)


def test_the_ledger_is_that_of_service_and_environment(tmp_path: Path) -> None:
    text = COMPLETE.replace("    deploy:\n", "    publish: {bucket: reports, prefix: p}\n    deploy:\n")
    assert World(tmp_path, text).context().ledger().address("x") == "s3://reports/p/x"


def test_moments_are_utc_to_the_second() -> None:
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", utc_now())


def test_a_stopwatch_only_goes_forward() -> None:
    watch = Stopwatch()
    first = watch.seconds
    assert 0 <= first <= watch.seconds < 5
    assert round(first, 2) == first


def test_equal_values_have_equal_hashes_whatever_their_order() -> None:
    assert sha256_of({"a": 1, "b": [1, 2]}) == sha256_of({"b": [1, 2], "a": 1})
    assert sha256_of({"a": 1, "b": [1, 2]}) != sha256_of({"a": 1, "b": [2, 1]})
