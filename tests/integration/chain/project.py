"""A checkout of its own with a local AWS of its own, and somebody who keeps asking what is live."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from goldgate.pipeline.aws import Aws

ROOT = Path(__file__).resolve().parents[3]
TINY = ROOT / "tests" / "projects" / "tiny"
IDENTITY = {
    "GIT_AUTHOR_NAME": "test",
    "GIT_AUTHOR_EMAIL": "test@example.org",
    "GIT_COMMITTER_NAME": "test",
    "GIT_COMMITTER_EMAIL": "test@example.org",
}


@dataclass
class Project:
    """A git repository with a service, worked on through the command line only."""

    path: Path
    port: int
    environment: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, source: Path, path: Path) -> Project:
        """Copy a project into a new repository."""
        shutil.copytree(source, path)
        (path / ".gitignore").write_text(".goldgate/\nruns/\n")
        project = cls(path=path, port=free_block())
        project.git("init", "-q", "-b", "main")
        project.commit("First")
        return project

    @classmethod
    def at(cls, path: Path) -> Project:
        """A project that is a repository already."""
        return cls(path=path, port=free_block())

    def goldgate(self, *arguments: str, timeout: float = 240, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run one command; it never hangs the tests, and never shows a traceback."""
        done = subprocess.run(
            [sys.executable, "-m", "goldgate.pipeline.cli", *arguments],
            cwd=self.path,
            env=self.variables(**variables),
            capture_output=True,
            text=True,
            timeout=timeout,
        )
        assert "Traceback" not in done.stdout + done.stderr, done.stderr
        return done

    def variables(self, **more: str) -> dict[str, str]:
        """The environment of a command: this checkout's port, no credentials of the machine's."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "GITHUB_", "GOLDGATE_"))}
        if "AWS_CA_BUNDLE" in os.environ:
            kept["AWS_CA_BUNDLE"] = os.environ["AWS_CA_BUNDLE"]
        return {**kept, **IDENTITY, **self.environment, "GOLDGATE_LOCAL_PORT": str(self.port), **more}

    def site(self, name: str) -> str:
        """A file of the site of runs in this checkout's S3."""
        s3 = Aws("us-east-1", endpoint_url=f"http://127.0.0.1:{self.port}", is_emulator=True).client("s3")
        text: str = s3.get_object(Bucket="tiny-reports", Key=f"goldgate/site/{name}")["Body"].read().decode()
        return text

    def git(self, *arguments: str) -> str:
        """Run git here."""
        return subprocess.run(
            ["git", *arguments], cwd=self.path, env=self.variables(), capture_output=True, text=True, check=True
        ).stdout.strip()

    def commit(self, message: str) -> str:
        """Commit everything; returns the commit."""
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def behave(self, **behaviour: Any) -> str:
        """Commit another behaviour of the service."""
        (self.path / "behaviour.json").write_text(json.dumps(behaviour) + "\n")
        return self.commit(f"Behave: {behaviour}")

    def record(self, name: str, run: str = "latest") -> dict[str, Any]:
        """A record of a run."""
        data: dict[str, Any] = json.loads((self.path / "runs" / run / "tiny" / f"{name}.json").read_text())
        return data

    def has_record(self, name: str, run: str = "latest") -> bool:
        """Whether a stage left a record."""
        return (self.path / "runs" / run / "tiny" / f"{name}.json").is_file()

    def run_ids(self) -> list[str]:
        """The runs so far, oldest first."""
        return sorted(path.name for path in (self.path / "runs").glob("2*"))

    def status(self) -> dict[str, Any]:
        """`goldgate status --json`."""
        data: dict[str, Any] = json.loads(self.goldgate("status", "--json").stdout)
        return data


class Prober(threading.Thread):
    """Asks the live address every 30 ms until it is stopped; keeps what was refused and which versions answered."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self.host, _, port = url.removeprefix("http://").partition(":")
        self.port = int(port)
        self.answered = 0
        self.failed: list[str] = []
        self.versions: list[int] = []
        self._stop_now = threading.Event()

    def __enter__(self) -> Prober:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop_now.set()
        self.join(10)

    def run(self) -> None:
        """Ask."""
        while not self._stop_now.is_set():
            self._ask()
            time.sleep(0.03)

    def _ask(self) -> None:
        connection = http.client.HTTPConnection(self.host, self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            answer = connection.getresponse()
            data = json.loads(answer.read())
            if answer.status != 200:
                self.failed.append(f"status {answer.status}")
                return
            self.answered += 1
            if data["version"] not in self.versions[-1:]:
                self.versions.append(data["version"])
        except (OSError, ValueError, http.client.HTTPException) as error:
            self.failed.append(f"{type(error).__name__} {error}")
        finally:
            connection.close()


def free_block() -> int:
    """A port that is free together with those of its load balancers."""
    for port in range(4700, 5700, 10):
        if all(_free(port + extra) for extra in (0, 100, 101)):
            return port
    message = "no free ports"
    raise RuntimeError(message)


def _free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
