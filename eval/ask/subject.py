"""What can be asked: the protocol of a subject, and a service behind HTTP."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol

import aiohttp

from ..errors import UsageError
from .mapping import RequestMapping, render
from .reading import Reader, WrongShape

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..case import Case
    from ..results import Response

Fault = Literal["unreachable", "dropped", "timeout", "busy", "unusable", "status", "wrong_shape"]
SHOWN = 80


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One try at one case: a response, or a fault with its `detail` and, where the service named it, a pause in seconds."""

    response: Response | None = None
    fault: Fault | None = None
    detail: str = ""
    retry_after: float | None = None


class Subject(Protocol):
    """Something that answers cases. `identity` ties a journal to it: rows of another identity are not its own."""

    @property
    def identity(self) -> str:
        """What distinguishes this subject from another one."""

    @property
    def address(self) -> str:
        """Where it is, for messages."""

    async def open(self, concurrency: int) -> None:
        """Get ready for `concurrency` questions at once."""

    async def close(self) -> None:
        """Let go of everything."""

    async def ask(self, case: Case) -> Attempt:
        """Ask once; never raises for what the service does."""

    def is_alive(self) -> bool:
        """False once it is known to be gone for good (a container that exited)."""


class HttpSubject:
    """A service at `base_url`, asked as `mapping` says.

    `identity` should name what answers (an image digest); without it the mapping and the address stand for it. `is_alive` may
    be handed in by whoever started the service.
    """

    def __init__(
        self,
        base_url: str,
        mapping: RequestMapping,
        headers: Mapping[str, str] | None = None,
        *,
        identity: str | None = None,
        is_alive: Any = None,
    ) -> None:
        if not base_url.startswith(("http://", "https://")):
            msg = f'"{base_url}" is no HTTP address.'
            raise UsageError(msg, next_step="Give one that begins with http:// or https://.")
        self.address = base_url.rstrip("/") + "/" + mapping.path.lstrip("/")
        self.mapping = mapping
        self._headers = {**mapping.headers, **(headers or {})}
        self._reader = Reader(mapping)
        self._is_alive = is_alive
        self._session: aiohttp.ClientSession | None = None
        asked = json.dumps({**asdict(mapping), "headers": sorted(mapping.headers)}, sort_keys=True, default=str)
        self.identity = hashlib.sha256(f"{identity or self.address}\n{asked}".encode()).hexdigest()[:16]

    def is_alive(self) -> bool:
        """What the caller's own check says; true without one."""
        return self._is_alive is None or bool(self._is_alive())

    async def open(self, concurrency: int) -> None:
        """Make the one session that all questions share; its pool is as large as `concurrency`."""
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=concurrency, ttl_dns_cache=300),
            timeout=aiohttp.ClientTimeout(total=self.mapping.timeout_seconds),
            headers=self._headers,
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    async def close(self) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def ask(self, case: Case) -> Attempt:
        """Send one request; its latency runs until the last byte of the body is there."""
        if self._session is None:
            msg = "the subject is not open."
            raise RuntimeError(msg)
        payload = json.dumps(render(self.mapping.body, case), ensure_ascii=False).encode()
        asked_at = datetime.now(UTC).isoformat(timespec="milliseconds")
        start = time.perf_counter()
        try:
            async with self._session.request(
                self.mapping.method,
                self.address,
                data=payload,
                headers={"Content-Type": "application/json"},
                allow_redirects=False,
            ) as answer:
                body = await answer.read()
                latency = (time.perf_counter() - start) * 1000
                return self._read(case, answer, body, latency, asked_at)
        except (aiohttp.ClientConnectorError, ConnectionRefusedError) as error:
            return Attempt(fault="unreachable", detail=f"no connection: {_reason(error)}")
        except TimeoutError:
            return Attempt(fault="timeout", detail=f"no answer within {self.mapping.timeout_seconds:g} s")
        except (aiohttp.ClientError, ConnectionError) as error:
            return Attempt(fault="dropped", detail=f"the connection broke off: {_reason(error)}")

    def _read(self, case: Case, answer: aiohttp.ClientResponse, body: bytes, latency: float, asked_at: str) -> Attempt:
        if answer.status < 300:
            try:
                return Attempt(response=self._reader.read(case.id, json.loads(body), latency, asked_at))
            except WrongShape as error:
                return Attempt(fault="wrong_shape", detail=f"wrong shape, {_seen(answer)}: {error}")
            except (ValueError, RecursionError):
                pass
        return _unread(answer, body[:400].decode("utf-8", "replace").strip()[:SHOWN])


def _seen(answer: aiohttp.ClientResponse) -> str:
    return f"HTTP {answer.status} ({answer.content_type})"


def _unread(answer: aiohttp.ClientResponse, start: str) -> Attempt:
    """The fault of an answer that holds no JSON or says that it failed; `start` is how its body begins."""
    if answer.status in {429, 503}:
        pause = retry_after(answer.headers.get("Retry-After"))
        return Attempt(fault="busy", detail=f"{_seen(answer)}: {start}", retry_after=pause)
    if answer.status >= 300:
        return Attempt(fault="status", detail=f"{_seen(answer)}: {start}")
    kind = "HTML instead of JSON" if start[:1] == "<" or "html" in answer.content_type else "no JSON"
    return Attempt(fault="unusable", detail=f"{kind}, {_seen(answer)}: {start}")


def retry_after(value: str | None, now: datetime | None = None) -> float | None:
    """Seconds to wait from a Retry-After header: a number of seconds or an HTTP date."""
    if not value:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (until - (now or datetime.now(UTC))).total_seconds())


def _reason(error: BaseException) -> str:
    """What the system calls the fault, else what the client says of it."""
    number = getattr(getattr(error, "os_error", error), "errno", None)
    text = os.strerror(number) if isinstance(number, int) and number > 0 else str(error) or type(error).__name__
    return text if len(text) <= 120 else text[:117] + "..."


async def sleep(seconds: float) -> None:
    """The pause between attempts, in a place of its own so that a test can hand in another."""
    await asyncio.sleep(seconds)
