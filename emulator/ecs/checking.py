"""The health check of one container, run by us so that it can be frequent while the container starts."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from .engine import EngineError
from .launch import CHECK_SECONDS, HEALTHY_CHECK_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from .engine import Engine
    from .launch import HealthCheck


class Checker:
    """Runs a check again and again and tells every change of state: HEALTHY or UNHEALTHY."""

    def __init__(self, engine: Engine, container: str, check: HealthCheck, *, told: Callable[[str], None]) -> None:
        self._engine = engine
        self._container = container
        self._check = check
        self._told = told
        self._stop = threading.Event()
        self._state = "UNKNOWN"
        self._misses = 0
        self._thread = threading.Thread(target=self._run, name="health-check", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End; a check that is under way is not waited for."""
        self._stop.set()

    def _run(self) -> None:
        started = time.monotonic()
        quick = min(self._check.interval, CHECK_SECONDS)
        while not self._stop.is_set():
            try:
                passed = self._engine.check(self._container, self._check.command, self._check.timeout)
            except EngineError:
                passed = False
            if self._stop.is_set():
                return
            self._take(passed=passed, starting=time.monotonic() - started < self._check.allowance)
            slow = min(self._check.interval, HEALTHY_CHECK_SECONDS)
            self._stop.wait(slow if self._state == "HEALTHY" else quick)

    def _take(self, *, passed: bool, starting: bool) -> None:
        if passed:
            self._misses = 0
            self._to("HEALTHY")
            return
        self._misses += 1
        if self._misses >= self._check.retries and not (starting and self._state == "UNKNOWN"):
            self._to("UNHEALTHY")

    def _to(self, state: str) -> None:
        if state != self._state:
            self._state = state
            self._told(state)
