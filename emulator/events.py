"""The emulator's own log: one line an event, to stderr."""

from __future__ import annotations

import datetime as dt
import sys


def event(what: str, **facts: object) -> None:
    """Write `what` and its facts as one line with a UTC time; requests are not events."""
    now = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
    tail = "".join(f" {name}={value}" for name, value in facts.items() if value is not None)
    sys.stderr.write(f"{now} {what}{tail}\n")
    sys.stderr.flush()
