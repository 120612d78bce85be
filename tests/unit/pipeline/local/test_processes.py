from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest

from goldgate.pipeline.errors import OutsideError
from goldgate.pipeline.local.processes import end, is_program, lives, start_detached, wait_until
from tests.fakes.engine import dead_process

from .machine import until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., int]]:
    """Start a shell script; whatever of it still lives at the end of the test is killed."""
    pids: list[int] = []

    def begin(script: str) -> int:
        pids.append(start_detached(["sh", "-c", script], log=tmp_path / "logs" / "program.log"))
        return pids[-1]

    yield begin
    for pid in pids:
        if lives(pid):
            os.kill(pid, signal.SIGKILL)
            until(lambda pid=pid: not lives(pid))  # type: ignore[misc]


def test_a_program_lives_in_a_session_of_its_own_until_it_is_ended(start: Callable[..., int]) -> None:
    pid = start("exec sleep 60")
    assert lives(pid)
    assert os.getsid(pid) == pid
    assert end(pid, seconds=5)
    assert not lives(pid)


def test_its_output_is_appended_to_the_log(start: Callable[..., int], tmp_path: Path) -> None:
    log = tmp_path / "logs" / "program.log"
    for word in ("one", "two"):
        pid = start(f"echo {word}; echo warned >&2")
        until(lambda pid=pid: not lives(pid))  # type: ignore[misc]
    assert log.read_text() == "one\nwarned\ntwo\nwarned\n"


def test_its_environment_and_folder_are_the_ones_handed_in(tmp_path: Path) -> None:
    log = tmp_path / "log"
    pid = start_detached(["/bin/sh", "-c", "pwd; echo $A$HOME"], log=log, cwd=tmp_path, environment={"A": "x"})
    until(lambda: not lives(pid))
    assert log.read_text() == f"{tmp_path}\nx\n"


def test_one_that_ignores_sigterm_is_killed(start: Callable[..., int], tmp_path: Path) -> None:
    pid = start("trap '' TERM; echo ready; while :; do sleep 0.05; done")
    until(lambda: "ready" in (tmp_path / "logs" / "program.log").read_text())
    assert not end(pid, seconds=0.3)
    until(lambda: not lives(pid))


def test_ending_what_is_gone_is_no_error() -> None:
    assert end(dead_process(), seconds=1)


def test_what_is_gone_does_not_live() -> None:
    assert not lives(dead_process())
    assert lives(os.getpid())


def test_a_process_is_ours_only_while_it_is_that_program(start: Callable[..., int]) -> None:
    pid = start("exec sleep 60")
    until(lambda: is_program(pid, "sleep"))
    assert not is_program(pid, "dockerd")
    assert not is_program(0, "sleep")
    end(pid, seconds=5)
    assert not is_program(pid, "sleep")


def test_waiting_ends_when_it_is_ready(start: Callable[..., int], tmp_path: Path) -> None:
    pid = start("exec sleep 60")
    asked: list[bool] = [False, True]
    wait_until(lambda: asked.pop(0), pid=pid, what="it", log=tmp_path / "log", seconds=5)
    assert asked == []
    assert lives(pid)


def test_a_program_that_ends_is_said_with_the_end_of_its_log(start: Callable[..., int], tmp_path: Path) -> None:
    log = tmp_path / "logs" / "program.log"
    pid = start("for n in $(seq 20); do echo line $n; done; exit 1")
    with pytest.raises(OutsideError, match="the local AWS ended") as caught:
        wait_until(lambda: False, pid=pid, what="the local AWS", log=log, seconds=5)
    assert caught.value.what.splitlines()[1:] == [f"  line {n}" for n in range(9, 21)]
    assert caught.value.where == str(log)


def test_one_that_is_never_ready_is_said_and_ended(start: Callable[..., int], tmp_path: Path) -> None:
    pid = start("exec sleep 60")
    with pytest.raises(OutsideError, match=r"the engine was not ready after 0 s\. The end of its log:\n  \(no log\)"):
        wait_until(lambda: False, pid=pid, what="the engine", log=tmp_path / "absent", seconds=0.2)
    assert not lives(pid)


def test_an_interrupt_while_waiting_ends_it(start: Callable[..., int], tmp_path: Path) -> None:
    pid = start("exec sleep 60")

    def interrupt() -> bool:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        wait_until(interrupt, pid=pid, what="it", log=tmp_path / "log", seconds=5)
    assert not lives(pid)
