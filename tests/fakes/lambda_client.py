"""Lambda's `invoke`: a test scripts what each call gives, in the shapes of botocore's model."""

from __future__ import annotations

import io
import json
import threading
from typing import TYPE_CHECKING, Any

from botocore.response import StreamingBody

from .shapes import check

if TYPE_CHECKING:
    from collections.abc import Callable


class FakeLambda:
    """`respond(event, count)` gives the payload of the count-th call (from 1): bytes, anything that JSON knows, or it raises.

    `failing` wraps a payload as the answer of a function that raised.
    """

    def __init__(self, respond: Callable[[Any, int], Any]) -> None:
        self._respond = respond
        self._lock = threading.Lock()
        self.calls: list[dict[str, Any]] = []

    def invoke(self, **request: Any) -> dict[str, Any]:
        check("lambda", "Invoke", request=request)
        with self._lock:
            self.calls.append(request)
            count = len(self.calls)
        given = self._respond(json.loads(request["Payload"]), count)
        error = isinstance(given, Failing)
        payload = given.payload if isinstance(given, Failing) else given
        content = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        answer: dict[str, Any] = {"StatusCode": 200, "ExecutedVersion": "$LATEST"}
        check("lambda", "Invoke", response={**answer, "Payload": content})
        body = StreamingBody(io.BytesIO(content), len(content))
        return {**answer, **({"FunctionError": "Unhandled"} if error else {}), "Payload": body}


class Failing:
    """The payload of a function that raised."""

    def __init__(self, kind: str, message: str) -> None:
        self.payload = {"errorType": kind, "errorMessage": message, "stackTrace": []}
