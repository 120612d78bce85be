"""One emulator and a few tiny images for all tests of this folder."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.fakes.emulator_process import EmulatorProcess

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

BASES = ("goldgate-base:bookworm", "python:3.11-slim-bookworm")
MODES = ("v1", "v2", "unhealthy", "exit", "oom")
SERVER = """
import http.server, os, pathlib, signal, sys, threading, time
mode = pathlib.Path("/mode").read_text().strip()
print("mode", mode, "starts on", os.environ["PORT"], flush=True)
if mode == "exit":
    print("RuntimeError: no such table", file=sys.stderr, flush=True)
    sys.exit(3)
if mode == "oom":
    hog = []
    while True:
        hog.append(bytearray(os.urandom(1 << 20) * 8))
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        if self.path == "/slow":
            time.sleep(1)
        status = 503 if mode == "unhealthy" and self.path == "/healthz" else 200
        body = f"{mode} {os.environ.get('GREETING', '')} {os.environ.get('SECRET', '')}".encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *words):
        pass
server = http.server.ThreadingHTTPServer((os.environ["HOST"], int(os.environ["PORT"])), Handler)
signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
server.serve_forever()
"""


def docker(*words: str) -> str:
    """Run Debian's own client, which knows BuildKit, where there is one."""
    program = "/usr/bin/docker" if os.access("/usr/bin/docker", os.X_OK) else "docker"
    environment = {**os.environ, "DOCKER_BUILDKIT": "1"}
    done = subprocess.run([program, *words], capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture(scope="session")
def engine() -> None:
    if shutil.which("docker") is None or subprocess.run(["docker", "info"], capture_output=True).returncode != 0:
        pytest.skip("no Docker engine answers")
    if shutil.which("docker-registry") is None:
        pytest.skip("docker-registry is not installed")


@pytest.fixture(scope="session")
def base_image(engine: None) -> str:
    for name in BASES:
        if subprocess.run(["docker", "image", "inspect", name], capture_output=True).returncode == 0:
            return name
    pytest.skip(f"none of the base images is here: {', '.join(BASES)}")


@pytest.fixture(scope="session")
def build(base_image: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str, str], None]]:
    """Build an image of one mode under a name; all are removed at the end."""
    made: list[str] = []

    def make(name: str, mode: str) -> None:
        folder: Path = tmp_path_factory.mktemp("image")
        (folder / "server.py").write_text(SERVER)
        (folder / "mode").write_text(mode)
        lines = [f"FROM {base_image}", "COPY server.py /server.py", "COPY mode /mode", 'CMD ["python3", "/server.py"]']
        (folder / "Dockerfile").write_text("\n".join(lines))
        made.append(docker("build", "-q", "-t", name, str(folder)))

    yield make
    if made:
        subprocess.run(["docker", "rmi", "-f", *sorted(set(made))], capture_output=True)


@pytest.fixture(scope="session")
def emulator(build: Callable[[str, str], None], tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmulatorProcess]:
    """Stopped before the images are removed, for its tasks use them."""
    process = EmulatorProcess(tmp_path_factory.mktemp("emulator"))
    process.start()
    yield process
    process.stop()


@pytest.fixture(scope="session")
def digests(emulator: EmulatorProcess, build: Callable[[str, str], None]) -> dict[str, str]:
    """The images of all modes, pushed: mode -> digest."""
    ecr = emulator.client("ecr")
    uri = ecr.create_repository(repositoryName="tiny")["repository"]["repositoryUri"]
    for mode in MODES:
        build(f"{uri}:{mode}", mode)
        docker("push", f"{uri}:{mode}")
    found = ecr.describe_images(repositoryName="tiny")["imageDetails"]
    return {image["imageTags"][0]: image["imageDigest"] for image in found}
