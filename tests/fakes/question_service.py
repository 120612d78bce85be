"""A question service on 127.0.0.1, in a thread of its own; a test hands in what it answers."""

from __future__ import annotations

import asyncio
import json
import threading
from typing import TYPE_CHECKING, Any, Self

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


class QuestionService:
    """`answer(body, count)` handles the count-th POST /query (from 1). `stop` ends it as a crash would."""

    def __init__(self, answer: Callable[[dict[str, Any], int], Awaitable[web.StreamResponse]], port: int = 0) -> None:
        self._answer = answer
        self._asked_port = port
        self.asked: list[dict[str, Any]] = []
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._stopped = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        if not self._stopped:
            self._stopped = True
            self._loop.call_soon_threadsafe(self._end.set)
            self._thread.join(10)

    def stop_soon(self) -> None:
        """Stop without waiting; for use inside an answer."""
        self._stopped = True
        self._end.set()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        body = json.loads(await request.read())
        self.asked.append(body)
        return await self._answer(body, len(self.asked))

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        open_requests = asyncio.all_tasks(self._loop)
        for task in open_requests:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*open_requests, return_exceptions=True))
        self._loop.close()

    async def _serve(self) -> None:
        self._end = asyncio.Event()
        app = web.Application()
        app.router.add_post("/query", self._handle)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.01)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", self._asked_port, reuse_address=True)
        await site.start()
        self.port = runner.addresses[0][1]
        self._ready.set()
        await self._end.wait()
        await runner.cleanup()


def reply(text: str, *, evidence: list[str] | None = None, cost: float = 0.001) -> web.Response:
    """A right answer in the shape of the reference service."""
    contexts = [{"id": name, "text": f"about {name}", "score": 1.0 / (rank + 1)} for rank, name in enumerate(evidence or [])]
    return web.json_response(
        {
            "answer": text,
            "contexts": contexts,
            "citations": evidence or [],
            "model": "fake",
            "usage": {"input_tokens": 100, "output_tokens": 20},
            "cost_usd": cost,
            "timings": {"total_ms": 1},
        }
    )
