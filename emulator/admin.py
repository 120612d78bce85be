"""The emulator's own pages: health, faults, shutdown."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from aiohttp import web

from .faults import parse_faults

if TYPE_CHECKING:
    from collections.abc import Callable

    from .faults import Faults


class Admin:
    """Serves /_goldgate/. `health` tells whether all is ready, and the page's fields; `shutdown` is called after the answer."""

    def __init__(
        self, *, faults: Faults, health: Callable[[], tuple[bool, dict[str, Any]]], shutdown: Callable[[], None]
    ) -> None:
        self._faults = faults
        self._health = health
        self._shutdown = shutdown

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        page = (request.method, request.path.removeprefix("/_goldgate/"))
        if page == ("GET", "health"):
            ready, fields = await asyncio.to_thread(self._health)
            return web.json_response(fields, status=200 if ready else 503)
        if page == ("POST", "shutdown"):
            asyncio.get_running_loop().call_later(0.05, self._shutdown)
            return web.json_response({"status": "stopping"}, status=202)
        if page[1] == "faults":
            return await self._fault_page(request)
        return web.json_response({"error": "pages: GET health, GET|POST|DELETE faults, POST shutdown"}, status=404)

    async def _fault_page(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.method == "POST":
            try:
                self._faults.add(parse_faults(json.loads(await request.content.read())))
            except (ValueError, TypeError) as error:
                return web.json_response({"error": str(error)}, status=400)
        elif request.method == "DELETE":
            self._faults.clear()
        elif request.method != "GET":
            return web.json_response({"error": "GET, POST or DELETE"}, status=405)
        return web.json_response({"faults": self._faults.describe()})
