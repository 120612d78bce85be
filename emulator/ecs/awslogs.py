"""The awslogs driver: a container's output into moto's CloudWatch Logs."""

from __future__ import annotations

import queue
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .. import backends

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .engine import Engine

FLUSH_SECONDS = 0.2
END_SECONDS = 3.0
MAX_LINE = 256 * 1024


class LogError(Exception):
    """The log group or stream cannot be used; the message is the one that ECS gives."""


@dataclass(frozen=True, kw_only=True)
class Stream:
    """Where a container's lines go."""

    region: str
    group: str
    name: str


def stream_of(definition: Mapping[str, Any], *, task_id: str, region: str) -> Stream | None:
    """The stream that a container definition asks for; None with another driver or none."""
    configuration = definition.get("logConfiguration") or {}
    if configuration.get("logDriver") != "awslogs":
        return None
    options = configuration.get("options") or {}
    prefix = options.get("awslogs-stream-prefix", "ecs")
    name = f"{prefix}/{definition['name']}/{task_id}"
    return Stream(region=options.get("awslogs-region", region), group=options["awslogs-group"], name=name)


def prepare(stream: Stream, definition: Mapping[str, Any]) -> float:
    """Have the stream there and return the time of its last event (epoch seconds, 0 if none).

    The group is made only with `awslogs-create-group`, as on AWS. Raises LogError.
    """
    options = definition["logConfiguration"]["options"]
    with backends.locks["logs"]:
        logs = backends.backend("logs", stream.region)
        if stream.group not in logs.groups:
            if options.get("awslogs-create-group") != "true":
                message = (
                    "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: "
                    "failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist."
                    f" : {stream.group}"
                )
                raise LogError(message)
            logs.create_log_group(stream.group, {})
        logs.ensure_log_stream(stream.group, stream.name)
        events = logs.groups[stream.group].streams[stream.name].events
        return float(events[-1].timestamp) / 1000 if events else 0.0


class Capture:
    """Follows one container and writes its lines in small batches until it ends. `changed` marks the logs for saving."""

    def __init__(self, engine: Engine, container: str, stream: Stream, *, since: float, changed: Callable[[str], None]) -> None:
        self._engine = engine
        self._container = container
        self._stream = stream
        self._since = since
        self._changed = changed
        self._lines: queue.SimpleQueue[tuple[int, str] | None] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, name="log-reader", daemon=True)
        self._writer = threading.Thread(target=self._write, name="log-writer", daemon=True)

    def start(self) -> None:
        """Begin to follow."""
        self._reader.start()
        self._writer.start()

    def finish(self) -> None:
        """Wait until the last lines of an ended container are written."""
        self._reader.join(END_SECONDS)
        self._lines.put(None)
        self._writer.join(END_SECONDS)

    def _read(self) -> None:
        limit = int(self._since * 1000)
        for moment, line in self._engine.lines(self._container, self._since):
            if moment > limit:
                self._lines.put((moment, line[:MAX_LINE]))

    def _write(self) -> None:
        ended = False
        while not ended:
            batch, ended = self._batch()
            if batch:
                self._put(sorted(batch, key=lambda item: item[0]))

    def _batch(self) -> tuple[list[tuple[int, str]], bool]:
        first = self._lines.get()
        if first is None:
            return [], True
        batch, deadline = [first], time.monotonic() + FLUSH_SECONDS
        while True:
            try:
                following = self._lines.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                return batch, False
            if following is None:
                return batch, True
            batch.append(following)

    def _put(self, batch: list[tuple[int, str]]) -> None:
        events = [{"timestamp": moment, "message": line} for moment, line in batch if line]
        with backends.locks["logs"]:
            logs = backends.backend("logs", self._stream.region)
            if events and self._stream.group in logs.groups:
                logs.ensure_log_stream(self._stream.group, self._stream.name)
                logs.put_log_events(self._stream.group, self._stream.name, events)
        self._changed("logs")
