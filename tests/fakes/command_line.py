"""goldgate as a person calls it: in a process of its own, or within this one, which is quicker."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
FOREIGN = ("AWS_", "GITHUB_", "GOLDGATE_", "GIT_", "DOCKER_")
NOTHING_OF_THIS_MACHINE = {
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": "/nowhere/config",
    "AWS_SHARED_CREDENTIALS_FILE": "/nowhere/credentials",
    "DOCKER_HOST": "unix:///nowhere/docker.sock",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "COLUMNS": "120",
}


@dataclass(frozen=True, kw_only=True)
class Done:
    """What a call left: its exit code and what it printed."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self.out)


def run(*words: str, cwd: Path, **environment: str) -> Done:
    """Call goldgate in a process of its own, with an engine that is not there and no credentials."""
    command = [sys.executable, "-m", "goldgate.pipeline.cli", *words]
    done = subprocess.run(command, cwd=cwd, env=surroundings(environment), capture_output=True, text=True, timeout=120)
    return Done(code=done.returncode, out=done.stdout, err=done.stderr)


def call(*words: str, cwd: Path, **environment: str) -> Done:
    """The same within this process."""
    from goldgate.pipeline.cli import main

    out, err = io.StringIO(), io.StringIO()
    with (
        _in_surroundings(surroundings(environment)),
        contextlib.chdir(cwd),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            code = main(words)
        except SystemExit as end:
            code = int(end.code or 0)
    return Done(code=code, out=out.getvalue(), err=err.getvalue())


def surroundings(more: dict[str, str]) -> dict[str, str]:
    """This machine's environment without what would lead to its engine, its accounts or its workflow."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    return {**kept, **NOTHING_OF_THIS_MACHINE, "PYTHONPATH": str(ROOT), **more}


@contextlib.contextmanager
def _in_surroundings(environment: dict[str, str]) -> Iterator[None]:
    before, handler = os.environ.copy(), signal.getsignal(signal.SIGTERM)
    os.environ.clear()
    os.environ.update(environment)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        signal.signal(signal.SIGTERM, handler)
