"""A client that calls an ASGI application directly: no socket, no server, no HTTP library."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.types import ASGIApp, Message


@dataclass(frozen=True)
class Answer:
    """Status and body."""

    status_code: int
    body: bytes

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class Client:
    """Sends requests one at a time. Entering the context starts the application's lifespan."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._runner = asyncio.Runner()
        self._events: asyncio.Queue[str] | None = None
        self._lifespan: asyncio.Task[None] | None = None

    def __enter__(self) -> Client:
        self._runner.run(self._start())
        return self

    def __exit__(self, *_: object) -> None:
        self._runner.run(self._stop())
        self._runner.close()

    def get(self, path: str) -> Answer:
        """GET."""
        return self._runner.run(self._send("GET", path, [b""], {}))

    def post(
        self,
        path: str,
        *,
        json: object = None,
        content: bytes | str | Iterable[bytes] = b"",
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """POST a JSON value, or bytes; an iterable of bytes is sent without a declared length."""
        parts: list[bytes]
        found = {"content-type": "application/json"} | (headers or {})
        if json is not None:
            content = _dump(json)
        if isinstance(content, str):
            content = content.encode()
        if isinstance(content, bytes):
            found.setdefault("content-length", str(len(content)))
            parts = [content]
        else:
            parts = list(content)
        return self._runner.run(self._send("POST", path, parts, found))

    async def _send(self, method: str, path: str, parts: list[bytes], headers: dict[str, str]) -> Answer:
        status, body = 0, bytearray()
        waiting = [{"type": "http.request", "body": part, "more_body": at + 1 < len(parts)} for at, part in enumerate(parts)]

        async def receive() -> Message:
            return waiting.pop(0) if waiting else {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            body.extend(message.get("body", b""))

        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "scheme": "http",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
        }
        try:
            await self._app(scope, receive, send)
        except Exception:  # the application answers first and raises then, for the server's log
            if not status:
                raise
        return Answer(status, bytes(body))

    async def _start(self) -> None:
        events: asyncio.Queue[str] = asyncio.Queue()
        self._events = events
        ready = asyncio.Event()

        async def receive() -> Message:
            return {"type": await events.get()}

        async def send(message: Message) -> None:
            ready.set()

        self._lifespan = asyncio.ensure_future(self._run_lifespan(receive, send))
        await events.put("lifespan.startup")
        await ready.wait()

    async def _run_lifespan(self, receive: Any, send: Any) -> None:
        await self._app({"type": "lifespan", "asgi": {"version": "3.0"}}, receive, send)

    async def _stop(self) -> None:
        if self._events and self._lifespan:
            await self._events.put("lifespan.shutdown")
            await self._lifespan


def _dump(value: object) -> bytes:
    return json.dumps(value).encode()
