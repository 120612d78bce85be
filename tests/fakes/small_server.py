"""An HTTP server on loopback in a thread, whose answers a function gives."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Answer = tuple[int, Any]


class Server(ThreadingHTTPServer):
    """Does not print what a client's early leave does to it."""

    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        return


def start(answer: Callable[[str, str, bytes], Answer], port: int = 0) -> tuple[str, Callable[[], None]]:
    """Serve `answer(method, path, body) -> (status, JSON value or bytes)`; returns the address and how to stop it."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.reply()

        def do_POST(self) -> None:
            self.reply()

        def reply(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            status, value = answer(self.command, self.path, body)
            content = value if isinstance(value, bytes) else json.dumps(value).encode()
            self.send_response(status)
            self.send_header("content-type", "text/html" if isinstance(value, bytes) else "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
            return

    server = Server(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()

    def stop() -> None:
        server.shutdown()
        server.server_close()
        thread.join()

    return f"http://127.0.0.1:{server.server_address[1]}", stop


@contextmanager
def serving(answer: Callable[[str, str, bytes], Answer], port: int = 0) -> Iterator[str]:
    """The address of such a server for as long as the block runs."""
    url, stop = start(answer, port)
    try:
        yield url
    finally:
        stop()
