"""What a request must hold to before anyone reads it: its size and, where one is set, the API key."""

from __future__ import annotations

import hmac
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

OPEN_PATHS = ("/healthz",)
DRAINED_BYTES = 4 * 1024 * 1024


class Limits:
    """ASGI middleware: 413 for a body above `max_bytes`, 401 without the right `x-api-key`."""

    def __init__(self, app: ASGIApp, *, max_bytes: int, api_key: str | None) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._api_key = api_key

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, or answer it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        if self._api_key and scope["path"] not in OPEN_PATHS and not self._allowed(headers.get(b"x-api-key", b"")):
            await _refuse(send, 401, "unauthorized", "The header x-api-key is missing or wrong.")
            return
        declared = headers.get(b"content-length", b"0")
        if not declared.isdigit() or int(declared) > self._max_bytes:
            await self._drain(receive)
            await self._too_large(send)
            return
        await self._counted(scope, receive, send)

    async def _counted(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the whole body first, counting: one without a declared length must not slip through."""
        body = bytearray()
        more = True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                return
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > self._max_bytes:
                await self._drain(receive if more else _nothing)
                await self._too_large(send)
                return
        replayed = False

        async def replay() -> Message:
            nonlocal replayed
            if replayed:
                return await receive()
            replayed = True
            return {"type": "http.request", "body": bytes(body), "more_body": False}

        await self._app(scope, replay, send)

    async def _drain(self, receive: Receive) -> None:
        """Read on for a while: a client that is still sending when the connection closes never sees the answer."""
        arrived = 0
        more = True
        while more and arrived < DRAINED_BYTES:
            message = await receive()
            arrived += len(message.get("body", b""))
            more = message["type"] == "http.request" and message.get("more_body", False)

    def _allowed(self, given: bytes) -> bool:
        return hmac.compare_digest(given, (self._api_key or "").encode())

    async def _too_large(self, send: Send) -> None:
        await _refuse(send, 413, "too_large", f"The body may hold {self._max_bytes} bytes.")


async def _nothing() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _refuse(send: Send, status: int, code: str, message: str) -> None:
    body = json.dumps({"error": {"code": code, "message": message}}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
