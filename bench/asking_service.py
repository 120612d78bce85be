"""A question service that takes 5 ms for each answer and little processor time: `python -m bench.asking_service`.

It prints its port, and ends when its standard input does.
"""

from __future__ import annotations

import asyncio
import sys

BODY = b'{"answer":"Its revenue was $1,234 million.","usage":{"input_tokens":100,"output_tokens":20},"cost_usd":0.001}'
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(BODY), BODY)
LENGTH = b"content-length:"


class Service(asyncio.Protocol):
    """One connection, kept alive; a request is whole when its Content-Length is there."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._seen = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._seen += data
        head, end, body = self._seen.partition(b"\r\n\r\n")
        if not end:
            return
        place = head.lower().find(LENGTH)
        length = int(head[place + len(LENGTH) :].split(b"\r\n", 1)[0])
        if len(body) >= length:
            self._seen = body[length:]
            asyncio.get_running_loop().call_later(self._seconds, self._answer)

    def _answer(self) -> None:
        if not self._transport.is_closing():
            self._transport.write(ANSWER)


async def serve(seconds: float) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Service(seconds), "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1]) if len(sys.argv) > 1 else 0.005))
