"""A Python function as a subject."""

from __future__ import annotations

import hashlib
import inspect
import time
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ..jsontext import whole_text
from ..results import Response
from .clock import stamp, wall
from .mapping import RequestMapping
from .reading import Reader, WrongShape, number, outline
from .subject import Attempt, Fault

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import ThreadPoolExecutor

    from ..case import Case

RECORDED = RequestMapping(
    contexts="contexts", retrieved="retrieved", citations="citations", label="label", scores="scores",
    value="value", interval="interval", quantiles="quantiles", tokens="usage", cost="cost_usd",
)  # fmt: skip
UNRANKED = replace(RECORDED, retrieved=None)


class CallableSubject:
    """Asks `function(input)`, or `function(case)` where its first parameter is called `case`.

    It returns a text (the answer), an object with the fields of a recorded response (`answer`, `contexts`, `retrieved`,
    `label`, `value`, ...; `latency_ms` where it measures its own), or a `Response`. An async function is awaited; another one
    runs in a thread, or in the event loop itself with `inline`, which suits one that waits for nothing. What it raises is an
    infrastructure fault: a `TimeoutError` or `ConnectionError` is tried again, anything else is not. `timeout_seconds` bounds
    the wait for each answer, except inline; a thread that hangs is left behind.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        *,
        name: str | None = None,
        digest: str | None = None,
        inline: bool = False,
        timeout_seconds: float | None = None,
    ) -> None:
        self.address = name or str(getattr(function, "__qualname__", type(function).__name__))
        self.digest = digest
        self.identity = hashlib.sha256(f"function\n{self.address}\n{digest or ''}".encode()).hexdigest()[:16]
        self.function, self.takes_case = function, _takes_case(function)
        self._is_async = inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(type(function).__call__)
        self.inline = inline and not self._is_async
        self._timeout = timeout_seconds
        self._pool: ThreadPoolExecutor | None = None

    def is_alive(self) -> bool:
        """A function is always there."""
        return True

    async def open(self, concurrency: int) -> None:
        """Make as many threads as there may be questions at once."""
        from concurrent.futures import ThreadPoolExecutor

        if not (self._is_async or self.inline):
            self._pool = ThreadPoolExecutor(concurrency, thread_name_prefix="subject")

    async def close(self) -> None:
        """Let the threads go, without waiting for one that hangs."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None

    async def ask(self, case: Case) -> Attempt:
        """Call the function once; its latency runs until it returns."""
        asked_at = stamp(wall())
        start = time.perf_counter()
        try:
            value = await self._call(case if self.takes_case else case.input)
        except Exception as error:  # noqa: BLE001
            return self.fault(error)
        return self.attempt(case.id, value, (time.perf_counter() - start) * 1000, asked_at)

    def attempt(self, identity: str, value: Any, latency_ms: float, asked_at: str) -> Attempt:
        """What the function's value is to the case of that id."""
        try:
            return self._read(identity, value, latency_ms, asked_at)
        except WrongShape as error:
            return Attempt(fault="wrong_shape", detail=f"{self.address} returned the wrong shape: {error}")

    def fault(self, error: Exception) -> Attempt:
        """What the function raised: a time-out, a broken connection, or a failure that another try would not mend."""
        if isinstance(error, TimeoutError):
            detail = str(error) or ("no answer in time" if self._timeout is None else f"no answer within {self._timeout:g} s")
            return Attempt(fault="timeout", detail=detail)
        fault: Fault = "dropped" if isinstance(error, ConnectionError) else "failed"
        return Attempt(fault=fault, detail=f"{type(error).__name__}: {error}".rstrip(": "))

    async def _call(self, argument: Any) -> Any:
        if self.inline:
            return self.function(argument)
        import asyncio

        if self._is_async:
            work = self.function(argument)
        else:
            work = asyncio.get_running_loop().run_in_executor(self._pool, self.function, argument)
        return await (work if self._timeout is None else asyncio.wait_for(work, self._timeout))

    def _read(self, identity: str, value: Any, latency: float, asked_at: str) -> Attempt:
        if isinstance(value, str):
            answer = value if value.isascii() else whole_text(value)
            return Attempt(response=Response(id=identity, answer=answer, latency_ms=latency, asked_at=asked_at))
        if isinstance(value, Response):
            return Attempt(response=value if value.id == identity else replace(value, id=identity))
        if not isinstance(value, Mapping):
            msg = f"{outline(value)}, and no text, object or Response"
            raise WrongShape(msg)
        return self._read_fields(identity, value, latency, asked_at)

    def _read_fields(self, identity: str, value: Mapping[str, Any], latency: float, asked_at: str) -> Attempt:
        row = {name: _plain(part) for name, part in value.items() if part is not None}
        if "error" in row:
            return Attempt(fault="failed", detail=str(row["error"]))
        if "latency_ms" in row:
            latency, asked_at = number(row["latency_ms"], "latency_ms") or 0.0, str(row.get("asked_at", ""))
        if "input_tokens" in row or "output_tokens" in row:
            row.setdefault("usage", row)
        reader = self._ranked if "retrieved" in row else self._unranked
        return Attempt(response=reader.read(identity, row, latency, asked_at))

    @cached_property
    def _ranked(self) -> Reader:
        return Reader(RECORDED, needs_answer=False)

    @cached_property
    def _unranked(self) -> Reader:
        return Reader(UNRANKED, needs_answer=False)


def _takes_case(function: Callable[..., Any]) -> bool:
    try:
        return next(iter(inspect.signature(function).parameters), None) == "case"
    except (TypeError, ValueError):
        return False


def _plain(value: Any) -> Any:
    """Numbers and arrays of other libraries as Python has them."""
    if hasattr(value, "tolist") and not isinstance(value, str | bytes):
        return value.tolist()
    return list(value) if isinstance(value, tuple) else value
