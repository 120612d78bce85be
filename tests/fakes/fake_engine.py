"""A container engine that only remembers; a test says how its containers behave."""

from __future__ import annotations

import itertools
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from emulator.ecs.engine import EngineError, Image, Owned, Spec, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass
class FakeEngine:
    """`images` are those that can be pulled; `exits` gives the status with which containers of an image end at once."""

    images: dict[str, Image] = field(default_factory=dict)
    exits: dict[str, Status] = field(default_factory=dict)
    healthy: bool = True
    stubborn: bool = False
    output: list[tuple[int, str]] = field(default_factory=list)
    specs: dict[str, Spec] = field(default_factory=dict)
    states: dict[str, Status] = field(default_factory=dict)
    signals: list[tuple[str, str]] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def pull(self, reference: str) -> Image:
        if reference not in self.images:
            message = f"{reference}: not found"
            raise EngineError(message)
        return self.images[reference]

    def create(self, spec: Spec) -> str:
        name = f"c{next(self.numbers)}"
        self.specs[name] = spec
        return name

    def start(self, container: str) -> None:
        self.states[container] = self.exits.get(self.specs[container].image, Status(running=True))

    def status(self, container: str) -> Status | None:
        return self.states.get(container)

    def check(self, container: str, command: Sequence[str], timeout: float) -> bool:
        return self.healthy

    def signal(self, container: str, name: str) -> None:
        self.signals.append((container, name))
        if name == "SIGKILL" or not self.stubborn:
            self.states[container] = Status(running=False, exit_code=137 if name == "SIGKILL" else 143)

    def remove(self, container: str) -> None:
        self.removed.append(container)
        self.states.pop(container, None)

    def lines(self, container: str, since: float) -> Iterator[tuple[int, str]]:
        yield from self.output

    def owned(self, emulator: str) -> list[Owned]:
        return [Owned(id=name, labels=self.specs[name].labels, running=state.running) for name, state in self.states.items()]
