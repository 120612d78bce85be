"""Loopback ports for containers, outside the range from which the system takes ports for outgoing connections."""

from __future__ import annotations

import random
import socket
import threading
import time

FIRST, LAST = 20000, 31999
# A port given out is not given again for this long, for its container may not listen yet.
HELD_SECONDS = 60.0


class Ports:
    """Gives out free ports, each once in a while. Safe under threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._given: dict[int, float] = {}

    def take(self) -> int:
        """A port on which nothing listens on 127.0.0.1 now."""
        with self._lock:
            now = time.monotonic()
            self._given = {port: at for port, at in self._given.items() if now - at < HELD_SECONDS}
            while True:
                port = random.SystemRandom().randint(FIRST, LAST)
                if port not in self._given and _is_free(port):
                    self._given[port] = now
                    return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
