"""One line a request: method, path, status, milliseconds."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from .log import Log


class RequestLog:
    """ASGI middleware around everything else, so that refused requests are logged too. Neither bodies nor headers are."""

    def __init__(self, app: ASGIApp, *, log: Log) -> None:
        self._app = app
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and write its line when the answer has gone out."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start = time.perf_counter()
        status = 500

        async def noticing(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
            await send(message)

        try:
            await self._app(scope, receive, noticing)
        finally:
            ms = round((time.perf_counter() - start) * 1000.0, 2)
            self._log.event("request", method=scope["method"], path=scope["path"], status=status, ms=ms)
