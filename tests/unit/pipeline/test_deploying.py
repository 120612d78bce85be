from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from goldgate.pipeline.aws import Aws
from goldgate.pipeline.deploying import enter, job_of, local_url, status_of
from goldgate.pipeline.engine import free_port
from tests.fakes.elbv2 import FakeElbv2
from tests.fakes.small_server import serving

from .config.files import COMPLETE
from .makers import DIGEST, evaluation_record, image_record, push_record, release_record
from .world import World

if TYPE_CHECKING:
    from pathlib import Path

TEXT = (
    COMPLETE.replace("    deploy:\n", "    publish: {bucket: reports}\n    deploy:\n")
    + "      load_balancer: {target_group: finrag}\n"
)


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path, TEXT)
    made.clients |= {"ecs": object(), "logs": object(), "elbv2": FakeElbv2(port=4666)}
    return made


@pytest.mark.parametrize("status", [200, 204, 404, 503])
def test_the_status_of_an_address(status: int) -> None:
    asked: list[str] = []

    def answer(method: str, path: str, _body: bytes) -> tuple[int, bytes]:
        asked.append(f"{method} {path}")
        return status, b""

    with serving(answer) as url:
        assert status_of(f"{url}/healthz") == status
        assert status_of(url) == status
    assert asked == ["GET /healthz", "GET /"]


def test_where_nothing_answers_the_status_is_nought() -> None:
    assert status_of(f"http://127.0.0.1:{free_port()}/healthz") == 0


def test_the_local_address_is_the_listeners_port_on_loopback() -> None:
    assert local_url({"DNSName": "x.elb.amazonaws.com"}, {"Port": 4666, "Protocol": "HTTP"}) == "http://127.0.0.1:4666"


@pytest.mark.parametrize(
    ("local", "url"), [(True, "http://127.0.0.1:4666"), (False, "http://finrag-1.us-east-1.elb.amazonaws.com:4666")]
)
def test_users_reach_the_load_balancer(world: World, url: str, *, local: bool) -> None:
    aws = world.aws if local else on_aws(world)
    assert job_of(world.context(aws=aws)).url() == url


def on_aws(world: World) -> Aws:
    return Aws("us-east-1", _made=dict(world.clients))


def test_without_a_load_balancer_there_is_no_address(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.clients |= {"ecs": object(), "logs": object(), "elbv2": FakeElbv2()}
    assert job_of(world.context()).url() is None


def test_aws_is_asked_less_often_than_the_emulator(world: World) -> None:
    assert job_of(world.context()).outside.poll_seconds == 0.5
    assert job_of(world.context(aws=on_aws(world))).outside.poll_seconds == 10.0


def test_the_wanted_state_is_the_configurations_with_the_image_by_digest(world: World) -> None:
    settings = job_of(world.context()).settings(f"repository@{DIGEST}")
    assert (settings.image, settings.digest) == (f"repository@{DIGEST}", DIGEST)
    assert (settings.name, settings.cpu, settings.memory, settings.target_group) == ("finrag", 256, 512, "finrag")


def entered(world: World) -> tuple[World, str]:
    """A proven release in the ledger; its etag."""
    context = world.context()
    context.folder.write(evaluation_record())
    (context.folder.folder / "cases.parquet").write_bytes(b"PAR1")
    ledger = context.ledger()
    entry = enter(context, ledger, image_record(), push_record(), release_record(), ledger.current())
    assert entry.etag is not None
    return world, entry.etag


def test_a_proven_release_is_entered_whole(world: World) -> None:
    entered(world)
    ledger = world.context().ledger()
    current = ledger.current()
    assert current is not None
    assert (current.digest, current.run_id, current.verdict, current.author) == (
        DIGEST,
        world.context().folder.run_id,
        "pass",
        "A. Tester",
    )
    assert current.gold_sha == "ab" * 32
    assert ledger.get_record(current.evaluation) == evaluation_record().to_json()
    assert (ledger.download_cases(current, world.root / "rows") or world.root).read_bytes() == b"PAR1"


def test_the_same_release_again_is_entered_once(world: World) -> None:
    entered(world)
    puts = list(world.s3.puts)
    _, etag = entered(world)
    assert world.s3.puts == puts
    assert len(world.context().ledger().history()) == 1
    current = world.context().ledger().current()
    assert current is not None
    assert current.etag == etag


def test_the_entry_keeps_what_the_next_run_compares_its_image_with(world: World) -> None:
    entered(world)
    current = world.context().ledger().current()
    assert current is not None
    assert current.facts == {
        "size_bytes": 212_600_000,
        "layers": ["sha256:aa", "sha256:bb"],
        "base_image": None,
        "base_digest": None,
        "data": {},
    }
