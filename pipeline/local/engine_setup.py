"""Finding a Docker engine; as root on Debian or Ubuntu, installing and starting Debian's."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

from ..builder import find_docker_command
from ..engine import Engine
from ..errors import OutsideError
from ..local_state import FOLDER
from .processes import start_detached, wait_until

if TYPE_CHECKING:
    from ..progress import Progress

SYSTEMD = Path("/run/systemd/system")
SERVICE_SECONDS = 20
HOW_TO_GET_DOCKER = (
    "Install Docker (Debian or Ubuntu: `sudo apt-get install docker.io`, then add yourself to the group docker; "
    "macOS or Windows: Docker Desktop), start it, and run this again."
)


def ensure_engine(root: Path, progress: Progress) -> tuple[Engine, int]:
    """Return an engine that answers, and the process id of it where it was started here (else 0).

    Raises:
        OutsideError: none answers and none can be started here; says how to get one.
    """
    try:
        return Engine.connect(), 0
    except OutsideError as error:
        if not may_install() or os.environ.get("DOCKER_HOST"):
            msg = "no Docker engine answers, and goldgate starts one only as root on Debian or Ubuntu."
            raise OutsideError(msg, next_step=HOW_TO_GET_DOCKER) from error
    ensure_packages({"dockerd": "docker.io", "docker": "docker.io"}, progress)
    if SYSTEMD.is_dir() and _started_by_its_package():
        return Engine.connect(), 0
    progress.step("starting the Docker engine")
    log = root / FOLDER / "dockerd.log"
    pid = start_detached(["dockerd"], log=log)
    wait_until(_answers, pid=pid, what="the Docker engine", log=log, seconds=60)
    return Engine.connect(), pid


def ensure_builder(progress: Progress) -> None:
    """See that a docker command with BuildKit is there; newer packages keep it apart (docker-buildx).

    Raises:
        OutsideError: there is none and none can be installed here.
    """
    try:
        find_docker_command()
    except OutsideError:
        if not may_install():
            raise
        _install(["docker-buildx"], progress)
        find_docker_command()


def ensure_registry(progress: Progress) -> None:
    """See that Debian's docker-registry is there; the emulator starts its own, so the one that its package starts is ended.

    Raises:
        OutsideError: it is not there and cannot be installed here.
    """
    there = find_program("docker-registry") is not None
    ensure_packages({"docker-registry": "docker-registry"}, progress)
    if not there and SYSTEMD.is_dir():
        subprocess.run(["systemctl", "disable", "--now", "docker-registry"], capture_output=True)


def ensure_packages(programs: dict[str, str], progress: Progress) -> None:
    """Install the Debian packages of the programs that are missing.

    Raises:
        OutsideError: they are missing and cannot be installed here.
    """
    missing = sorted({package for program, package in programs.items() if find_program(program) is None})
    if not missing:
        return
    if not may_install():
        msg = f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} not installed."
        how = (
            f"Run `sudo apt-get install {' '.join(missing)}`." if shutil.which("apt-get") else "Install it and put it on PATH."
        )
        raise OutsideError(msg, next_step=how)
    _install(missing, progress)


def _install(packages: list[str], progress: Progress) -> None:
    progress.step(f"installing {', '.join(packages)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        done = subprocess.run(
            ["apt-get", "-o", "DPkg::Lock::Timeout=120", *words], env=environment, capture_output=True, text=True
        )
        if done.returncode != 0:
            last = " ".join(done.stderr.strip().splitlines()[-2:])
            msg = f"apt-get {words[0]} failed: {last}"
            raise OutsideError(msg, next_step=f"Mend that, or install {' '.join(packages)} by hand.")


def find_program(name: str) -> str | None:
    """Find a program, looking into the administrator's folders too."""
    return shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"]))


def may_install() -> bool:
    """Tell whether packages can be installed: root on Debian or Ubuntu."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return False
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        return False
    return bool({"debian", "ubuntu"} & {release.get("ID", ""), *release.get("ID_LIKE", "").split()})


def _started_by_its_package() -> bool:
    """Wait a little for the engine that systemd starts when the package is installed."""
    deadline = time.monotonic() + SERVICE_SECONDS
    while time.monotonic() < deadline:
        if _answers():
            return True
        time.sleep(0.5)
    return False


def _answers() -> bool:
    try:
        Engine.connect()
    except OutsideError:
        return False
    return True
