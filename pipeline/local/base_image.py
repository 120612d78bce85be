"""The base image: pulled where a registry answers, else the same Debian and Python from Debian's packages."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import OutsideError
from .engine_setup import ensure_packages, may_install

if TYPE_CHECKING:
    from ..engine import Engine
    from ..progress import Progress

WANTED = "python:3.11-slim-bookworm"
STAND_IN = "goldgate-base:bookworm"
PACKAGES = "python3,python3-venv,ca-certificates"


def ensure_base_image(engine: Engine, progress: Progress) -> str | None:
    """Make a base image available; returns the stand-in's name, or None where the Dockerfile's own is there.

    Raises:
        OutsideError: it can neither be pulled nor made here.
    """
    if engine.has_image(WANTED):
        return None
    if engine.has_image(STAND_IN):
        return STAND_IN
    progress.step(f"pulling {WANTED}")
    if (refusal := _pull(engine)) is None:
        return None
    if not may_install():
        msg = f"{WANTED} could not be pulled: {refusal}"
        raise OutsideError(msg, next_step="Give the engine a way to the registry, or load that image by hand.")
    ensure_packages({"debootstrap": "debootstrap"}, progress)
    progress.step(f"no registry answers: making {STAND_IN} of Debian's packages (about a minute)")
    _make_stand_in(engine)
    return STAND_IN


def _pull(engine: Engine) -> str | None:
    import docker
    import requests

    try:
        engine.client.images.pull(WANTED, platform="linux/amd64")
    except (docker.errors.APIError, requests.exceptions.RequestException) as error:
        return str(getattr(error, "explanation", None) or error)
    return None


def _make_stand_in(engine: Engine) -> None:
    folder = Path(tempfile.mkdtemp(prefix="goldgate-base-"))
    try:
        words = ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", "bookworm", str(folder)]
        done = subprocess.run(words, capture_output=True, text=True)
        if done.returncode != 0:
            msg = f"debootstrap failed: {' '.join((done.stdout + done.stderr).strip().splitlines()[-2:])}"
            raise OutsideError(msg, next_step="Mend that, or load the base image by hand.")
        for cached in (folder / "var/cache/apt/archives").glob("*.deb"):
            cached.unlink()
        for lists in (folder / "var/lib/apt/lists").glob("*Packages*"):
            lists.unlink()
        _import(engine, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _import(engine: Engine, folder: Path) -> None:
    repository, _, tag = STAND_IN.partition(":")
    words = ["tar", "--numeric-owner", "--sort=name", "-C", str(folder), "-c", "."]
    with subprocess.Popen(words, stdout=subprocess.PIPE) as archive:
        stream: Any = archive.stdout
        answer = str(engine.client.api.import_image_from_stream(stream, repository=repository, tag=tag))
    if '"error"' in answer:
        msg = f"the engine refused the stand-in: {answer.strip()}"
        raise OutsideError(msg)
