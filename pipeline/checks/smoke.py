"""Smoke events: single requests with what must come back, from JSON files of the project."""

from __future__ import annotations

import http.client
import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ..errors import OutsideError, UsageError
from .check import Check

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

TIMEOUT_SECONDS = 30


@dataclass(frozen=True, kw_only=True)
class SmokeEvent:
    """A request and what is expected: the status, keys that the JSON answer has, and a text that it does not hold.

    The body is `json` (any JSON value), `text` (as it is), or `text` repeated `repeat` times.
    """

    name: str
    path: str
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    status: tuple[int, ...] = (200,)
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    content_type: str
    body: bytes


def load_events(folder: Path) -> list[SmokeEvent]:
    """Read every `*.json` of the folder, in order of name.

    Raises:
        UsageError: the folder is absent or empty, or a file is no event.
    """
    paths = sorted(folder.glob("*.json"))
    if not paths:
        msg = "holds no smoke events (*.json)."
        raise UsageError(msg, where=str(folder), next_step="Add one, or leave `contract.smoke` out of ml_config.yaml.")
    return [_event(path) for path in paths]


def _event(path: Path) -> SmokeEvent:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        request, expect = data["request"], data.get("expect", {})
        body = None
        if "json" in request:
            body = json.dumps(request["json"]).encode()
        elif "text" in request:
            body = (str(request["text"]) * int(request.get("repeat", 1))).encode()
        status, keys = expect.get("status", [200]), expect.get("keys", [])
        if not isinstance(keys, list):
            msg = f"expect.keys is a list, not {keys!r}"
            raise TypeError(msg)
        return SmokeEvent(
            name=data.get("name", path.stem),
            path=request["path"],
            method=request.get("method", "POST"),
            headers=request.get("headers", {}),
            body=body,
            status=tuple(status) if isinstance(status, list) else (int(status),),
            keys=tuple(keys),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        msg = f"is no smoke event: {type(error).__name__} {error}."
        raise UsageError(
            msg, where=str(path), next_step="It has `name`, `request` {path, ...} and `expect` {status, keys}."
        ) from error


def ask(base_url: str, event: SmokeEvent, timeout: float = TIMEOUT_SECONDS) -> Answer:
    """Send one event.

    Raises:
        OutsideError: nothing came back.
    """
    address = urlsplit(base_url)
    connection = http.client.HTTPConnection(address.hostname or "127.0.0.1", address.port, timeout=timeout)
    headers = {"content-type": "application/json", **event.headers}
    try:
        connection.request(event.method, event.path, body=event.body, headers=headers)
        answer = connection.getresponse()
        return Answer(status=answer.status, content_type=answer.headers.get("content-type", ""), body=answer.read())
    except (OSError, http.client.HTTPException) as error:
        msg = f"{event.method} {event.path} got no answer: {error or type(error).__name__}."
        raise OutsideError(msg) from error
    finally:
        connection.close()


def smoke_check(base_url: str, event: SmokeEvent) -> Check:
    """Send one event and hold the answer to what it expects."""
    start = time.monotonic()
    try:
        ok, detail = judge(event, ask(base_url, event))
    except OutsideError as error:
        ok, detail = False, str(error)
    return Check(name=f"smoke: {event.name}", ok=ok, seconds=round(time.monotonic() - start, 3), detail=detail)


def judge(event: SmokeEvent, answer: Answer) -> tuple[bool, str]:
    """Whether an answer is what the event expects, and what was wrong with it."""
    if answer.status not in event.status:
        wanted = " or ".join(map(str, event.status))
        return False, f"answered {answer.status}, not {wanted}: {answer.body[:120].decode('utf-8', 'replace')}"
    if b"Traceback (most recent call last)" in answer.body:
        return False, f"answered {answer.status} with a traceback"
    if not event.keys:
        return True, f"{answer.status}"
    try:
        data: Any = json.loads(answer.body)
    except ValueError:
        return (
            False,
            f"answered {answer.content_type or 'no content type'}, not JSON: {answer.body[:80].decode('utf-8', 'replace')}",
        )
    absent = [key for key in event.keys if not _has(data, key)]
    return (
        not absent,
        f"the answer lacks {', '.join(absent)}"
        if absent
        else f"{answer.status}, {len(event.keys)} key{'s' * (len(event.keys) != 1)}",
    )


def _has(data: Any, path: str) -> bool:
    for part in path.split("."):
        if isinstance(data, list):
            data = data[0] if data else None
        if not isinstance(data, dict) or part not in data:
            return False
        data = data[part]
    return True
