from __future__ import annotations

import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from goldgate.eval.errors import OutsideError, UsageError
from goldgate.eval.ray_cluster import connected, explained, import_ray

if TYPE_CHECKING:
    from pathlib import Path

OWN = """
FACTOR = 3
def tripled(number):
    return FACTOR * number
"""
PACK = """
import sys; sys.path.insert(0, sys.argv[1])
import own_code
from goldgate.eval.ray_cluster import import_ray, packed
sys.stdout.buffer.write(packed(import_ray(), own_code.tripled))
"""
UNPACK = """
import sys; from ray import cloudpickle
print(cloudpickle.loads(sys.stdin.buffer.read())(14))
"""


class Failed(Exception):
    """As Ray wraps what a task raised."""

    def __init__(self, cause: Exception | None) -> None:
        super().__init__("task failed\nwith a long trace")
        self.cause = cause


def test_without_ray_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(UsageError, match=r'Ray is not installed\. pip install "goldgate\[ray\]"'):
        import_ray()


class NoRay:
    """What `connected` needs of Ray; to start or find a cluster fails."""

    def is_initialized(self) -> bool:
        return False

    def init(self, **_options: object) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        msg = "Could not find any running Ray instance.\nPlease start one."
        raise ConnectionError(msg)


def test_an_address_where_nobody_listens_is_told_at_once() -> None:
    for address in ("127.0.0.1:9", "ray://127.0.0.1:9", "[::1]:9"):
        with pytest.raises(OutsideError, match=r"no Ray cluster answers: .+`ray status`"), connected(NoRay(), address):
            pass


def test_a_cluster_that_cannot_be_had_leaves_the_signals_alone() -> None:
    before = signal.getsignal(signal.SIGTERM)
    said = r"no Ray cluster answers: Could not find any running Ray instance\. "
    with pytest.raises(OutsideError, match=said), connected(NoRay(), "auto"):
        pass
    assert signal.getsignal(signal.SIGTERM) == before


def test_an_error_of_ours_comes_back_as_it_was() -> None:
    error = OutsideError("the service died.", where="http://x")
    assert explained(Failed(error), "part 1 of 4") is error


def test_a_missing_module_and_a_lost_worker_are_told_apart() -> None:
    missing = explained(Failed(ModuleNotFoundError("No module named 'goldgate'")), "part 1 of 4")
    assert missing.exit_code == 2
    assert "a worker lacks a module: No module named 'goldgate'." in str(missing)
    lost = explained(Failed(None), "part 2 of 4")
    assert lost.exit_code == 3
    assert str(lost).startswith("part 2 of 4 could not be done: Failed: task failed. See `ray logs`")


def test_the_callers_own_modules_travel_with_what_refers_to_them(tmp_path: Path) -> None:
    pytest.importorskip("ray")
    (tmp_path / "own_code.py").write_text(OWN)
    packed = subprocess.run([sys.executable, "-c", PACK, str(tmp_path)], capture_output=True, check=True).stdout
    done = subprocess.run([sys.executable, "-c", UNPACK], input=packed, capture_output=True, check=True, cwd="/")
    assert done.stdout.strip() == b"42"
