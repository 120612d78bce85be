"""Debian's docker-registry as a child process: it keeps the blobs."""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from .events import event

START_SECONDS = 10.0
_CONFIG = """\
version: 0.1
log: {{level: error, accesslog: {{disabled: true}}}}
storage:
  filesystem: {{rootdirectory: {root}}}
  delete: {{enabled: true}}
http: {{addr: "127.0.0.1:{port}"}}
"""


class RegistryError(Exception):
    """The registry cannot be started; the message says what to do."""


class RegistryChild:
    """The registry's process; its storage, configuration, log and pid are under `folder`."""

    def __init__(self, folder: Path, *, port: int) -> None:
        self.folder = folder
        self.port = port
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The child's process id while it runs."""
        return self._process.pid if self._process is not None else None

    def launch(self) -> None:
        """Start its process; one left by a killed emulator is ended first. Raises RegistryError."""
        program = shutil.which("docker-registry")
        if program is None:
            message = "docker-registry is not on PATH: apt-get install docker-registry"
            raise RegistryError(message)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._end_leftover()
        config = self.folder / "config.yml"
        config.write_text(_CONFIG.format(root=self.folder / "storage", port=self.port))
        environment = {"PATH": os.environ.get("PATH", ""), "OTEL_TRACES_EXPORTER": "none"}
        with (self.folder / "registry.log").open("wb") as log:
            self._process = subprocess.Popen(
                [program, "serve", str(config)], stdout=log, stderr=log, env=environment, start_new_session=True
            )
        self._pid_file.write_text(str(self._process.pid))

    @property
    def _pid_file(self) -> Path:
        return self.folder / "pid"

    def wait(self) -> None:
        """Wait until it answers. Raises RegistryError."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process is not None and self._process.poll() is None:
            if self.answers():
                event("registry started", pid=self.pid, port=self.port)
                return
            time.sleep(0.02)
        self.stop()
        message = f"docker-registry did not start; its words are in {self.folder / 'registry.log'}"
        raise RegistryError(message)

    def answers(self) -> bool:
        """Whether it answers now."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=1)
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection.request("GET", "/v2/")
            return connection.getresponse().status == 200
        connection.close()
        return False

    def stop(self) -> None:
        """End it; it has a second before it is killed."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(1)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None
        self._pid_file.unlink(missing_ok=True)

    def _end_leftover(self) -> None:
        try:
            pid = int(self._pid_file.read_text())
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except (OSError, ValueError):
            return
        if str(self.folder / "config.yml").encode() in command:
            event("ending a registry that an earlier emulator left", pid=pid)
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
