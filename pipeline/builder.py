"""Building an image with BuildKit through a docker command, which the engine's API cannot do."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .errors import OutsideError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_STEP = re.compile(r"^#(?P<id>\d+) \[(?P<step>[^\]]*\d+/\d+)\] (?P<text>.*)$")
_CACHED = re.compile(r"^#(?P<id>\d+) CACHED")
BUILDX_OPTIONS = ("--load", "--provenance=false", "--sbom=false")
LONGEST_STEP = 90
CA_BUNDLE_VARIABLES = ("PIP_CERT", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")


@dataclass(frozen=True, kw_only=True)
class DockerCommand:
    """A docker command that can build with BuildKit: the words before the options."""

    words: tuple[str, ...]
    buildx: bool


@dataclass(frozen=True, kw_only=True)
class Built:
    """The image ID (`sha256:...`) and how many of the Dockerfile's steps ran and how many were cached."""

    image_id: str
    built_steps: int
    cached_steps: int


def find_docker_command(search_path: str | None = None) -> DockerCommand:
    """Find a docker command with BuildKit: buildx where it is there, else a client below version 23.

    Raises:
        OutsideError: there is no docker command, or none of them can build with BuildKit.
    """
    seen: list[str] = []
    for folder in (search_path or os.environ.get("PATH", os.defpath)).split(os.pathsep):
        program = shutil.which("docker", path=folder)
        if program is None or program in seen:
            continue
        seen.append(program)
        if subprocess.run([program, "buildx", "version"], capture_output=True).returncode == 0:
            return DockerCommand(words=(program, "buildx", "build", *BUILDX_OPTIONS), buildx=True)
        answer = subprocess.run([program, "--version"], capture_output=True, text=True).stdout
        major = re.search(r"version (\d+)", answer)
        if major and 18 <= int(major[1]) < 23:
            return DockerCommand(words=(program, "build"), buildx=False)
    msg = "no docker command is on PATH."
    if seen:
        msg = f"{', '.join(seen)} cannot build with BuildKit: the buildx plug-in is missing."
    raise OutsideError(msg, next_step="Install docker-buildx (or Debian's docker.io) and try again.")


def build(
    *,
    command: DockerCommand,
    context: Path,
    dockerfile: Path,
    platform: str,
    tag: str,
    arguments: Mapping[str, str],
    labels: Mapping[str, str],
    iid_file: Path,
    on_step: Callable[[str], None],
    environment: Mapping[str, str],
) -> Built:
    """Build an image; `on_step` hears of every step of the Dockerfile as it begins.

    Raises:
        OutsideError: the build failed; the message ends with the last lines that it printed.
        UsageError: the Dockerfile or the context is not there.
    """
    for path in (dockerfile, context):
        if not path.exists():
            msg = "there is nothing here to build."
            raise UsageError(msg, where=str(path), next_step="Set build.dockerfile and build.context in ml_config.yaml.")
    iid_file.parent.mkdir(parents=True, exist_ok=True)
    words = [*command.words, "--progress=plain", f"--platform={platform}", "--network=host", f"--file={dockerfile}"]
    words += [f"--tag={tag}", f"--iidfile={iid_file}"]
    words += [f"--build-arg={name}={value}" for name, value in arguments.items()]
    words += [f"--label={name}={value}" for name, value in labels.items()]
    if bundle := next((environment[v] for v in CA_BUNDLE_VARIABLES if environment.get(v)), None):
        words.append(f"--secret=id=pip_cert,src={bundle}")
    steps, cached, tail = _follow([*words, str(context)], {**environment, "DOCKER_BUILDKIT": "1"}, on_step)
    if tail is not None:
        msg = "the image did not build. The last that it said:\n" + "\n".join(f"  {line}" for line in tail)
        raise OutsideError(msg, where=str(dockerfile), next_step="Mend that step and run `goldgate build`.")
    image_id = iid_file.read_text().strip()
    iid_file.unlink()
    return Built(image_id=image_id, built_steps=len(steps - cached), cached_steps=len(cached))


def shortened(text: str) -> str:
    """One line of at most 90 characters: a step may be a script."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_STEP else line[: LONGEST_STEP - 4] + " ..."


def _follow(
    words: list[str], environment: Mapping[str, str], on_step: Callable[[str], None]
) -> tuple[set[str], set[str], list[str] | None]:
    """Run the build and read its progress; the third value is the last output where it failed."""
    steps: set[str] = set()
    cached: set[str] = set()
    tail: deque[str] = deque(maxlen=15)
    with subprocess.Popen(
        words, env=dict(environment), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as process:
        try:
            for line in process.stdout or ():
                if line.strip():
                    tail.append(line.rstrip())
                if step := _STEP.match(line):
                    steps.add(step["id"])
                    on_step(shortened(f"[{step['step']}] {step['text']}"))
                elif hit := _CACHED.match(line):
                    cached.add(hit["id"])
        except BaseException:
            process.terminate()
            raise
        failed = process.wait() != 0
    return steps, cached & steps, list(tail) if failed else None
