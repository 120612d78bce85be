from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import requests

from goldgate.pipeline.errors import OutsideError
from goldgate.pipeline.local.base_image import STAND_IN, WANTED, ensure_base_image
from tests.fakes.engine import FakeDocker, api_error
from tests.fakes.told import Told

from .machine import Machine

if TYPE_CHECKING:
    from pathlib import Path

REFUSALS = [api_error("toomanyrequests: You have reached your pull rate limit"), requests.exceptions.ReadTimeout("timed out")]


@pytest.fixture
def docker() -> FakeDocker:
    return FakeDocker()


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(tmp_path, monkeypatch)


@pytest.mark.parametrize(("there", "used"), [([WANTED], None), ([STAND_IN], STAND_IN), ([STAND_IN, WANTED], None)])
def test_what_is_there_is_used_and_nothing_is_pulled(docker: FakeDocker, there: list[str], used: str | None) -> None:
    for number, name in enumerate(there):
        docker.images.add({"Id": f"sha256:{number}"}, name)
    told = Told()
    assert ensure_base_image(docker.engine(), told) == used
    assert docker.images.pulled == told.steps == []


def test_it_is_pulled_for_the_platform_of_the_tasks(docker: FakeDocker) -> None:
    assert ensure_base_image(docker.engine(), Told()) is None
    assert docker.images.pulled == [f"{WANTED} linux/amd64"]


@pytest.mark.parametrize(("refusal", "words"), [(REFUSALS[0], "toomanyrequests"), (REFUSALS[1], "timed out")])
def test_where_it_can_neither_be_pulled_nor_made_the_refusal_is_told(
    docker: FakeDocker, machine: Machine, refusal: Exception, words: str
) -> None:
    docker.images.pull_error = refusal
    machine.user(1000)
    with pytest.raises(OutsideError, match=rf"{WANTED} could not be pulled: {words}") as caught:
        ensure_base_image(docker.engine(), Told())
    assert caught.value.exit_code == 3
    assert "load that image by hand" in str(caught.value.next_step)


def test_as_root_a_stand_in_is_made_and_imported(docker: FakeDocker, machine: Machine) -> None:
    docker.images.pull_error = REFUSALS[0]
    for name in ("apt-get", "debootstrap"):
        machine.program(name)
    (machine.folder / "tar").write_text("#!/bin/sh\necho tar\n")
    (machine.folder / "tar").chmod(0o755)
    told = Told()
    assert ensure_base_image(docker.engine(), told) == STAND_IN
    assert docker.api.imported == [("goldgate-base", "bookworm")]
    (call,) = machine.calls
    assert call.startswith("debootstrap --variant=minbase --include=python3,")
    assert any("about a minute" in step for step in told.steps)


@pytest.mark.parametrize("part", ["debootstrap", "engine"])
def test_a_stand_in_that_cannot_be_made_is_said(docker: FakeDocker, machine: Machine, part: str) -> None:
    docker.images.pull_error = REFUSALS[0]
    docker.api.import_answer = '{"error":"no space left"}' if part == "engine" else ""
    machine.program("apt-get")
    machine.program("debootstrap", code=0 if part == "engine" else 1, error="E: no mirror answers\\n")
    (machine.folder / "tar").write_text("#!/bin/sh\necho tar\n")
    (machine.folder / "tar").chmod(0o755)
    words = "no space left" if part == "engine" else "debootstrap failed: E: no mirror answers"
    with pytest.raises(OutsideError, match=words):
        ensure_base_image(docker.engine(), Told())
