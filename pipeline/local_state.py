"""What `goldgate local up` started and made, so that `goldgate local down` ends that and nothing else."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from .records import read_json, write_json

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = ".goldgate"
RUNS = "runs"
DEFAULT_PORT = 4566
LOAD_BALANCER_OFFSET = 100


@dataclass(frozen=True, kw_only=True)
class LocalState:
    """The state file `.goldgate/local.json`; a pid is 0 where goldgate did not start that process."""

    port: int = DEFAULT_PORT
    emulator_pid: int = 0
    engine_pid: int = 0
    base_image: str | None = None

    @property
    def endpoint(self) -> str:
        """The emulator's address."""
        return f"http://127.0.0.1:{self.port}"

    def live_port(self, index: int) -> int:
        """The loopback port at which load balancer number `index` listens."""
        return self.port + LOAD_BALANCER_OFFSET + index


def load(root: Path) -> LocalState:
    """Read the state below a checkout; an absent or foreign file is an empty state. GOLDGATE_LOCAL_PORT names the port."""
    path = root / FOLDER / "local.json"
    known = {field.name for field in fields(LocalState)}
    data: dict[str, Any] = read_json(path) if path.is_file() else {}
    state = LocalState(**{key: value for key, value in data.items() if key in known})
    port = os.environ.get("GOLDGATE_LOCAL_PORT", "")
    return replace(state, port=int(port)) if port.isdigit() else state


def save(root: Path, state: LocalState) -> None:
    """Write the state file."""
    write_json(root / FOLDER / "local.json", {"format": 1, **asdict(state)})
