"""What a request must hold to before anyone reads it: its size and, where one is set, the API key."""

from __future__ import annotations

import hmac
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

OPEN_PATHS = ("/healthz",)


class TooLarge(Exception):
    """The body grew beyond the limit while it was being read."""


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
            await self._too_large(send)
            return
        await self._counted(scope, receive, send)

    async def _counted(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count what arrives: a body without a declared length must not slip through."""
        arrived = 0
        answered = False

        async def counting() -> Message:
            nonlocal arrived
            message = await receive()
            arrived += len(message.get("body", b""))
            if arrived > self._max_bytes:
                raise TooLarge
            return message

        async def noticing(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            await self._app(scope, counting, noticing)
        except TooLarge:
            if not answered:
                await self._too_large(send)

    def _allowed(self, given: bytes) -> bool:
        return hmac.compare_digest(given, (self._api_key or "").encode())

    async def _too_large(self, send: Send) -> None:
        await _refuse(send, 413, "too_large", f"The body may hold {self._max_bytes} bytes.")


async def _refuse(send: Send, status: int, code: str, message: str) -> None:
    body = json.dumps({"error": {"code": code, "message": message}}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
