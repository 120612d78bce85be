"""A question service in a process of its own that refuses and cuts off at random: `python -m tests.fakes.faulty_service`.

What goes wrong is drawn for each request anew, so that the same question is answered when it is asked again.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import random
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any, Self

from aiohttp import web

ROOT = Path(__file__).parents[2]


class FaultyService:
    """The process, as a test sees it. `busy` and `cut` are shares of the requests, `seconds` is how long an answer takes."""

    def __init__(
        self, *, port: int = 0, busy: float = 0.0, cut: float = 0.0, seconds: float = 0.0, dates: bool = False
    ) -> None:
        shares = ["--busy", str(busy), "--cut", str(cut), "--seconds", str(seconds), *(["--dates"] if dates else [])]
        self._argv = [sys.executable, "-m", "tests.fakes.faulty_service", *shares]
        self.port = port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def start(self) -> None:
        self._process = subprocess.Popen([*self._argv, "--port", str(self.port)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())

    def kill(self) -> None:
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait(10)
        if self._process.stdout is not None:
            self._process.stdout.close()

    def answered(self) -> dict[str, int]:
        """How often each question was answered in full by this process."""
        with urllib.request.urlopen(f"{self.url}/answered", timeout=10) as answer:
            found: dict[str, int] = json.load(answer)
        return found

    def wait_for(self, count: int) -> None:
        """Return once so many answers were given."""
        end = time.monotonic() + 30
        while sum(self.answered().values()) < count:
            assert time.monotonic() < end, "the service is not asked"
            time.sleep(0.02)


class _Service:
    def __init__(self, args: argparse.Namespace) -> None:
        self.args = args
        self.random = random.Random(7)
        self.answered: dict[str, int] = {}

    async def counts(self, _request: web.Request) -> web.Response:
        return web.json_response(self.answered)

    async def query(self, request: web.Request) -> web.StreamResponse:
        question = (await request.json())["question"]
        await asyncio.sleep(self.args.seconds)
        drawn = self.random.random()
        if drawn < self.args.busy:
            return self._busy()
        if drawn < self.args.busy + self.args.cut:
            return await self._cut(request, _body(question))
        self.answered[question] = self.answered.get(question, 0) + 1
        return web.Response(body=_body(question), content_type="application/json")

    def _busy(self) -> web.Response:
        headers = {"Retry-After": "Thu, 01 Jan 1970 00:00:00 GMT"} if self.args.dates else {}
        return web.Response(status=503, text="too much to do", headers=headers)

    async def _cut(self, request: web.Request, body: bytes) -> web.StreamResponse:
        """A third of the bodies end before their Content-Length, a third within a chunked body, a third within their JSON."""
        part = body[: self.random.randrange(len(body))]
        kind = self.random.randrange(3)
        if kind == 0:
            return web.Response(body=part, content_type="application/json")
        answer = web.StreamResponse(headers={"Content-Type": "application/json"})
        if kind == 1:
            answer.content_length = len(body)
        else:
            answer.enable_chunked_encoding()
        await answer.prepare(request)
        await answer.write(part)
        if request.transport is not None:
            request.transport.close()
        return answer


def _body(question: str) -> bytes:
    number = sum(question.encode())
    contexts = [{"id": f"s{number}", "text": f"{question} It was {number}.", "score": number / 7}]
    answer: dict[str, Any] = {"answer": f"It was ${number} million.", "contexts": contexts, "citations": [f"s{number}"]}
    return json.dumps({**answer, "usage": {"input_tokens": number, "output_tokens": 7}, "cost_usd": number / 1e6}).encode()


async def _serve(args: argparse.Namespace) -> None:
    service = _Service(args)
    app = web.Application()
    app.add_routes([web.post("/query", service.query), web.get("/answered", service.counts)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", args.port, reuse_address=True).start()
    sys.stdout.write(f"{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--busy", type=float, default=0.0)
    parser.add_argument("--cut", type=float, default=0.0)
    parser.add_argument("--seconds", type=float, default=0.0)
    parser.add_argument("--dates", action="store_true")
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(parser.parse_args()))
