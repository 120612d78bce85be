from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from goldgate.pipeline.errors import GateFailed, UsageError
from goldgate.pipeline.stages import contract
from tests.fakes import small_server
from tests.fakes.saved_image import saved
from tests.unit.pipeline.config.files import changed
from tests.unit.pipeline.makers import contract_record, image_record
from tests.unit.pipeline.whole import inspected
from tests.unit.pipeline.world import World

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from goldgate.pipeline.records import ContractRecord
    from tests.fakes.engine import FakeContainer

TEXT = changed(
    "    port: 8080\n",
    "    port: 8080\n"
    "    start: {timeout_seconds: 1, stop_grace_seconds: 5}\n"
    "    contract: {smoke: smoke, loader: {command: [python, -m, load], event: event.json}}\n",
)
NAMES = [
    "platform linux/amd64",
    "runs as a user that is not root",
    "has a health check",
    "carries OCI labels",
    "no credentials in its environment",
    "no credentials in its history",
    "no credentials in its layers",
    "loads its data alone",
    "becomes healthy",
    "smoke: a question",
    "its process is not root",
    "works on a read-only root",
    "stays within its memory",
    "stops when asked",
]
LOADED = '{"cold_ms": 2400, "warm_ms": 30, "rows": {"sentences": 15000}}\n'


def world_of(root: Path, life: Callable[[FakeContainer], None] | None = None) -> World:
    """A good image whose containers live `life`."""
    world = World(root, TEXT)
    (root / "smoke").mkdir()
    event = {"name": "a question", "request": {"path": "/query", "json": {"question": "Q"}}, "expect": {"keys": ["answer"]}}
    (root / "smoke" / "10.json").write_text(json.dumps(event))
    (root / "event.json").write_text('{"bucket": "finrag-data"}')
    image_id = image_record().image_id
    world.docker.images.add(inspected(image_id), layers=saved({"app/main.py": b"x"}))
    world.docker.api.steps = [{"CreatedBy": "COPY service ./service"}]
    world.docker.life = life or good
    return world


def good(container: FakeContainer) -> None:
    """A container that does all that it should."""
    if container.options["entrypoint"]:
        container.exits(0, out=LOADED)
        return
    container.answers |= {"cat": (0, "Uid:\t10001\t10001\n"), "touch": (1, "Read-only file system")}

    def answer(method: str, _path: str, _body: bytes) -> tuple[int, Any]:
        return 200, {"answer": "yes"} if method == "POST" else {}

    _, stop = small_server.start(answer, int(container.environment["PORT"]))
    container.at_end.append(stop)


def checked(root: Path, life: Callable[[FakeContainer], None] | None = None) -> ContractRecord:
    world = world_of(root, life)
    record = contract.run(world.context(), image_record())
    assert world.docker.containers.all == []
    return record


def broken(record: ContractRecord) -> dict[str, str]:
    return {check["name"]: check["detail"] for check in record.checks if not check["ok"]}


def test_a_good_image_holds_its_whole_contract(tmp_path: Path) -> None:
    record = checked(tmp_path)
    assert [check["name"] for check in record.checks] == NAMES
    assert broken(record) == {}
    assert record.passed
    contract.raise_if_failed(record)


def test_it_is_started_as_production_would_start_it(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    contract.run(world.context(), image_record())
    loader, service = (container.options for container in world.docker.containers.made)
    assert loader["entrypoint"] == ["python", "-m", "load"]
    assert world.docker.containers.made[0].given == b'{"bucket": "finrag-data"}'
    for options in (loader, service):
        assert (options["read_only"], options["mem_limit"]) == (True, "512m")
        assert options["environment"]["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4566"
        assert options["environment"]["AWS_ACCESS_KEY_ID"] == "local"


def test_one_broken_check_does_not_keep_the_others_from_running(tmp_path: Path) -> None:
    def life(container: FakeContainer) -> None:
        if container.options["entrypoint"]:
            container.exits(1, err="OSError: no bucket\n")
            return
        good(container)
        container.answers["cat"] = (0, "Uid:\t0\t0\n")
        container.memory_bytes = 600 * 2**20
        container.stop_code = 137

    record = checked(tmp_path, life)
    assert len(record.checks) == len(NAMES)
    assert not record.passed
    assert broken(record) == {
        "loads its data alone": "exit code 1: OSError: no bucket",
        "its process is not root": "uid 0",
        "stays within its memory": "600 of 512 MB",
        "stops when asked": "had to be killed after 5 s",
    }


def test_one_that_never_gets_healthy_is_asked_nothing_more(tmp_path: Path) -> None:
    def life(container: FakeContainer) -> None:
        container.exits(0 if container.options["entrypoint"] else 3, out=LOADED, err="no such model\n")

    record = checked(tmp_path, life)
    assert [check["name"] for check in record.checks] == NAMES[:9]
    assert list(broken(record)) == ["becomes healthy"]
    assert "exited with code 3" in broken(record)["becomes healthy"]
    assert "no such model" in broken(record)["becomes healthy"]


def test_without_smoke_events_and_loader_the_rest_is_checked(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    plain = World(tmp_path)
    plain.docker = world.docker
    record = contract.run(plain.context(), image_record())
    assert [check["name"] for check in record.checks] == [name for name in NAMES if name not in {NAMES[7], NAMES[9]}]


def test_smoke_events_that_cannot_be_read_are_an_error_of_the_project(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    (tmp_path / "smoke" / "10.json").write_text("{half")
    with pytest.raises(UsageError, match="is no smoke event"):
        contract.run(world.context(), image_record())
    assert world.docker.containers.all == []


def test_a_broken_contract_ends_the_chain_and_names_every_check() -> None:
    checks = [
        {"name": "becomes healthy", "ok": True, "seconds": 0.1, "detail": ""},
        {"name": "stops when asked", "ok": False, "seconds": 5.0, "detail": "had to be killed after 5 s"},
        {"name": "at most 450 MB", "ok": False, "seconds": 0.0, "detail": "512.0 MB"},
    ]
    with pytest.raises(GateFailed) as caught:
        contract.raise_if_failed(contract_record(passed=False, checks=checks))
    assert caught.value.exit_code == 1
    assert caught.value.what.splitlines() == [
        "2 of 3 contract checks did not hold:",
        "  stops when asked: had to be killed after 5 s",
        "  at most 450 MB: 512.0 MB",
    ]
