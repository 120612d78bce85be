"""Tasks that do what a test says, for the service scheduler, and a clock that a test turns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from emulator.ecs import releases
from emulator.ecs.controller import Controller
from emulator.ecs.model import Container, Deployment, Release, Service, Task
from emulator.ecs.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterable

BALANCED = [{"targetGroupArn": "tg", "containerName": "app", "containerPort": 80}]


@dataclass
class FakeClock:
    now: float = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class FakeTasks:
    """`fails` names the definitions whose tasks end at once, `sick` those whose targets turn unhealthy."""

    store: Store
    clock: FakeClock
    fails: set[str] = field(default_factory=set)
    sick: set[str] = field(default_factory=set)
    states: dict[str, str] = field(default_factory=dict)

    def launch(self, service: Service, deployment: Deployment) -> Task:
        task = Task(
            id=f"{len(self.store.tasks):032x}",
            region=service.region,
            cluster=service.cluster,
            definition=deployment.definition,
            family="f",
            created_at=self.clock(),
            containers=[Container(name="app", image="i")],
            service=service.name,
            deployment=deployment.id,
            target_groups=BALANCED,
        )
        self.store.tasks[task.id] = task
        self.states[task.id] = "initial"
        return task

    def stop_task(self, task: Task, code: str, reason: str) -> None:
        if task.desired_status == "STOPPED":
            return
        task.desired_status, task.stop_code, task.stopped_reason = "STOPPED", code, reason

    def traffic(self, task: Task) -> str | None:
        return self.states[task.id]

    def advance(self) -> None:
        """One step of every task's life."""
        for task in list(self.store.tasks.values()):
            if task.last_status == "STOPPED":
                continue
            if task.desired_status == "STOPPED":
                task.last_status, task.stopped_at = "STOPPED", self.clock()
            elif task.definition in self.fails:
                task.desired_status = task.last_status = "STOPPED"
                task.stop_code, task.stopped_reason = "EssentialContainerExited", "Essential container in task exited"
                task.failed, task.stopped_at = True, self.clock()
            elif task.last_status == "PROVISIONING":
                task.last_status, task.started_at = "RUNNING", self.clock()
            else:
                self.states[task.id] = "unhealthy" if task.definition in self.sick else "healthy"


class World:
    """A service of `desired` tasks and all that is needed to step it."""

    def __init__(
        self, *, desired: int = 2, breaker: bool = True, rollback: bool = True, limits: tuple[int, int] = (100, 200)
    ) -> None:
        self.clock = FakeClock()
        self.store = Store(clock=self.clock, changed=lambda _: None)
        self.tasks = FakeTasks(self.store, self.clock)
        self.controller = Controller(store=self.store, tasks=self.tasks)
        configuration = {
            "strategy": "ROLLING",
            "minimumHealthyPercent": limits[0],
            "maximumPercent": limits[1],
            "deploymentCircuitBreaker": {"enable": breaker, "rollback": rollback},
        }
        self.service = Service(
            name="s",
            region="us-east-1",
            cluster="c",
            created_at=self.clock(),
            desired=desired,
            configuration=configuration,
            settings={"loadBalancers": BALANCED},
            fixed={},
        )
        self.store.services["us-east-1", "c", "s"] = self.service

    def deploy(self, definition: str) -> Release:
        self.service.definition = definition
        return releases.start(self.store, self.service, [])

    def step(self, times: int = 1) -> Iterable[list[Task]]:
        """Step the service and its tasks; yields the live tasks after each step."""
        for _ in range(times):
            self.clock.now += 0.5
            self.controller.step(self.service)
            self.tasks.advance()
            yield [task for task in self.store.tasks.values() if task.alive]

    def run(self, times: int = 40) -> None:
        for _ in self.step(times):
            pass

    def healthy(self, definition: str | None = None) -> int:
        return sum(
            task.running and self.tasks.states[task.id] == "healthy" and definition in {None, task.definition}
            for task in self.store.tasks.values()
        )
