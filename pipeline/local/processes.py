"""Starting a program that outlives goldgate, and ending it by its process id."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import OutsideError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


def start_detached(
    words: Sequence[str], *, log: Path, cwd: Path | None = None, environment: Mapping[str, str] | None = None
) -> int:
    """Start a program in a session of its own with its output in `log`; returns its process id."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        process = subprocess.Popen(
            list(words),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env=dict(environment) if environment is not None else None,
            start_new_session=True,
        )
    process.returncode = 0  # it outlives this object, which would warn of that
    return process.pid


def wait_until(ready: Callable[[], bool], *, pid: int, what: str, log: Path, seconds: float) -> None:
    """Wait until `ready`, looking whether the process still lives; a failure or an interrupt ends it.

    Raises:
        OutsideError: it ended or was not ready in time; the message holds the end of its log.
    """
    deadline = time.monotonic() + seconds
    try:
        while not ready():
            gone = not lives(pid)
            if gone or time.monotonic() > deadline:
                msg = f"{what} {'ended' if gone else f'was not ready after {seconds:.0f} s'}. The end of its log:\n{_tail(log)}"
                raise OutsideError(msg, where=str(log))
            time.sleep(0.1)
    except BaseException:
        end(pid, seconds=10)
        raise


def lives(pid: int) -> bool:
    """Tell whether a process lives (a zombie child does not)."""
    try:
        if os.waitpid(pid, os.WNOHANG)[0] == pid:
            return False
    except ChildProcessError:
        pass
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state != "Z"


def is_program(pid: int, word: str) -> bool:
    """Tell whether process `pid` is still the program that was started: process ids are used again."""
    if not pid or not lives(pid):
        return False
    try:
        return word in Path(f"/proc/{pid}/cmdline").read_bytes().decode("utf-8", "replace")
    except OSError:
        return True


def end(pid: int, *, seconds: float) -> bool:
    """Ask a process to end and wait; kill it after `seconds`. Returns whether it ended by itself."""
    try:
        os.kill(pid, signal.SIGTERM)
    except ProcessLookupError:
        return True
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not lives(pid):
            return True
        time.sleep(0.1)
    os.kill(pid, signal.SIGKILL)
    return False


def _tail(log: Path, lines: int = 12) -> str:
    try:
        text = log.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return "  (no log)"
    return "\n".join(f"  {line}" for line in text.splitlines()[-lines:])
