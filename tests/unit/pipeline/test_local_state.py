from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from goldgate.pipeline.local_state import LocalState, load, save

if TYPE_CHECKING:
    from pathlib import Path

STATE = LocalState(port=4570, emulator_pid=7, engine_pid=8, base_image="goldgate-base:bookworm")


def test_the_state_survives_its_file(tmp_path: Path) -> None:
    save(tmp_path, STATE)
    assert load(tmp_path) == STATE
    assert json.loads((tmp_path / ".goldgate" / "local.json").read_text())["format"] == 1


def test_without_a_file_nothing_was_started(tmp_path: Path) -> None:
    assert load(tmp_path) == LocalState(port=4566, emulator_pid=0, engine_pid=0, base_image=None)


def test_keys_of_a_later_writer_are_dropped(tmp_path: Path) -> None:
    save(tmp_path, STATE)
    path = tmp_path / ".goldgate" / "local.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "moon_phase": "full"}))
    assert load(tmp_path) == STATE


@pytest.mark.parametrize(("value", "port"), [("4999", 4999), ("", 4570), ("many", 4570)])
def test_the_port_of_the_environment_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str, port: int) -> None:
    save(tmp_path, STATE)
    monkeypatch.setenv("GOLDGATE_LOCAL_PORT", value)
    assert load(tmp_path).port == port


def test_addresses_follow_the_port() -> None:
    assert STATE.endpoint == "http://127.0.0.1:4570"
    assert [STATE.live_port(n) for n in (0, 1)] == [4670, 4671]
