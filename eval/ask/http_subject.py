"""A service behind HTTP, asked as its request mapping says."""

from __future__ import annotations

import asyncio
import hashlib
import os
import time
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import aiohttp
from yarl import URL

from ..errors import UsageError
from ..jsontext import loads
from .clock import stamp, wall
from .deadline import Deadline
from .reading import Reader, WrongShape
from .subject import Attempt
from .template import Template

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from ..case import Case
    from .mapping import RequestMapping

SHOWN = 80
BUSY = frozenset({429, 502, 503, 504})


class HttpSubject:
    """A service at `base_url`.

    `identity` should name what answers (an image digest, given as `digest` where its answers may be cached); without it the
    address stands for it. `is_alive` may be handed in by whoever started the service.

    Raises:
        UsageError: the address or a header is none, or an expression of the mapping is no JMESPath.
    """

    def __init__(
        self,
        base_url: str,
        mapping: RequestMapping,
        headers: Mapping[str, str] | None = None,
        *,
        identity: str | None = None,
        digest: str | None = None,
        is_alive: Callable[[], bool] | None = None,
        wall: Callable[[], datetime] = wall,
    ) -> None:
        self.address = base_url if mapping.path == "/" else base_url.rstrip("/") + "/" + mapping.path.lstrip("/")
        self._url = _url(base_url, self.address)
        self.mapping = mapping
        self.digest = digest
        self.identity = hashlib.sha256(f"{identity or digest or self.address}\n{mapping.digest}".encode()).hexdigest()[:16]
        self._headers = _headers({"Content-Type": "application/json", **mapping.headers, **(headers or {})})
        self._template = Template(mapping.body)
        self._reader = Reader(mapping)
        self._deadline = Deadline(mapping.timeout_seconds)
        self._is_alive, self._wall = is_alive, wall
        self._session: aiohttp.ClientSession | None = None

    def is_alive(self) -> bool:
        """What the caller's own check says; true without one."""
        return self._is_alive is None or self._is_alive()

    async def open(self, concurrency: int) -> None:
        """Make the one session that all questions share; its pool is as large as `concurrency`."""
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=concurrency, ttl_dns_cache=300),
            timeout=aiohttp.ClientTimeout(),
            headers=self._headers,
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    async def close(self) -> None:
        """Close the session."""
        self._deadline.stop()
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def ask(self, case: Case) -> Attempt:
        """Send one request; its latency runs until the last byte of the body is there."""
        if self._session is None:
            msg = "the subject is not open."
            raise RuntimeError(msg)
        payload = aiohttp.BytesPayload(self._template.fill(case))
        asked_at = stamp(self._wall())
        start = time.perf_counter()
        task = self._deadline.begin()
        try:
            answer = await self._session.request(self.mapping.method, self._url, data=payload, allow_redirects=False)
            body = await answer.read()
        except asyncio.CancelledError:
            if not self._deadline.hit(task):
                raise
            return Attempt(fault="timeout", detail=f"no answer within {self.mapping.timeout_seconds:g} s")
        except (aiohttp.ClientError, OSError) as error:
            return _broken(error)
        finally:
            self._deadline.end(task)
        latency = (time.perf_counter() - start) * 1000
        return self._read(case, answer, body, latency, asked_at)

    def _read(self, case: Case, answer: aiohttp.ClientResponse, body: bytes, latency: float, asked_at: str) -> Attempt:
        if answer.status < 300:
            try:
                return Attempt(response=self._reader.read(case.id, loads(body), latency, asked_at))
            except WrongShape as error:
                return Attempt(fault="wrong_shape", detail=f"wrong shape, {_seen(answer)}: {error}")
            except (ValueError, RecursionError):
                pass
        start = body[:400].decode("utf-8", "replace").strip()[:SHOWN]
        if answer.status in BUSY:
            pause = retry_after(answer.headers.get("Retry-After"), answer.headers.get("Date"), self._wall())
            return Attempt(fault="busy", detail=f"{_seen(answer)}: {start}", retry_after=pause)
        return _unread(answer, start)


def _broken(error: aiohttp.ClientError | OSError) -> Attempt:
    """The fault of a connection that was not made, broke off, or ended before the body was whole."""
    reason = _reason(error)
    if isinstance(error, aiohttp.ClientConnectorError | ConnectionRefusedError):
        return Attempt(fault="unreachable", detail=f"no connection: {reason}")
    if isinstance(error, aiohttp.ClientPayloadError):
        return Attempt(fault="cut", detail=f"the body was cut off: {reason}")
    return Attempt(fault="dropped", detail=f"the connection broke off: {reason}")


def _url(base_url: str, address: str) -> URL:
    try:
        url = URL(address)
    except ValueError:
        url = URL()
    if not (base_url.startswith(("http://", "https://")) and url.host):
        msg = f'"{base_url}" is no HTTP address.'
        raise UsageError(msg, next_step="Give one that begins with http:// or https://.")
    return url


def _headers(headers: dict[str, str]) -> dict[str, str]:
    """The headers, each in one line; a value is never shown, since it may be a secret."""
    for name, value in headers.items():
        if any(end in part for part in (name, value) for end in "\r\n\0"):
            msg = f"the header {name.strip()!r} holds a line break."
            raise UsageError(msg, next_step="Remove it; a secret that was read from a file often ends in one.")
    return headers


def _seen(answer: aiohttp.ClientResponse) -> str:
    return f"HTTP {answer.status} ({answer.content_type})"


def _unread(answer: aiohttp.ClientResponse, start: str) -> Attempt:
    """The fault of an answer that holds no JSON or says that it failed; `start` is how its body begins."""
    if answer.status >= 300:
        return Attempt(fault="status", detail=f"{_seen(answer)}: {start}")
    if not start or start[0] in '{["':
        return Attempt(fault="cut", detail=f"no JSON, {_seen(answer)}: {start or 'an empty body'}")
    kind = "HTML instead of JSON" if start[0] == "<" or "html" in answer.content_type else "no JSON"
    return Attempt(fault="unusable", detail=f"{kind}, {_seen(answer)}: {start}")


def retry_after(value: str | None, date: str | None, now: datetime) -> float | None:
    """Seconds to wait from a Retry-After header: a number of seconds, or an HTTP date.

    A date is counted from `date`, the answer's own Date header, so that a clock that is wrong on this side does not matter;
    without one it is counted from `now`.
    """
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        return _until(value, date, now)
    return max(0.0, seconds) if seconds == seconds else None


def _until(value: str, date: str | None, now: datetime) -> float | None:
    try:
        until = parsedate_to_datetime(value)
        sent = parsedate_to_datetime(date) if date else now
        return max(0.0, (until - sent).total_seconds())
    except (ValueError, TypeError):
        return None


def _reason(error: BaseException) -> str:
    """What the system calls the fault, else what the client says of it."""
    number = getattr(getattr(error, "os_error", error), "errno", None)
    text = os.strerror(number) if isinstance(number, int) and number > 0 else str(error) or type(error).__name__
    return text if len(text) <= 120 else text[:117] + "..."
