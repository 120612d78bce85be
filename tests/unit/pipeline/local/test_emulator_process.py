from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from goldgate.pipeline.engine import free_port
from goldgate.pipeline.errors import OutsideError
from goldgate.pipeline.local.emulator_process import ensure_emulator, health, stop_emulator
from goldgate.pipeline.local.processes import end, is_program, lives, start_detached
from goldgate.pipeline.local_state import LocalState
from tests.fakes.small_server import serving
from tests.fakes.told import Told

from .machine import until

if TYPE_CHECKING:
    from pathlib import Path


def port_of(url: str) -> int:
    return int(url.rpartition(":")[2])


@pytest.mark.parametrize(
    ("status", "body", "ready"),
    [
        (200, {"status": "ready", "pid": 7}, True),
        (200, {"status": "starting"}, False),
        (200, ["ready"], False),
        (200, b"<html>", False),
        (503, {"status": "ready"}, False),
    ],
)
def test_only_a_ready_emulator_is_healthy(status: int, body: Any, *, ready: bool) -> None:
    with serving(lambda method, path, _: (status, body) if path == "/_goldgate/health" else (404, {})) as url:
        assert (health(LocalState(port=port_of(url))) is not None) is ready


def test_where_nothing_answers_there_is_no_health() -> None:
    assert health(LocalState(port=free_port())) is None


def test_one_that_answers_is_not_started_again(tmp_path: Path) -> None:
    with serving(lambda *_: (200, {"status": "ready", "pid": 77})) as url:
        assert ensure_emulator(tmp_path, LocalState(port=port_of(url)), Told()) == 77
    assert list(tmp_path.iterdir()) == []


def test_a_port_that_another_program_holds_is_said(tmp_path: Path) -> None:
    with serving(lambda *_: (404, {})) as url, pytest.raises(OutsideError, match="held by another program") as caught:
        ensure_emulator(tmp_path, LocalState(port=port_of(url)), Told())
    assert caught.value.where == url
    assert "GOLDGATE_LOCAL_PORT" in str(caught.value.next_step)


def test_only_our_emulator_is_stopped(tmp_path: Path) -> None:
    for name in ("emulator", "other"):
        (tmp_path / name).touch()
    ours = start_detached(["tail", "-f", "emulator"], log=tmp_path / "log", cwd=tmp_path)
    theirs = start_detached(["tail", "-f", "other"], log=tmp_path / "log", cwd=tmp_path)
    try:
        until(lambda: is_program(ours, "emulator") and is_program(theirs, "other"))
        assert not stop_emulator(LocalState(emulator_pid=theirs))
        assert lives(theirs)
        assert stop_emulator(LocalState(emulator_pid=ours))
        assert not lives(ours)
        assert not stop_emulator(LocalState(emulator_pid=ours))
        assert not stop_emulator(LocalState())
    finally:
        for pid in (ours, theirs):
            if lives(pid):
                end(pid, seconds=1)
