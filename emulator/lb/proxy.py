"""The proxies: one HTTP server a listener, and the health checks of all targets, on the emulator's event loop."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

import aiohttp
from aiohttp import web

from ..events import event
from . import groups

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from .groups import Listener
    from .targets import Target, Targets

TICK_SECONDS = 0.25
IDLE_SECONDS = 60
ATTEMPTS = 3
_HOP = frozenset({"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "expect"})


class Proxies:
    """Keeps one proxy running for each listener that a service uses; `used` gives the target groups in use."""

    def __init__(self, targets: Targets) -> None:
        self._targets = targets
        self._servers: dict[int, web.ServerRunner] = {}
        self._routes: dict[int, Listener] = {}
        self._refused: set[int] = set()
        self._used: frozenset[str] = frozenset()
        self._client: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._checking: set[int] = set()

    def use(self, arns: frozenset[str]) -> None:
        """The target groups that services use now; listeners for them are opened and others closed."""
        self._used = arns

    @property
    def ports(self) -> list[int]:
        """The ports that are open now."""
        return sorted(self._servers)

    async def start(self) -> None:
        """Begin to follow moto's listeners and to check targets."""
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=2, sock_read=IDLE_SECONDS)
        connector = aiohttp.TCPConnector(limit=0, force_close=True)
        self._client = aiohttp.ClientSession(connector=connector, timeout=timeout, auto_decompress=False)
        self._spawn(self._follow())

    async def stop(self) -> None:
        """Close every proxy."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for port in list(self._servers):
            await self._close(port)
        if self._client is not None:
            await self._client.close()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _follow(self) -> None:
        while True:
            wanted = await asyncio.to_thread(self._wanted)
            for port in set(self._servers) - set(wanted):
                await self._close(port)
            self._routes = wanted
            for port in set(wanted) - set(self._servers):
                await self._open(port)
            for target in self._targets.all():
                if id(target) not in self._checking and target.state != "draining":
                    self._checking.add(id(target))
                    self._spawn(self._check(target))
            await asyncio.sleep(TICK_SECONDS)

    def _wanted(self) -> dict[int, Listener]:
        found = groups.listeners() if self._used else []
        return {item.port: item for item in found if any(arn in self._used for arn, _ in item.groups)}

    async def _open(self, port: int) -> None:
        async def handle(request: web.BaseRequest) -> web.StreamResponse:
            return await self._forward(port, request)

        runner = web.ServerRunner(web.Server(handle, access_log=None), access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", port, backlog=512, reuse_address=True).start()
        except OSError as error:
            await runner.cleanup()
            if port not in self._refused:
                self._refused.add(port)
                event("load balancer cannot listen; its listener needs another port", port=port, error=error.strerror)
            return
        self._refused.discard(port)
        self._servers[port] = runner
        event("load balancer listens", address=f"127.0.0.1:{port}")

    async def _close(self, port: int) -> None:
        await self._servers.pop(port).cleanup()
        event("load balancer closed", address=f"127.0.0.1:{port}")

    async def _forward(self, port: int, request: web.BaseRequest) -> web.StreamResponse:
        tried: frozenset[int] = frozenset()
        await _continue(request)
        for _ in range(ATTEMPTS):
            target = self._targets.pick(self._routes[port].groups, but=tried)
            if target is None:
                break
            refused = False
            try:
                return await self._pass_on(request, target)
            except aiohttp.ClientConnectorError:
                refused = True
                tried |= {target.port}
            except TimeoutError:
                return web.Response(status=504, text="504 Gateway Time-out\n")
            except (aiohttp.ClientError, ConnectionError):
                return web.Response(status=502, text="502 Bad Gateway\n")
            finally:
                self._targets.done(target, refused=refused)
        if tried:
            return web.Response(status=502, text="502 Bad Gateway\n")
        return web.Response(status=503, text="503 Service Temporarily Unavailable\n")

    async def _pass_on(self, request: web.BaseRequest, target: Target) -> web.StreamResponse:
        assert self._client is not None
        headers = [(name, value) for name, value in request.headers.items() if name.lower() not in _HOP]
        headers += [("X-Forwarded-For", request.remote or "127.0.0.1"), ("X-Forwarded-Proto", "http")]
        data = request.content if request.body_exists else None
        url = f"http://127.0.0.1:{target.port}{request.raw_path}"
        async with self._client.request(
            request.method, url, headers=headers, data=data, allow_redirects=False, skip_auto_headers=("User-Agent", "Accept")
        ) as answer:
            response = web.StreamResponse(status=answer.status, reason=answer.reason)
            for name, value in answer.headers.items():
                if name.lower() not in _HOP:
                    response.headers.add(name, value)
            await response.prepare(request)
            try:
                if request.method != "HEAD":
                    async for block in answer.content.iter_any():
                        await response.write(block)
                await response.write_eof()
            except (aiohttp.ClientError, TimeoutError):
                if request.transport is not None:
                    request.transport.abort()
            return response

    async def _check(self, target: Target) -> None:
        """Check one target until it is drained or gone; twice as often until it is healthy."""
        try:
            while target.state != "draining" and any(target is one for one in self._targets.of_group(target.group.arn)):
                self._targets.checked(target, await self._problem(target))
                pause = target.group.interval
                await asyncio.sleep(pause if target.state == "healthy" else pause / 2)
        finally:
            self._checking.discard(id(target))

    async def _problem(self, target: Target) -> str | None:
        assert self._client is not None
        url = f"http://127.0.0.1:{target.port}{target.group.path}"
        with contextlib.suppress(TimeoutError):
            try:
                async with asyncio.timeout(target.group.timeout), self._client.get(url, allow_redirects=False) as answer:
                    if target.group.accepts(answer.status):
                        return None
                    return f"Health checks failed with these codes: [{answer.status}]"
            except (aiohttp.ClientError, ConnectionError):
                return "Health checks failed"
        return "Request timed out"


async def _continue(request: web.BaseRequest) -> None:
    if request.headers.get("Expect", "").lower() == "100-continue":
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.writer.output_size = 0
