"""The load balancer's proxy before real sockets, without containers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import aiohttp
from aiohttp import web

from emulator.lb import groups
from emulator.lb.groups import Group, Listener
from emulator.lb.proxy import Proxies
from emulator.lb.targets import Targets
from tests.fakes.emulator_process import free_port

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import pytest

GROUP = Group(
    arn="tg", path="/healthz", codes="200", interval=0.1, timeout=1, unhealthy_count=2, first_seconds=5, drain_seconds=1
)


class Bench:
    """A proxy on `port` and as many servers behind it as a test wants."""

    def __init__(self) -> None:
        self.port = free_port()
        self.targets = Targets(start_cap=5.0)
        self.runners: list[web.ServerRunner] = []
        self.seen: list[tuple[str, str, bytes]] = []

    async def serve(self, task: str, *, status: int = 200, healthy: bool = True) -> None:
        """A server that answers with its task's name."""

        async def handle(request: web.BaseRequest) -> web.StreamResponse:
            if request.path == "/healthz":
                return web.Response(status=200 if healthy else 503)
            self.seen.append((request.method, request.headers.get("X-Forwarded-For", ""), await request.content.read()))
            if request.path == "/cut" and request.transport is not None:
                request.transport.abort()
            if request.path == "/slow":
                await asyncio.sleep(0.3)
            return web.Response(status=status, text=task, headers={"X-Kept": "yes"})

        port = free_port()
        runner = web.ServerRunner(web.Server(handle))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        self.runners.append(runner)
        self.targets.register(GROUP, task, port, 0)

    def dead(self, task: str) -> None:
        """A target that nobody listens on, healthy until now."""
        self.targets.register(GROUP, task, free_port(), 0)
        self.targets.checked(self.targets.all()[-1], None)

    async def settle(self, *healthy: str) -> None:
        await until(lambda: all(self.targets.of_task(task) == "healthy" for task in healthy))


async def until(holds: Callable[[], bool]) -> None:
    for _ in range(250):
        if holds():
            return
        await asyncio.sleep(0.02)
    raise AssertionError(holds)


def run(test: Callable[[Bench, aiohttp.ClientSession, str], Awaitable[None]], monkeypatch: pytest.MonkeyPatch) -> None:
    """Run `test(bench, client, address)` with a proxy that forwards to group tg."""
    bench = Bench()
    listener = Listener(port=bench.port, protocol="HTTP", groups=(("tg", 1),))
    monkeypatch.setattr(groups, "listeners", lambda: [listener])

    async def whole() -> None:
        proxy = Proxies(bench.targets)
        proxy.use(frozenset({"tg"}))
        await proxy.start()
        await until(lambda: proxy.ports == [bench.port])
        async with aiohttp.ClientSession() as client:
            await test(bench, client, f"http://127.0.0.1:{bench.port}")
        for runner in bench.runners:
            await runner.cleanup()
        await proxy.stop()
        assert proxy.ports == []

    asyncio.run(asyncio.wait_for(whole(), 20))


def test_requests_reach_healthy_targets_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test(bench: Bench, client: aiohttp.ClientSession, address: str) -> None:
        async with client.get(address) as answer:
            assert answer.status == 503
        await bench.serve("a")
        await bench.serve("b")
        await bench.serve("sick", healthy=False)
        await bench.settle("a", "b")
        names = []
        for _ in range(6):
            async with client.post(f"{address}/x?y=1", data=b"body") as answer:
                names.append(await answer.text())
                assert answer.headers["X-Kept"] == "yes"
        assert set(names) == {"a", "b"}
        assert set(bench.seen) == {("POST", "127.0.0.1", b"body")}

    run(test, monkeypatch)


def test_a_refused_connection_goes_to_another_target(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test(bench: Bench, client: aiohttp.ClientSession, address: str) -> None:
        await bench.serve("a")
        await bench.settle("a")
        for number in range(3):
            bench.dead(f"dead{number}")
            async with client.post(address, data=b"body") as answer:
                assert (answer.status, await answer.text()) == (200, "a")

    run(test, monkeypatch)


def test_a_target_that_cuts_the_connection_is_a_bad_gateway(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test(bench: Bench, client: aiohttp.ClientSession, address: str) -> None:
        await bench.serve("a")
        await bench.settle("a")
        async with client.get(f"{address}/cut") as answer:
            assert answer.status == 502

    run(test, monkeypatch)


def test_a_draining_target_finishes_what_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test(bench: Bench, client: aiohttp.ClientSession, address: str) -> None:
        await bench.serve("a")
        await bench.settle("a")
        slow = asyncio.create_task(client.get(f"{address}/slow"))
        await until(lambda: bench.targets.in_flight("a") == 1)
        bench.targets.drain("a")
        async with client.get(address) as refused:
            assert refused.status == 503
        answer = await slow
        assert (answer.status, await answer.text()) == (200, "a")
        assert bench.targets.in_flight("a") == 0

    run(test, monkeypatch)
