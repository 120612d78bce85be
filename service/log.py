"""One JSON object a line on standard output: what CloudWatch Logs can filter by field."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import IO


class Log:
    """Writes events. Callers hand in no secrets; a question is logged by its length."""

    def __init__(self, out: IO[str] | None = None) -> None:
        self._out = out or sys.stdout

    def event(self, name: str, **fields: object) -> None:
        """One line: time, event, fields."""
        stamp = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = json.dumps({"time": stamp, "event": name, **fields}, ensure_ascii=False, default=str)
        self._out.write(line + "\n")
        self._out.flush()
