"""What a container engine must do for tasks; the Docker one is in docker_engine.py, a fake in the tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


class EngineError(Exception):
    """The engine refused; the message is its own."""


class Gone(EngineError):
    """The container does not exist any more."""


@dataclass(frozen=True, kw_only=True)
class Image:
    """A pulled image: its id for the engine, the manifest digest that it was pulled by, its own health check."""

    id: str
    digest: str | None
    health_check: Mapping[str, object] | None = None


@dataclass(frozen=True, kw_only=True)
class Spec:
    """A container to be made. `memory` in bytes is a hard limit; `tmpfs` are paths that stay writable."""

    name: str
    image: str
    environment: Mapping[str, str]
    labels: Mapping[str, str]
    command: Sequence[str] | None = None
    entrypoint: Sequence[str] | None = None
    user: str | None = None
    workdir: str | None = None
    memory: int | None = None
    cpu_shares: int | None = None
    read_only: bool = False
    tmpfs: Sequence[str] = ()
    ports: Sequence[tuple[int, int]] = ()
    init: bool = False
    dropped: Sequence[str] = ()
    ulimits: Sequence[Mapping[str, object]] = field(default=())


@dataclass(frozen=True, kw_only=True)
class Status:
    """A container as it is now."""

    running: bool
    exit_code: int | None = None
    out_of_memory: bool = False
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class Owned:
    """A container that carries an emulator's label."""

    id: str
    labels: Mapping[str, str]
    running: bool


class Engine(Protocol):
    """Containers and images. Every call may raise EngineError."""

    def pull(self, reference: str) -> Image:
        """Have an image here, by digest or tag."""

    def create(self, spec: Spec) -> str:
        """Make a container and return its id."""

    def start(self, container: str) -> None:
        """Start it."""

    def status(self, container: str) -> Status | None:
        """How it is; None where it is gone."""

    def check(self, container: str, command: Sequence[str], timeout: float) -> bool:
        """Run a health check's command in it; whether it exited with 0 in time."""

    def signal(self, container: str, name: str) -> None:
        """Send a signal; nothing happens where it is gone."""

    def remove(self, container: str) -> None:
        """Kill and remove it; nothing happens where it is gone."""

    def lines(self, container: str, since: float) -> Iterator[tuple[int, str]]:
        """Its output from `since` (epoch seconds) to its end: milliseconds and lines."""

    def owned(self, emulator: str) -> list[Owned]:
        """The containers that this emulator made."""
