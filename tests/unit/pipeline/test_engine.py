from __future__ import annotations

import gc
import os
import re
import socket
from typing import TYPE_CHECKING, Any

import pytest

from goldgate.pipeline.engine import RUN_LABEL, ContainerSpec, Engine, free_port
from goldgate.pipeline.errors import OutsideError, UsageError
from tests.fakes.engine import FakeContainer, FakeDocker, api_error, dead_process

if TYPE_CHECKING:
    from pathlib import Path

IMAGE = f"sha256:{'1' * 64}"
SPEC = ContainerSpec(image=IMAGE, name="goldgate-finrag-test", port=8080, memory_mb=512, environment={"GOLDGATE_ENV": "local"})


def client() -> FakeDocker:
    fake = FakeDocker()
    fake.images.add({"Id": IMAGE, "Size": 5}, "finrag:9f31c2e")
    return fake


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
def test_no_engine_is_said_with_the_address_that_was_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/docker.sock")
    with pytest.raises(OutsideError, match="no Docker engine answers") as caught:
        Engine.connect()
    assert caught.value.where == f"unix://{tmp_path}/docker.sock"
    assert "goldgate local up" in str(caught.value.next_step)
    del caught
    gc.collect()  # docker-py leaves the socket of a failed connection to the collector


def test_an_image_is_found_by_id_and_name_and_an_absent_one_is_said() -> None:
    engine = client().engine()
    assert engine.image("finrag:9f31c2e")["Size"] == 5
    assert engine.has_image(IMAGE)
    assert not engine.has_image("finrag:other")
    with pytest.raises(UsageError, match="finrag:other is not on this engine"):
        engine.image("finrag:other")


def test_a_container_runs_as_production_would_and_is_removed() -> None:
    fake = client()
    with fake.engine().running(SPEC) as container:
        options = fake.containers.all[0].options
        assert container.alive()
    assert fake.containers.all == []
    assert re.fullmatch(rf"goldgate-finrag-test-{os.getpid()}-[0-9a-f]{{6}}", options["name"])
    assert options["labels"] == {RUN_LABEL: str(os.getpid())}
    assert options["read_only"] is True
    assert (options["mem_limit"], options["memswap_limit"]) == ("512m", "512m")
    assert options["network_mode"] == "host"
    assert options["environment"] == {"GOLDGATE_ENV": "local", "HOST": "127.0.0.1", "PORT": str(container.port)}
    assert container.url == f"http://127.0.0.1:{container.port}"


def test_the_spec_is_left_as_it_was() -> None:
    with client().engine().running(SPEC):
        assert SPEC.environment == {"GOLDGATE_ENV": "local"}


@pytest.mark.parametrize("failure", [ZeroDivisionError, KeyboardInterrupt])
def test_a_container_is_removed_whatever_happens(failure: type[BaseException]) -> None:
    fake = client()
    with pytest.raises(failure), fake.engine().running(SPEC):
        raise failure
    assert fake.containers.made[0].removed


def test_in_a_virtual_machine_the_port_is_published_on_loopback_only() -> None:
    fake = FakeDocker(system="Docker Desktop")
    engine = fake.engine()
    with engine.running(SPEC) as container:
        options = fake.containers.all[0].options
    assert options["ports"] == {"8080/tcp": ("127.0.0.1", container.port)}
    assert options["environment"]["PORT"] == "8080"
    assert "network_mode" not in options
    assert engine.address_for_container("http://127.0.0.1:4566") == "http://host.docker.internal:4566"


def test_on_linux_a_container_reaches_loopback_as_it_is() -> None:
    assert client().engine().address_for_container("http://127.0.0.1:4566") == "http://127.0.0.1:4566"


def test_a_container_that_cannot_be_made_is_said() -> None:
    fake = client()
    fake.containers.create_error = api_error("no space left on device")
    with pytest.raises(OutsideError, match=r"could not start .*: no space left on device"), fake.engine().running(SPEC):
        pytest.fail("it ran")


def test_a_container_that_cannot_be_started_is_said_and_removed() -> None:
    def life(_container: FakeContainer) -> None:
        msg = "exec: not found"
        raise api_error(msg)

    fake = FakeDocker(life)
    with pytest.raises(OutsideError, match=r"could not start .*: exec: not found"), fake.engine().running(SPEC):
        pytest.fail("it ran")
    assert fake.containers.made[0].removed


def test_a_command_runs_to_its_end_with_what_it_is_given() -> None:
    fake = FakeDocker(lambda container: container.exits(3, out="told\n", err="warned\n"))
    done = fake.engine().run(ContainerSpec(image=IMAGE, name="loader", command=["load", "x"], stdin='{"a": 1}'), timeout=5)
    assert (done.code, done.stdout, done.stderr) == (3, "told\n", "warned\n")
    made = fake.containers.made[0]
    assert made.given == b'{"a": 1}'
    assert made.options["entrypoint"] == ["load", "x"]
    assert made.options["stdin_open"]
    assert made.removed


def test_a_command_that_never_ends_is_removed_and_said_with_its_last_words() -> None:
    def life(container: FakeContainer) -> None:
        container.waits_for_ever = True
        container.out = "loading\nstill loading\n"

    fake = FakeDocker(life)
    with pytest.raises(OutsideError, match=r"load x was still running after 5 s") as caught:
        fake.engine().run(ContainerSpec(image=IMAGE, name="loader", command=["load", "x"]), timeout=5)
    assert "still loading" in str(caught.value.next_step)
    assert fake.containers.all == []


def pushing(*events: dict[str, Any]) -> tuple[str, int]:
    fake = client()
    fake.images.get(IMAGE).tag("127.0.0.1:4566/finrag", "t")
    fake.images.events = lambda repository, tag, image: events
    return fake.engine().push("127.0.0.1:4566/finrag", "t", {"username": "AWS", "password": "p"})


def test_a_push_gives_the_digest_and_counts_only_what_travelled() -> None:
    events: list[dict[str, Any]] = [
        {"status": "The push refers to repository"},
        {"id": "a", "status": "Layer already exists"},
        {"id": "b", "status": "Pushing", "progressDetail": {"current": 100, "total": 400}},
        {"id": "b", "status": "Pushing", "progressDetail": {"current": 400, "total": 400}},
        {"id": "c", "status": "Pushing", "progressDetail": {"current": 50}},
        {"id": "c", "status": "Pushed", "progressDetail": {}},
        {"aux": {"Tag": "t", "Digest": "sha256:bb", "Size": 1}},
    ]
    assert pushing(*events) == ("sha256:bb", 450)


@pytest.mark.parametrize(
    ("event", "words"),
    [({"error": "denied: tag is immutable\n"}, "refused the push: denied: tag is immutable."), ({}, "named no digest")],
)
def test_a_push_that_did_not_arrive_is_said(event: dict[str, Any], words: str) -> None:
    with pytest.raises(OutsideError, match=words) as caught:
        pushing(event)
    assert caught.value.where == "127.0.0.1:4566/finrag:t"


LIVE = f"127.0.0.1:4566/finrag@sha256:{'b' * 64}"
AUTH = {"username": "AWS", "password": "p"}


def pulling(*events: dict[str, Any]) -> tuple[FakeDocker, list[int]]:
    fake, arrived = FakeDocker(), list[int]()
    fake.api.held.add(LIVE)
    fake.api.pull_events = list(events)
    fake.engine().pull(LIVE, lambda: AUTH, arrived.append)
    return fake, arrived


def test_an_image_is_pulled_by_its_digest_and_what_arrives_is_counted() -> None:
    fake, arrived = pulling(
        {"status": "Pulling from finrag"},
        {"id": "a", "status": "Downloading", "progressDetail": {"current": 100, "total": 400}},
        {"id": "b", "status": "Downloading", "progressDetail": {"current": 50}},
        {"id": "a", "status": "Downloading", "progressDetail": {"current": 400, "total": 400}},
        {"id": "a", "status": "Pull complete", "progressDetail": {}},
    )
    assert fake.api.pulled == [(LIVE, AUTH)]
    assert arrived == [100, 150, 450]
    assert fake.engine().has_image(LIVE)


def test_what_is_here_already_is_not_pulled_and_nobody_logs_in() -> None:
    fake = FakeDocker()
    fake.images.add({"Id": IMAGE}, LIVE)
    fake.engine().pull(LIVE, lambda: pytest.fail("it logged in"), lambda _: None)
    assert fake.api.pulled == []


def test_an_image_that_does_not_arrive_is_said() -> None:
    with pytest.raises(OutsideError, match=r"did not give the image: denied: token expired\.") as denied:
        pulling({"error": "denied: token expired\n"})
    with pytest.raises(OutsideError, match=r"could not pull: manifest for .* not found\.") as absent:
        FakeDocker().engine().pull(LIVE, lambda: AUTH, lambda _: None)
    assert denied.value.where == absent.value.where == LIVE


def test_only_what_dead_processes_left_behind_is_removed() -> None:
    fake = client()
    for pid in (dead_process(), os.getpid()):
        fake.containers.create(name=f"goldgate-{pid}", labels={RUN_LABEL: str(pid)}, environment={})
    fake.containers.create(name="theirs", labels={}, environment={})
    assert fake.engine().remove_left_behind() == 1
    assert [one.name for one in fake.containers.all] == [f"goldgate-{os.getpid()}", "theirs"]


def test_images_are_removed_by_their_repository_whatever_registry_stands_before_it() -> None:
    fake = FakeDocker()
    names = ["finrag:a", "127.0.0.1:4566/finrag:b", "other:finrag", "127.0.0.1:4566/myfinrag:c"]
    for number, name in enumerate(names):
        fake.images.add({"Id": f"sha256:{number}"}, name)
    fake.images.add({"Id": "sha256:none"})
    assert fake.engine().remove_images(["finrag"]) == 2
    assert [image.tags for image in fake.images.all] == [["other:finrag"], ["127.0.0.1:4566/myfinrag:c"], []]


def test_what_a_container_tells() -> None:
    def life(container: FakeContainer) -> None:
        container.out = "one\ntwo\nthree\n"
        container.memory_bytes = 300 * 2**20
        container.answers["id"] = (0, " 10001\n")
        container.stop_code = 143

    with FakeDocker(life).engine().running(SPEC) as container:
        assert container.tail(2) == "two\nthree"
        assert container.memory_mb() == 300.0
        assert container.exec(["id", "-u"]) == (0, "10001")
        assert container.exec(["nothing"]) == (1, "")
        assert container.stop(5) == 143
        assert not container.alive()


def test_a_free_port_can_be_bound() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", free_port()))
