"""The thread that steps all services, makes their tasks, and takes over what an earlier emulator left."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from ..events import event
from ..wire import AwsError
from . import checks, taskmaker
from .agent import Agent, Tools
from .controller import Controller

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..lb.targets import Targets
    from .engine import Engine
    from .model import Deployment, Service, Task
    from .store import Store

TICK_SECONDS = 0.2
END_SECONDS = 4.0


class Scheduler:
    """Runs tasks. It is the controller's `Tasks`; `uses` is told which target groups services use."""

    def __init__(self, tools: Tools, *, uses: Callable[[frozenset[str]], None]) -> None:
        self._tools = tools
        self._store: Store = tools.store
        self._targets: Targets = tools.targets
        self._engine: Engine = tools.engine
        self._uses = uses
        self._agents: dict[str, Agent] = {}
        self._controller = Controller(store=tools.store, tasks=self)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="scheduler", daemon=True)

    def start(self) -> None:
        """Take over or clear away what is left from before, then begin."""
        with self._store.lock:
            self._adopt()
        self._thread.start()

    def stop(self, *, keep_tasks: bool) -> None:
        """End all tasks, or with `keep_tasks` leave their containers to the next emulator."""
        self._stopped.set()
        self._thread.join()
        agents = list(self._agents.items())
        for task_id, agent in agents:
            if keep_tasks:
                agent.abandon()
                continue
            with self._store.lock:
                self._mark(self._store.tasks[task_id], "TerminationNotice", "The local AWS was stopped.")
            agent.hurry(END_SECONDS)
        for _, agent in agents:
            agent.join(END_SECONDS * 2)
        if not keep_tasks:
            for left in self._engine.owned(self._tools.around.emulator):
                self._engine.remove(left.id)

    def _run(self) -> None:
        while not self._stopped.wait(TICK_SECONDS):
            with self._store.lock:
                for service in list(self._store.services.values()):
                    try:
                        self._controller.step(service)
                    except AwsError as error:
                        self._store.note(service, f"was unable to place a task: {error.message}")
                self._agents = {key: agent for key, agent in self._agents.items() if self._held(key)}
                self._store.forget_old()
                self._uses(self._groups())

    def _held(self, task_id: str) -> bool:
        task = self._store.tasks.get(task_id)
        return task is not None and task.last_status != "STOPPED"

    def _groups(self) -> frozenset[str]:
        balanced = (s.settings.get("loadBalancers", []) for s in self._store.services.values() if s.status != "INACTIVE")
        return frozenset(entry["targetGroupArn"] for entries in balanced for entry in entries)

    def launch(self, service: Service, deployment: Deployment) -> Task:
        """Make a task for a deployment and start it."""
        revision = service.revision(deployment.revision)
        definition = checks.definition(revision.definition, service.region, active=False)
        task = taskmaker.for_service(service, deployment, revision, definition, now=self._store.clock())
        self.run(task, definition)
        return task

    def run(self, task: Task, definition: Any) -> None:
        """Start a task in the background. Hold the store's lock."""
        self._store.tasks[task.id] = task
        agent = Agent(task, definition.container_definitions, self._tools)
        self._agents[task.id] = agent
        agent.start()
        self._store.changed()

    def stop_task(self, task: Task, code: str, reason: str) -> None:
        """Ask a task to stop. Hold the store's lock."""
        if task.desired_status == "STOPPED":
            return
        self._mark(task, code, reason)
        agent = self._agents.get(task.id)
        if agent is not None:
            agent.stop()

    def _mark(self, task: Task, code: str, reason: str) -> None:
        if task.desired_status == "STOPPED":
            return
        task.desired_status, task.stop_code, task.stopped_reason = "STOPPED", code, reason
        task.stopping_at = self._store.clock()
        self._store.changed()

    def traffic(self, task: Task) -> str | None:
        """The task's state behind its target groups."""
        return self._targets.of_task(task.id) if task.target_groups else None

    def _adopt(self) -> None:
        """Take over running containers of tasks that are wanted; remove all others of ours."""
        owned = self._engine.owned(self._tools.around.emulator)
        running = {item.id for item in owned if item.running}
        kept: set[str] = set()
        for task in list(self._store.tasks.values()):
            if task.last_status == "STOPPED":
                continue
            ids = {container.runtime_id for container in task.containers}
            if task.desired_status == "RUNNING" and ids and ids <= running:
                kept |= {one for one in ids if one}
                self._resume(task)
            else:
                self._close(task)
        for item in owned:
            if item.id not in kept:
                self._engine.remove(item.id)
        if kept or owned:
            event("containers from before", taken_over=len(kept), removed=len(owned) - len(kept))

    def _resume(self, task: Task) -> None:
        try:
            definition = checks.definition(task.definition, task.region, active=False)
        except AwsError:
            self._close(task)
            return
        agent = Agent(task, definition.container_definitions, self._tools)
        self._agents[task.id] = agent
        agent.start()

    def _close(self, task: Task) -> None:
        self._mark(task, "TerminationNotice", "The local AWS was stopped.")
        task.last_status, task.stopped_at = "STOPPED", self._store.clock()
        for container in task.containers:
            container.last_status = "STOPPED"
