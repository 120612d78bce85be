"""The emulator as a whole: its parts put together, started and stopped in order."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import backends, bedrock, ecr
from .admin import Admin
from .dispatch import Dispatcher
from .ecs.agent import Tools
from .ecs.calls import EcsCalls
from .ecs.docker_engine import LABEL, DockerEngine
from .ecs.launch import Surroundings
from .ecs.scheduler import Scheduler
from .ecs.store import Store
from .events import event
from .faults import Faults
from .front import Front
from .lb import groups, health_page
from .lb.proxy import Proxies
from .lb.targets import Targets
from .ports import Ports
from .registry import RegistryChild
from .registry_proxy import RegistryProxy
from .state import State

if TYPE_CHECKING:
    from pathlib import Path

VERSION = "0.1.0"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How an emulator runs. `registry_port` 0 picks a free one; `keep_tasks` leaves containers running at the end.

    `start_cap` is the longest, in seconds, that a task may take to get healthy for the first time.
    """

    port: int
    state: Path
    registry_port: int = 0
    keep_tasks: bool = False
    start_cap: float = 20.0


class Emulator:
    """One emulator. `run` serves until SIGTERM, SIGINT or a shutdown request."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.address = f"127.0.0.1:{settings.port}"
        self.store = Store(clock=time.time, changed=self._changed)
        self.state = State(settings.state, [self.store])
        self.faults = Faults()
        self.ports = Ports()
        self.registry = RegistryChild(settings.state / "registry", port=settings.registry_port or self.ports.take())
        self.targets = Targets(start_cap=settings.start_cap)
        self.proxies = Proxies(self.targets)
        self._status = "starting"
        self._done = asyncio.Event()

    def _changed(self, name: str) -> None:
        self.state.changed(name)

    async def run(self) -> None:
        """Start everything, serve, stop everything.

        Raises StateError, RegistryError, EngineError and OSError where it cannot start.
        """
        started = time.monotonic()
        self.state.hold()
        self._catch_signals()
        async with contextlib.AsyncExitStack() as stack:
            stack.callback(self.registry.stop)
            scheduler = await asyncio.to_thread(self._prepare)
            self.state.start()
            stack.push_async_callback(asyncio.to_thread, self.state.stop)
            await self._serve(stack, scheduler)
            await self.proxies.start()
            stack.push_async_callback(self.proxies.stop)
            await asyncio.to_thread(scheduler.start)
            stack.push_async_callback(asyncio.to_thread, scheduler.stop, keep_tasks=self.settings.keep_tasks)
            self._status = "ready"
            event("ready", address=self.address, state=self.settings.state, seconds=round(time.monotonic() - started, 2))
            await self._done.wait()
            self._status = "stopping"
            event("stopping")
        event("stopped")

    def _prepare(self) -> Scheduler:
        engine = DockerEngine()
        self.registry.launch()
        for service in backends.MOTO_SERVICES:
            backends.backend(service)
        self.state.load()
        self.registry.wait()
        health_page.install(self.targets)
        around = Surroundings(
            emulator=self.state.id, port=self.settings.port, place=engine.place, start_cap=self.settings.start_cap
        )
        tools = Tools(
            engine=engine,
            targets=self.targets,
            store=self.store,
            around=around,
            label=LABEL,
            free_port=self.ports.take,
            group=groups.group,
            missing=lambda reference: ecr.missing(reference, self.address),
            changed=self._changed,
        )
        return Scheduler(tools, uses=self.proxies.use)

    async def _serve(self, stack: contextlib.AsyncExitStack, scheduler: Scheduler) -> None:
        proxy = RegistryProxy(self.registry.port, pushed=lambda: self._changed("ecr"))
        await proxy.start()
        stack.push_async_callback(proxy.stop)
        dispatcher = Dispatcher(
            faults=self.faults,
            address=self.address,
            changed=self._changed,
            own={"bedrock-runtime": bedrock.answer, "ecs": EcsCalls(self.store, scheduler)},
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
        ready = self._status == "ready" and self.registry.answers()
        fields = {
            "status": "registry down" if self._status == "ready" and not ready else self._status,
            "version": VERSION,
            "account": backends.ACCOUNT,
            "state": str(self.settings.state),
            "pid": os.getpid(),
            "load_balancers": [f"127.0.0.1:{port}" for port in self.proxies.ports],
            "services": sorted({*backends.MOTO_SERVICES, "bedrock-runtime"}),
        }
        return ready, fields
