"""The life of the service: loading, ready, or failed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from .errors import ServiceError

if TYPE_CHECKING:
    from .engine import Engine
    from .log import Log

Build = Callable[[], "Engine"]


class State:
    """Builds the engine in a thread of its own, so that the port opens at once and /healthz can say "loading"."""

    def __init__(self, build: Build, log: Log, on_failure: Callable[[], None] = lambda: None) -> None:
        self._build = build
        self._log = log
        self._on_failure = on_failure
        self._thread: threading.Thread | None = None
        self.engine: Engine | None = None
        self.failure: str | None = None
        self.seconds = 0.0

    def start(self) -> None:
        """Begin to load; a second call changes nothing."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="load", daemon=True)
            self._thread.start()

    def wait(self, timeout: float | None = None) -> None:
        """Wait until the load has ended either way."""
        if self._thread:
            self._thread.join(timeout)

    @property
    def status(self) -> str:
        """ "ok", "failed" or "loading"."""
        if self.engine:
            return "ok"
        return "failed" if self.failure else "loading"

    def _run(self) -> None:
        begin = time.perf_counter()
        try:
            engine = self._build()
        except ServiceError as error:
            self._fail(str(error))
        except Exception as error:  # noqa: BLE001 - a thread has no caller: whatever ends it must end the process
            self._fail(f"{type(error).__name__}: {error}")
        else:
            self.seconds = time.perf_counter() - begin
            self._log.event("ready", seconds=round(self.seconds, 3), sentences=engine.size)
            self.engine = engine

    def _fail(self, cause: str) -> None:
        self.failure = " ".join(cause.split())
        self._log.event("load_failed", level="error", cause=self.failure)
        self._on_failure()
