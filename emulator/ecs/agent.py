"""One task from its first pull to its last log line, in a thread of its own."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..events import event
from . import awslogs, launch, secrets
from .checking import Checker
from .engine import EngineError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..lb.targets import Targets
    from .engine import Engine, Image
    from .model import Container, Task
    from .store import Store

POLL_SECONDS = 0.25
DRAIN_POLL_SECONDS = 0.05
OUT_OF_MEMORY = "OutOfMemoryError: container killed due to memory usage"


class StartError(Exception):
    """A task cannot be started; `where` is the container at fault, the message ECS's reason."""

    def __init__(self, message: str, where: Container | None = None) -> None:
        super().__init__(message)
        self.where = where


@dataclass(frozen=True, kw_only=True)
class Tools:
    """What an agent works with: `missing` says why our registry lacks an image, `group` describes a target group."""

    engine: Engine
    targets: Targets
    store: Store
    around: launch.Surroundings
    label: str
    free_port: Callable[[], int]
    group: Callable[[str], Any]
    missing: Callable[[str], str | None]
    changed: Callable[[str], None]


class Agent:
    """Runs one task. `definitions` are its container definitions; `stop` may be called at any time from any thread."""

    def __init__(self, task: Task, definitions: list[dict[str, Any]], tools: Tools) -> None:
        self._task = task
        self._definitions = {item["name"]: item for item in definitions}
        self._tools = tools
        self._stop = threading.Event()
        self._abandoned = False
        self._patience: float | None = None
        self._captures: dict[str, awslogs.Capture] = {}
        self._checkers: dict[str, Checker] = {}
        self._thread = threading.Thread(target=self._run, name=f"task-{task.id[:8]}", daemon=True)

    def start(self) -> None:
        """Start the task, or with containers already there take them over."""
        self._thread.start()

    def stop(self) -> None:
        """Have the task stopped."""
        self._stop.set()

    def hurry(self, seconds: float) -> None:
        """Have the task stopped, without draining, and killed where it takes longer than this."""
        self._patience = seconds
        self._stop.set()

    def abandon(self) -> None:
        """Stop looking after the task but leave its containers running."""
        self._abandoned = True
        self._stop.set()

    def join(self, seconds: float) -> None:
        """Wait for the thread."""
        self._thread.join(seconds)

    def _run(self) -> None:
        try:
            if all(container.runtime_id for container in self._task.containers):
                self._take_over()
            else:
                self._provision()
            self._watch()
        except StartError as error:
            self._fail(error)
        except Exception as error:  # noqa: BLE001 - a task must end whatever went wrong with it
            event("task broke", task=self._task.id, error=repr(error))
            self._fail(StartError(f"CannotStartContainerError: {error}"))
        if not self._abandoned:
            self._end()

    def _to(self, status: str, **fields: Any) -> None:
        with self._tools.store.lock:
            self._task.last_status = status
            self._task.version += 1
            for name, value in fields.items():
                setattr(self._task, name, value)
            self._tools.store.changed()

    def _now(self) -> float:
        return self._tools.store.clock()

    def _provision(self) -> None:
        self._to("PENDING", pull_started_at=self._now())
        images = {container.name: self._pull(container) for container in self._task.containers}
        self._to("ACTIVATING", pull_stopped_at=self._now())
        for container in _in_order(self._task.containers, self._definitions):
            self._await_dependencies(container)
            if self._stop.is_set():
                return
            self._launch(container, images[container.name])
        self._register()
        self._to("RUNNING", started_at=self._now())

    def _pull(self, container: Container) -> Image:
        reference = launch.image_reference(container.image, self._tools.around.port)
        try:
            absent = self._tools.missing(reference)
            if absent is not None:
                raise EngineError(absent)
            image = self._tools.engine.pull(reference)
        except EngineError as error:
            message = (
                "CannotPullContainerError: pull image manifest has been retried 1 time(s): "
                f"failed to resolve ref {container.image}: {error}"
            )
            raise StartError(message, container) from error
        container.image_digest = image.digest
        return image

    def _launch(self, container: Container, image: Image) -> None:
        definition = self._definitions[container.name]
        tools = self._tools
        try:
            values = secrets.values(definition, self._task.region)
            stream = awslogs.stream_of(definition, task_id=self._task.id, region=self._task.region)
            since = awslogs.prepare(stream, definition) if stream else 0.0
        except (secrets.SecretError, awslogs.LogError) as error:
            raise StartError(str(error)) from error
        container.ports = launch.ports(definition, tools.free_port)
        variables = launch.environment(definition, task=self._task, ports=container.ports, secrets=values, around=tools.around)
        spec = launch.spec(
            definition,
            task=self._task,
            container=container,
            image=image.id,
            variables=variables,
            around=tools.around,
            label=tools.label,
        )
        try:
            container.runtime_id = tools.engine.create(spec)
            tools.engine.start(container.runtime_id)
        except EngineError as error:
            msg = f"CannotStartContainerError: Error response from daemon: {error}"
            raise StartError(msg, container) from error
        container.last_status = "RUNNING"
        self._attend(container, stream, since, image.health_check)

    def _attend(self, container: Container, stream: awslogs.Stream | None, since: float, own_check: Any) -> None:
        """Capture the container's output and run its health check."""
        runtime_id = container.runtime_id or ""
        if stream is not None:
            capture = awslogs.Capture(self._tools.engine, runtime_id, stream, since=since, changed=self._tools.changed)
            self._captures[container.name] = capture
            capture.start()
        check = launch.health_check(self._definitions[container.name], own_check, self._tools.around.start_cap)
        if check is not None:
            container.has_check = True
            checker = Checker(self._tools.engine, runtime_id, check, told=lambda state: self._healthy(container, state))
            self._checkers[container.name] = checker
            checker.start()

    def _healthy(self, container: Container, state: str) -> None:
        with self._tools.store.lock:
            container.health = state
            self._task.version += 1
            self._tools.store.changed()

    def _await_dependencies(self, container: Container) -> None:
        wanted = self._definitions[container.name].get("dependsOn") or []
        by_name = {item.name: item for item in self._task.containers}
        for entry in wanted:
            other = by_name[entry["containerName"]]
            while not self._stop.is_set() and not self._met(other, entry["condition"]):
                time.sleep(POLL_SECONDS)

    def _met(self, other: Container, condition: str) -> bool:
        if condition == "HEALTHY":
            return other.health == "HEALTHY"
        if condition == "START":
            return other.last_status in {"RUNNING", "STOPPED"}
        self._look(other)
        if other.last_status != "STOPPED":
            return False
        if condition == "SUCCESS" and other.exit_code != 0:
            message = f"Dependency {other.name} did not exit with 0 but with {other.exit_code}"
            raise StartError(message, other)
        return True

    def _register(self) -> None:
        """Put the task's ports behind its service's target groups."""
        containers = {item.name: item for item in self._task.containers}
        for entry in self._task.target_groups:
            group = self._tools.group(entry["targetGroupArn"])
            port = dict(containers[entry["containerName"]].ports).get(entry["containerPort"])
            if group is not None and port is not None:
                self._tools.targets.register(group, self._task.id, port, self._task.grace_seconds)

    def _take_over(self) -> None:
        """Go on with containers that an earlier emulator started."""
        for container in self._task.containers:
            definition = self._definitions[container.name]
            container.health = "UNKNOWN"
            self._look(container)
            if container.last_status == "STOPPED":
                continue
            stream = awslogs.stream_of(definition, task_id=self._task.id, region=self._task.region)
            since = awslogs.prepare(stream, definition) if stream else 0.0
            own_check = self._tools.engine.pull(launch.image_reference(container.image, self._tools.around.port)).health_check
            self._attend(container, stream, since, own_check)
        self._register()
        if self._task.desired_status == "STOPPED":
            self._stop.set()
        else:
            self._to("RUNNING")

    def _watch(self) -> None:
        """Look at the containers until one that matters has ended or the task is to stop."""
        while not self._stop.wait(POLL_SECONDS):
            for container in self._task.containers:
                if container.last_status == "RUNNING":
                    self._look(container)
                if container.essential and container.last_status == "STOPPED":
                    self._essential_ended()
                    return

    def _look(self, container: Container) -> None:
        try:
            status = self._tools.engine.status(container.runtime_id or "")
        except EngineError:
            return
        if status is not None and status.running:
            return
        container.last_status = "STOPPED"
        container.exit_code = status.exit_code if status is not None else 137
        if status is not None and status.out_of_memory:
            container.exit_code, container.reason = 137, OUT_OF_MEMORY
        elif status is not None and status.error:
            container.reason = f"CannotStartContainerError: {status.error}"

    def _essential_ended(self) -> None:
        with self._tools.store.lock:
            if self._task.desired_status == "STOPPED":
                return
            task = self._task
            task.desired_status, task.failed = "STOPPED", True
            task.stop_code, task.stopped_reason = "EssentialContainerExited", "Essential container in task exited"
            task.stopping_at = self._now()
            self._tools.store.changed()

    def _fail(self, error: StartError) -> None:
        with self._tools.store.lock:
            task = self._task
            if error.where is not None:
                error.where.reason = str(error)
            if task.stop_code is None:
                task.stop_code, task.stopped_reason = "TaskFailedToStart", str(error)
                task.failed = True
            task.desired_status = "STOPPED"
            task.stopping_at = task.stopping_at or self._now()

    def _end(self) -> None:
        """Drain, stop and remove; the logs are complete before the task is STOPPED."""
        self._to("DEACTIVATING")
        self._drain()
        self._to("STOPPING")
        for checker in self._checkers.values():
            checker.stop()
        self._terminate()
        self._to("DEPROVISIONING", execution_stopped_at=self._now())
        for capture in self._captures.values():
            capture.finish()
        for container in self._task.containers:
            if container.runtime_id:
                self._tools.engine.remove(container.runtime_id)
            container.last_status = "STOPPED"
        self._to("STOPPED", stopped_at=self._now(), desired_status="STOPPED")
        task = self._task
        event("task stopped", task=task.id, service=task.service, code=task.stop_code, reason=task.stopped_reason)

    def _drain(self) -> None:
        targets, task_id = self._tools.targets, self._task.id
        deadline = time.monotonic() + targets.drain(task_id)
        while self._patience is None and targets.in_flight(task_id) and time.monotonic() < deadline:
            time.sleep(DRAIN_POLL_SECONDS)
        targets.remove(task_id)

    def _terminate(self) -> None:
        """SIGTERM to all that still run, SIGKILL to each after its stopTimeout."""
        started = time.monotonic()
        running = [c for c in self._task.containers if c.runtime_id and c.last_status != "STOPPED"]
        for container in running:
            self._tools.engine.signal(container.runtime_id or "", "SIGTERM")
        while running:
            for container in list(running):
                self._look(container)
                limit = launch.stop_seconds(self._definitions[container.name])
                limit = limit if self._patience is None else min(limit, self._patience)
                if time.monotonic() - started >= limit and container.last_status != "STOPPED":
                    self._tools.engine.signal(container.runtime_id or "", "SIGKILL")
            running = [c for c in running if c.last_status != "STOPPED"]
            if running:
                time.sleep(DRAIN_POLL_SECONDS)


def _in_order(containers: list[Container], definitions: dict[str, dict[str, Any]]) -> list[Container]:
    """Containers after those that they depend on."""
    done: list[Container] = []
    left = list(containers)
    while left:
        names = {container.name for container in left}
        free = [c for c in left if not names & {d["containerName"] for d in definitions[c.name].get("dependsOn") or []}]
        done += free or left
        left = [c for c in left if c not in done]
    return done
