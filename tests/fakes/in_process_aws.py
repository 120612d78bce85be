"""The emulator's dispatcher behind real boto3 clients, without a socket, a container or a state folder."""

from __future__ import annotations

import json
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
from botocore.awsrequest import AWSResponse
from botocore.config import Config

from emulator import bedrock
from emulator.dispatch import Dispatcher
from emulator.ecs.calls import EcsCalls
from emulator.ecs.store import Store
from emulator.faults import Faults
from tests.fakes.fake_tasks import FakeClock, FakeTasks

if TYPE_CHECKING:
    from collections.abc import Callable

    from botocore.awsrequest import AWSPreparedRequest

    from emulator.ecs.model import Task
    from emulator.wire import Answer, Call

ADDRESS = "127.0.0.1:4566"


class _Body(BytesIO):
    def stream(self, *_: object, **__: object) -> Any:
        yield self.read()


class FakeRunner(FakeTasks):
    """Runs what RunTask asks for as fake tasks."""

    def run(self, task: Task, definition: Any) -> None:
        self.store.tasks[task.id] = task
        self.states[task.id] = "initial"


class InProcessAws:
    """`changed` lists the services that calls changed; `bodies` the JSON bodies of ECS's answers, as they were sent."""

    def __init__(self) -> None:
        self.changed: list[str] = []
        self.bodies: list[tuple[str, Any]] = []
        self.faults = Faults()
        self.clock = FakeClock()
        self.store = Store(clock=self.clock, changed=self.changed.append)
        self.runner = FakeRunner(self.store, self.clock)
        own: dict[str, Callable[[Call], Answer | None]] = {
            "bedrock-runtime": bedrock.answer,
            "ecs": EcsCalls(self.store, self.runner),
        }
        self.dispatcher = Dispatcher(faults=self.faults, address=ADDRESS, changed=self.changed.append, own=own)

    def client(self, service: str) -> Any:
        made = boto3.client(
            service,
            endpoint_url=f"http://{ADDRESS}",
            region_name="us-east-1",
            aws_access_key_id="AKIAGOLDGATETESTS000",
            aws_secret_access_key="tests",
            config=Config(retries={"max_attempts": 0}, s3={"addressing_style": "path"}),
        )
        made.meta.events.register("before-send.*", self._send)
        return made

    def _send(self, request: AWSPreparedRequest, event_name: str, **_: object) -> AWSResponse:
        parts = urlsplit(request.url)
        body = request.body or b""
        if isinstance(body, str):
            body = body.encode()
        elif hasattr(body, "read"):
            body = body.read()
        headers = {k.lower(): v.decode() if isinstance(v, bytes) else str(v) for k, v in request.headers.items()}
        answer = self.dispatcher(
            method=request.method, path=parts.path or "/", query=parts.query, headers=headers, body=bytes(body)
        )
        if event_name.startswith("before-send.ecs"):
            self.bodies.append((event_name.rsplit(".", 1)[-1], json.loads(answer.body)))
        return AWSResponse(request.url, answer.status, dict(answer.headers), _Body(answer.body))
