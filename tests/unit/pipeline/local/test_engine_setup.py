from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest

from goldgate.pipeline.errors import OutsideError
from goldgate.pipeline.local.engine_setup import (
    HOW_TO_GET_DOCKER,
    ensure_builder,
    ensure_engine,
    ensure_packages,
    ensure_registry,
    find_program,
    may_install,
)
from tests.fakes.told import Told

from .machine import DEBIAN, Machine

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(tmp_path, monkeypatch)


@pytest.mark.parametrize(
    ("release", "uid", "apt", "may"),
    [
        (DEBIAN, 0, True, True),
        ({"ID": "ubuntu", "ID_LIKE": "debian"}, 0, True, True),
        ({"ID": "linuxmint", "ID_LIKE": "ubuntu debian"}, 0, True, True),
        (DEBIAN, 1000, True, False),
        (DEBIAN, 0, False, False),
        ({"ID": "fedora"}, 0, True, False),
        ({}, 0, True, False),
        (None, 0, True, False),
    ],
)
def test_packages_are_installed_only_as_root_on_debian(
    machine: Machine, release: dict[str, str] | None, uid: int, *, apt: bool, may: bool
) -> None:
    machine.system(release)
    machine.user(uid)
    if apt:
        machine.program("apt-get")
    assert may_install() is may


def test_what_is_there_is_not_installed(machine: Machine) -> None:
    machine.program("apt-get")
    machine.program("a-registry")
    told = Told()
    ensure_packages({"a-registry": "a-package"}, told)
    assert (machine.calls, told.steps) == ([], [])


def test_what_is_missing_is_installed_by_its_package_once(machine: Machine) -> None:
    machine.program("apt-get")
    told = Told()
    ensure_packages({"no-such-a": "package-b", "no-such-b": "package-b", "no-such-c": "package-a"}, told)
    assert machine.calls == [
        "apt-get -o DPkg::Lock::Timeout=120 update",
        "apt-get -o DPkg::Lock::Timeout=120 install -y --no-install-recommends package-a package-b",
    ]
    assert told.steps == ["installing package-a, package-b"]


@pytest.mark.parametrize(
    ("programs", "words"),
    [({"no-such-a": "p"}, "p is not installed."), ({"no-such-a": "p", "no-such-b": "q"}, "p, q are not installed.")],
)
def test_where_nothing_may_be_installed_the_command_is_named(machine: Machine, programs: dict[str, str], words: str) -> None:
    machine.program("apt-get")
    machine.user(1000)
    with pytest.raises(OutsideError) as caught:
        ensure_packages(programs, Told())
    assert caught.value.what == words
    assert f"sudo apt-get install {' '.join(programs.values())}" in str(caught.value.next_step)
    assert machine.calls == []


def test_a_failing_apt_is_said_in_its_own_words(machine: Machine) -> None:
    machine.program("apt-get", code=100, error="W: one\\nE: two\\nE: no network\\n")
    with pytest.raises(OutsideError, match="apt-get update failed: E: two E: no network"):
        ensure_packages({"no-such-a": "package-a"}, Told())


def test_administrators_programs_are_found_too(machine: Machine) -> None:
    assert find_program("ldconfig") is not None
    assert find_program("no-such-a") is None


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
@pytest.mark.parametrize("uid", [0, 1000])
def test_without_an_engine_it_says_how_to_get_one(machine: Machine, tmp_path: Path, uid: int) -> None:
    """As root too where DOCKER_HOST names an engine: another one would not be the one that was asked for."""
    machine.program("apt-get")
    machine.program("dockerd")
    machine.user(uid)
    with pytest.raises(OutsideError, match="no Docker engine answers") as caught:
        ensure_engine(tmp_path, Told())
    assert caught.value.next_step == HOW_TO_GET_DOCKER
    assert machine.calls == []
    del caught
    gc.collect()  # docker-py leaves the socket of a failed connection to the collector


def test_a_docker_command_without_buildkit_is_mended_by_its_package(machine: Machine) -> None:
    machine.program("apt-get")
    with pytest.raises(OutsideError, match="no docker command is on PATH"):
        ensure_builder(Told())
    assert machine.calls[-1].endswith("install -y --no-install-recommends docker-buildx")


def test_without_the_right_to_install_a_missing_builder_is_said(machine: Machine) -> None:
    machine.user(1000)
    with pytest.raises(OutsideError, match="no docker command is on PATH"):
        ensure_builder(Told())
    assert machine.calls == []


def test_the_registry_is_installed_once(machine: Machine) -> None:
    machine.program("apt-get")
    ensure_registry(Told())
    assert machine.calls[-1].endswith("install -y --no-install-recommends docker-registry")
    machine.program("docker-registry")
    before = list(machine.calls)
    ensure_registry(Told())
    assert machine.calls == before
