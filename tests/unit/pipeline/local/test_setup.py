from __future__ import annotations

import gc
import os
from typing import TYPE_CHECKING

import pytest

from goldgate.pipeline import local_state
from goldgate.pipeline.engine import free_port
from goldgate.pipeline.local import setup
from goldgate.pipeline.local.processes import end, is_program, lives, start_detached
from goldgate.pipeline.local_state import LocalState
from tests.fakes.told import Told

from .machine import until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[str], int]]:
    """Start a program whose command line holds a word."""
    pids: list[int] = []

    def begin(word: str) -> int:
        (tmp_path / word).touch()
        pids.append(start_detached(["tail", "-f", word], log=tmp_path / "log", cwd=tmp_path))
        until(lambda: is_program(pids[-1], word))
        return pids[-1]

    yield begin
    for pid in pids:
        if lives(pid):
            end(pid, seconds=1)
    gc.collect()  # docker-py leaves the socket of a failed connection to the collector


def test_down_ends_what_up_started_and_forgets_it(start: Callable[[str], int], tmp_path: Path) -> None:
    emulator, engine = start("emulator"), start("dockerd")
    state = LocalState(port=free_port(), emulator_pid=emulator, engine_pid=engine, base_image="goldgate-base:bookworm")
    local_state.save(tmp_path, state)
    assert setup.down(tmp_path, Told()) == [f"the local AWS (process {emulator})", f"the Docker engine (process {engine})"]
    assert not lives(emulator)
    assert not lives(engine)
    after = local_state.load(tmp_path)
    assert (after.emulator_pid, after.engine_pid, after.base_image) == (0, 0, "goldgate-base:bookworm")
    assert setup.down(tmp_path, Told()) == []


def test_down_leaves_a_process_that_got_an_old_id(start: Callable[[str], int], tmp_path: Path) -> None:
    other = start("another")
    local_state.save(tmp_path, LocalState(emulator_pid=other, engine_pid=other))
    assert setup.down(tmp_path, Told()) == []
    assert lives(other)


def test_down_without_a_state_ends_nothing(start: Callable[[str], int], tmp_path: Path) -> None:
    theirs = start("dockerd")
    assert setup.down(tmp_path, Told()) == []
    assert lives(theirs)
    assert lives(os.getpid())


def test_status_where_nothing_is_up(start: Callable[[str], int], tmp_path: Path) -> None:
    local_state.save(tmp_path, LocalState(port=free_port()))
    found = setup.status(tmp_path)
    endpoint = local_state.load(tmp_path).endpoint
    assert found == {"format": 1, "engine": None, "base_image": None, "endpoint": endpoint, "emulator": None}
