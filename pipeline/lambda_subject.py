"""A Lambda function as the subject of an evaluation, invoked in threads of its own."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from botocore import exceptions as boto

from goldgate.eval.ask.clock import stamp, wall
from goldgate.eval.ask.reading import Reader, WrongShape
from goldgate.eval.ask.subject import Attempt
from goldgate.eval.ask.template import Template
from goldgate.eval.jsontext import dumps, loads

from .aws_errors import BotoCoreError, ClientError, code_of, is_throttling, is_transient, message_of, translate

if TYPE_CHECKING:
    from goldgate.eval.ask.mapping import RequestMapping
    from goldgate.eval.ask.subject import Fault
    from goldgate.eval.case import Case

NOT_READY = frozenset(
    {
        "EC2ThrottledException",
        "ENILimitReachedException",
        "ENINotReadyException",
        "ResourceConflictException",
        "ResourceNotReadyException",
        "ServiceException",
        "SnapStartNotReadyException",
    }
)
BUSY = frozenset({429, 502, 503, 504})
SHOWN = 120


class LambdaSubject:
    """The function `name` (name, ARN or alias), invoked through a boto3 client that is handed in.

    The event is the body of `mapping`; its path, method and headers mean nothing here. An answer in the shape of API Gateway's
    proxy (`statusCode` and a `body` of JSON text) is unpacked. The client should not retry by itself and should have as many
    connections as there are questions at once: see `client_settings`.
    """

    def __init__(
        self, client: Any, name: str, mapping: RequestMapping, *, qualifier: str | None = None, digest: str | None = None
    ) -> None:
        self.address = f"lambda:{name}" + (f":{qualifier}" if qualifier else "")
        self.mapping = mapping
        self.digest = digest
        self.identity = hashlib.sha256(f"{digest or self.address}\n{mapping.digest}".encode()).hexdigest()[:16]
        self._client = client
        self._call = {"FunctionName": name, **({"Qualifier": qualifier} if qualifier else {})}
        self._template = Template(mapping.body)
        self._reader = Reader(mapping)
        self._threads: ThreadPoolExecutor | None = None

    def is_alive(self) -> bool:
        """A function is there until an invocation says otherwise."""
        return True

    async def open(self, concurrency: int) -> None:
        """Make as many threads as there may be invocations at once."""
        self._threads = ThreadPoolExecutor(concurrency, thread_name_prefix="lambda")

    async def close(self) -> None:
        """Let the threads go, without waiting for an invocation that hangs."""
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)
            self._threads = None

    async def ask(self, case: Case) -> Attempt:
        """Invoke once; the latency runs until the whole payload is there.

        Raises:
            OutsideError: no invocation would be answered (rights, credentials, no such function).
        """
        event = self._template.fill(case)
        work = asyncio.get_running_loop().run_in_executor(self._threads, self._invoke, event)
        limit = self.mapping.timeout_seconds
        try:
            answer, latency, asked_at = await asyncio.wait_for(work, limit)
        except (TimeoutError, boto.ReadTimeoutError):
            return Attempt(fault="timeout", detail=f"no answer within {limit:g} s")
        except (ClientError, BotoCoreError) as error:
            return self._fault(error)
        if answer["error"]:
            return _raised(answer["payload"])
        return self._read(case, answer["payload"], latency, asked_at)

    def _invoke(self, event: bytes) -> tuple[dict[str, Any], float, str]:
        asked_at = stamp(wall())
        start = time.perf_counter()
        answer = self._client.invoke(**self._call, InvocationType="RequestResponse", Payload=event)
        payload = answer["Payload"].read()
        latency = (time.perf_counter() - start) * 1000
        return {"payload": payload, "error": answer.get("FunctionError")}, latency, asked_at

    def _read(self, case: Case, payload: bytes, latency: float, asked_at: str) -> Attempt:
        try:
            body = loads(payload)
            if isinstance(body, Mapping) and "statusCode" in body and "body" in body:
                if (refused := _refused(body)) is not None:
                    return refused
                body = loads(body["body"]) if isinstance(body["body"], str) else body["body"]
            return Attempt(response=self._reader.read(case.id, body, latency, asked_at))
        except WrongShape as error:
            return Attempt(fault="wrong_shape", detail=f"wrong shape: {error}")
        except (ValueError, RecursionError):
            return Attempt(fault="cut", detail=f"no JSON: {_start(payload) or 'an empty payload'}")

    def _fault(self, error: ClientError | BotoCoreError) -> Attempt:
        fault = _kind(error)
        if fault is None:
            raise translate(error, action="lambda:InvokeFunction", resource=self.address) from error
        said = message_of(error)
        detail = f"{code_of(error)}: {said}" if said else code_of(error)
        return Attempt(fault=fault, detail=detail[:SHOWN], retry_after=_retry_after(error))


def client_settings(concurrency: int, timeout_seconds: float) -> dict[str, Any]:
    """What botocore's Config should say for a client of this subject: retries of its own would falsify the latencies."""
    return {
        "retries": {"mode": "standard", "total_max_attempts": 1},
        "max_pool_connections": concurrency,
        "read_timeout": timeout_seconds,
        "connect_timeout": min(5.0, timeout_seconds),
    }


def _kind(error: ClientError | BotoCoreError) -> Fault | None:
    """The kind of fault; null where no invocation would be answered."""
    if isinstance(error, ClientError):
        return "busy" if is_throttling(error) or is_transient(error) or code_of(error) in NOT_READY else None
    if isinstance(error, boto.EndpointConnectionError | boto.ConnectTimeoutError):
        return "unreachable"
    if isinstance(error, boto.IncompleteReadError | boto.ResponseStreamingError):
        return "cut"
    return "dropped" if is_transient(error) else None


def _retry_after(error: ClientError | BotoCoreError) -> float | None:
    """What the refusal says of when to come back, in seconds."""
    answer: dict[str, Any] = getattr(error, "response", None) or {}
    headers = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    given = answer.get("retryAfterSeconds") or headers.get("retry-after")
    try:
        return None if given is None else max(0.0, float(given))
    except ValueError:
        return None


def _raised(payload: bytes) -> Attempt:
    """The fault of a function that raised, ran out of time or crashed: `errorType` and `errorMessage` say which."""
    try:
        said = loads(payload)
    except ValueError:
        said = {}
    told = said if isinstance(said, Mapping) else {}
    kind, message = str(told.get("errorType", "")), str(told.get("errorMessage", "")) or _start(payload)
    detail = f"the function failed: {kind}: {message}" if kind else f"the function failed: {message}"
    timed_out = "Task timed out" in message or kind == "Sandbox.Timedout"
    return Attempt(fault="timeout" if timed_out else "failed", detail=detail[:SHOWN])


def _refused(answer: Mapping[str, Any]) -> Attempt | None:
    """The fault of a proxy answer with a status of 300 and more."""
    status = answer["statusCode"]
    if not isinstance(status, int) or status < 300:
        return None
    shown = answer["body"] if isinstance(answer["body"], str) else dumps(answer["body"])
    return Attempt(fault="busy" if status in BUSY else "status", detail=f"HTTP {status}: {shown}"[:SHOWN])


def _start(payload: bytes) -> str:
    return payload[:400].decode("utf-8", "replace").strip()[:80]
