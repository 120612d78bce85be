"""Starting and stopping the emulator, which is a program of its own."""

from __future__ import annotations

import json
import os
import sys
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import OutsideError
from ..local_state import FOLDER, LocalState
from .processes import end, is_program, start_detached, wait_until

if TYPE_CHECKING:
    from ..progress import Progress

START_SECONDS = 60
STOP_SECONDS = 60


def health(state: LocalState) -> dict[str, Any] | None:
    """What the emulator says of itself; None where nothing of ours answers at its address."""
    try:
        with urllib.request.urlopen(f"{state.endpoint}/_goldgate/health", timeout=5) as answer:  # noqa: S310
            data = json.load(answer)
    except (OSError, ValueError):
        return None
    return data if isinstance(data, dict) and data.get("status") == "ready" else None


def ensure_emulator(root: Path, state: LocalState, progress: Progress) -> int:
    """Start the emulator unless it answers; returns its process id.

    Raises:
        OutsideError: another program holds the port, the emulator is not part of this installation, or it does not start.
    """
    if (found := health(state)) is not None:
        return int(found.get("pid", 0))
    home = Path(__file__).resolve().parents[2]
    if not (home / "emulator" / "__main__.py").is_file():
        msg = "this installation of goldgate has no emulator; it is part of the checkout only."
        raise OutsideError(msg, next_step="Run from a checkout of goldgate, or set AWS_ENDPOINT_URL to a local AWS of yours.")
    if _taken(state.port):
        msg = f"port {state.port} is held by another program."
        raise OutsideError(msg, where=state.endpoint, next_step="Stop it, or set GOLDGATE_LOCAL_PORT to a free port.")
    progress.step(f"starting the local AWS on {state.endpoint}")
    folder = (root / FOLDER).resolve()
    log = folder / "emulator.log"
    words = [sys.executable, "-m", "emulator", "--port", str(state.port), "--state", str(folder / "emulator")]
    pid = start_detached(words, log=log, cwd=home, environment=_without_aws(os.environ.copy()))
    wait_until(lambda: health(state) is not None, pid=pid, what="the local AWS", log=log, seconds=START_SECONDS)
    return pid


def stop_emulator(state: LocalState) -> bool:
    """End the emulator that `goldgate local up` started; returns whether there was one to end."""
    if not is_program(state.emulator_pid, "emulator"):
        return False
    end(state.emulator_pid, seconds=STOP_SECONDS)
    return True


def _taken(port: int) -> bool:
    import socket

    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def _without_aws(environment: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in environment.items() if not key.startswith("AWS_") or key == "AWS_CA_BUNDLE"}
