"""Finding a Docker engine; as root on Debian or Ubuntu, installing and starting Debian's."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from typing import TYPE_CHECKING

from ..engine import Engine
from ..errors import OutsideError
from ..local_state import FOLDER
from .processes import start_detached, wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from ..progress import Progress

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
    progress.step("starting the Docker engine")
    log = root / FOLDER / "dockerd.log"
    pid = start_detached(["dockerd"], log=log)
    wait_until(_answers, pid=pid, what="the Docker engine", log=log, seconds=60)
    return Engine.connect(), pid


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
        raise OutsideError(msg, next_step=f"Run `sudo apt-get install {' '.join(missing)}`.")
    progress.step(f"installing {', '.join(missing)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update"], ["install", "-y", "--no-install-recommends", *missing]):
        done = subprocess.run(
            ["apt-get", "-o", "DPkg::Lock::Timeout=120", *words], env=environment, capture_output=True, text=True
        )
        if done.returncode != 0:
            last = " ".join(done.stderr.strip().splitlines()[-2:])
            msg = f"apt-get {words[0]} failed: {last}"
            raise OutsideError(msg, next_step=f"Mend that, or install {' '.join(missing)} by hand.")


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


def _answers() -> bool:
    try:
        Engine.connect()
    except OutsideError:
        return False
    return True
