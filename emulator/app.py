"""The emulator as a whole: its parts put together, started and stopped in order."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import backends, bedrock
from .admin import Admin
from .dispatch import Dispatcher
from .events import event
from .faults import Faults
from .front import Front
from .registry import RegistryChild
from .registry_proxy import RegistryProxy
from .state import State

if TYPE_CHECKING:
    from pathlib import Path

VERSION = "0.1.0"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How an emulator runs. `registry_port` 0 picks a free one; `keep_tasks` leaves containers running at the end."""

    port: int
    state: Path
    registry_port: int = 0
    keep_tasks: bool = False


class Emulator:
    """One emulator. `run` serves until SIGTERM, SIGINT or a shutdown request."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.address = f"127.0.0.1:{settings.port}"
        self.state = State(settings.state, [])
        self.faults = Faults()
        self.registry = RegistryChild(settings.state / "registry", port=settings.registry_port)
        self._ready = False
        self._done = asyncio.Event()

    async def run(self) -> None:
        """Start everything, serve, stop everything. Raises StateError, RegistryError and OSError where it cannot start."""
        started = time.monotonic()
        async with contextlib.AsyncExitStack() as stack:
            self.state.hold()
            await asyncio.to_thread(self._prepare)
            stack.callback(self.registry.stop)
            self.state.start()
            stack.push_async_callback(asyncio.to_thread, self.state.stop)
            await self._serve(stack)
            self._catch_signals()
            self._ready = True
            event("ready", address=self.address, state=self.settings.state, seconds=round(time.monotonic() - started, 2))
            await self._done.wait()
            self._ready = False
            event("stopping")
        event("stopped")

    def _prepare(self) -> None:
        self.registry.start()
        for service in backends.MOTO_SERVICES:
            backends.backend(service)
        self.state.load()

    async def _serve(self, stack: contextlib.AsyncExitStack) -> None:
        proxy = RegistryProxy(self.registry.port, pushed=lambda: self.state.changed("ecr"))
        await proxy.start()
        stack.push_async_callback(proxy.stop)
        dispatcher = Dispatcher(
            faults=self.faults, address=self.address, changed=self.state.changed, own={"bedrock-runtime": bedrock.answer}
        )
        admin = Admin(faults=self.faults, health=self._health, shutdown=self._done.set)
        front = Front(port=self.settings.port, dispatcher=dispatcher, registry=proxy, own_pages=admin.handle)
        await front.start()
        stack.push_async_callback(front.stop)

    def _catch_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._done.set)

    def _health(self) -> tuple[bool, dict[str, Any]]:
        ready = self._ready and self.registry.answers()
        fields = {
            "status": "ready" if ready else "starting",
            "version": VERSION,
            "account": backends.ACCOUNT,
            "state": str(self.settings.state),
            "pid": os.getpid(),
            "services": sorted({*backends.MOTO_SERVICES, "bedrock-runtime"}),
        }
        return ready, fields
