"""A real emulator in a process of its own, and what tests do with it."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class EmulatorProcess:
    """`start` and `stop` may be called again and again; the port and the state folder stay."""

    folder: Path
    words: tuple[str, ...] = ("--start-cap", "3")
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return (self.folder / "emulator.log").read_text()

    def start(self) -> float:
        """Start it and return the seconds until it was ready."""
        began = time.monotonic()
        self.folder.mkdir(parents=True, exist_ok=True)
        command = [
            sys.executable,
            "-m",
            "emulator",
            "--port",
            str(self.port),
            "--state",
            str(self.folder / "state"),
            *self.words,
        ]
        with (self.folder / "emulator.log").open("ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
        while self.page("GET", "health") is None:
            if self.process.poll() is not None or time.monotonic() - began > 60:
                raise AssertionError(self.log)
            time.sleep(0.05)
        return time.monotonic() - began

    def page(self, method: str, name: str, body: object = None) -> Any:
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"{self.endpoint}/_goldgate/{name}", method=method, data=data)
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return json.load(answer)
        except OSError:
            return None

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait(30)
            self.process = None

    def client(self, service: str, **settings: Any) -> Any:
        config = Config(retries={"max_attempts": settings.pop("attempts", 1)}, s3={"addressing_style": "path"})
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id="AKIAGOLDGATETESTS000",
            aws_secret_access_key="tests",
            config=config,
            **settings,
        )
