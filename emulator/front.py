"""The HTTP server: AWS calls, the registry under /v2/ and the emulator's own pages under /_goldgate/."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from .dispatch import Dispatcher
    from .registry_proxy import RegistryProxy
    from .wire import Answer

    Page = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]

THREADS = 16
READ_BYTES = 4 * 1024**2


class Front:
    """Listens on 127.0.0.1:`port`."""

    def __init__(self, *, port: int, dispatcher: Dispatcher, registry: RegistryProxy, own_pages: Page) -> None:
        self._port = port
        self._dispatcher = dispatcher
        self._registry = registry
        self._own_pages = own_pages
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="call")
        self._runner: web.ServerRunner | None = None

    async def start(self) -> None:
        """Listen. Raises OSError where the port is taken."""
        server = web.Server(self._handle, access_log=None, read_bufsize=READ_BYTES)
        app = web.ServerRunner(server, access_log=None)
        await app.setup()
        self._runner = app
        await web.TCPSite(app, "127.0.0.1", self._port, backlog=512).start()

    async def stop(self) -> None:
        """Stop listening and close what is open."""
        if self._runner is not None:
            await self._runner.cleanup()
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        raw = request.raw_path
        path, _, query = raw.partition("?")
        await _continue(request)
        if path.startswith("/_goldgate/"):
            return await self._own_pages(request)
        if path == "/v2" or path.startswith("/v2/"):
            return await self._registry.handle(request)
        body = await request.content.read()
        headers = _joined(request)
        loop = asyncio.get_running_loop()
        answer = await loop.run_in_executor(
            self._pool,
            lambda: self._dispatcher(method=request.method, path=path, query=query, headers=headers, body=body),
        )
        return _response(request, answer)


async def _continue(request: web.BaseRequest) -> None:
    if request.headers.get("Expect", "").lower() == "100-continue":
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.writer.output_size = 0


def _joined(request: web.BaseRequest) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in request.headers.items():
        key = name.lower()
        headers[key] = f"{headers[key]},{value}" if key in headers else value
    return headers


def _response(request: web.BaseRequest, answer: Answer) -> web.Response:
    if answer.reset:
        if request.transport is not None:
            request.transport.abort()
        return web.Response()
    response = web.Response(status=answer.status, body=answer.body or None)
    skipped = {"date", "server", "transfer-encoding", "connection"}
    if request.method != "HEAD":
        skipped.add("content-length")
    for name, value in answer.headers:
        if name.lower() not in skipped:
            response.headers[name] = value
    return response
