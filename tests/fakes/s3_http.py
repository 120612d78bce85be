"""An S3 that holds objects in memory and speaks just enough HTTP for boto3 and polars: HEAD, GET, Range, If-Match."""

from __future__ import annotations

import hashlib
import re
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator


class S3OverHttp:
    """Buckets of objects; `requests` keeps (method, path, Range header) of everything that was asked."""

    def __init__(self) -> None:
        self.buckets: dict[str, dict[str, bytes]] = {}
        self.requests: list[tuple[str, str, str]] = []
        self.denied: set[str] = set()
        self.url = ""

    def put(self, bucket: str, key: str, body: bytes) -> str:
        """Store an object; its ETag."""
        self.buckets.setdefault(bucket, {})[key] = body
        return etag(body)

    @contextmanager
    def serving(self) -> Iterator[S3OverHttp]:
        """Listen on a free loopback port for as long as the block runs."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def etag(body: bytes) -> str:
    """What S3 gives a plain upload: the MD5 of its bytes."""
    return hashlib.md5(body, usedforsecurity=False).hexdigest()


def _handler(store: S3OverHttp) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self._answer(with_body=False)

        def do_GET(self) -> None:
            self._answer(with_body=True)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
            return

        def _answer(self, *, with_body: bool) -> None:
            path = unquote(urlsplit(self.path).path).lstrip("/")
            bucket, _, key = path.partition("/")
            wanted = self.headers.get("Range", "")
            store.requests.append((self.command, path, wanted))
            if path in store.denied:
                self._fail(403, "AccessDenied", with_body)
            elif bucket not in store.buckets:
                self._fail(404, "NoSuchBucket", with_body)
            elif not key:
                self._send(200, b"", {}, with_body)
            elif key not in store.buckets[bucket]:
                self._fail(404, "NoSuchKey", with_body)
            else:
                self._object(store.buckets[bucket][key], wanted, with_body)

        def _object(self, body: bytes, wanted: str, with_body: bool) -> None:
            mark = f'"{etag(body)}"'
            if self.headers.get("If-Match", mark) != mark:
                self._fail(412, "PreconditionFailed", with_body)
                return
            found = re.fullmatch(r"bytes=(\d*)-(\d*)", wanted)
            if not found:
                self._send(200, body, {"ETag": mark}, with_body)
                return
            first, last = found.groups()
            start = int(first) if first else max(0, len(body) - int(last))
            stop = min(len(body), int(last) + 1) if first and last else len(body)
            headers = {"ETag": mark, "Content-Range": f"bytes {start}-{stop - 1}/{len(body)}"}
            self._send(206, body[start:stop], headers, with_body)

        def _fail(self, status: int, code: str, with_body: bool) -> None:
            self._send(status, f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode(), {}, with_body)

        def _send(self, status: int, body: bytes, headers: dict[str, str], with_body: bool) -> None:
            self.send_response(status)
            fixed = {
                "Content-Length": str(len(body)),
                "Last-Modified": "Thu, 01 Jan 2026 00:00:00 GMT",
                "Accept-Ranges": "bytes",
            }
            for name, value in {**fixed, **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            if with_body:
                self.wfile.write(body)

    return Handler
