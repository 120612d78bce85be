"""The service scheduler: from what the tasks did to what the service does next, one step at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from . import breaker, releases
from .rollout import bounds, plan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .model import Deployment, Release, Service, Task
    from .store import Store

# AWS waits longer between attempts; here a failing release must fail fast, and a crash loop must not spin.
RETRY_SECONDS = (0.2, 0.4, 0.8, 1.0)
CRASH_LOOP_SECONDS = 5.0
# Without any health check a task counts as healthy once it has run for this long.
SETTLE_SECONDS = 1.0
# A failed deployment stays in `deployments` for this long, so that whoever polls sees it.
SHOWN_SECONDS = 3.0


class Tasks(Protocol):
    """What the controller can have done; both return at once. A fake in unit tests."""

    def launch(self, service: Service, deployment: Deployment) -> Task:
        """Make a task of the deployment's revision and start it in the background."""

    def stop_task(self, task: Task, code: str, reason: str) -> None:
        """Ask a task to stop; its traffic is drained first."""

    def traffic(self, task: Task) -> str | None:
        """The task's worst target state (`initial`, `healthy`, `unhealthy`), or None without a load balancer."""


@dataclass(frozen=True, kw_only=True)
class Controller:
    """Steps services forward. Hold the store's lock around `step`."""

    store: Store
    tasks: Tasks

    def step(self, service: Service) -> None:
        """Do what can be done now for one service."""
        tasks = self.store.tasks_of(service)
        if service.status != "ACTIVE":
            self._drain(service, tasks)
            return
        self._stop_unhealthy(service, tasks)
        healthy = frozenset(task.id for task in tasks if self._is_healthy(task))
        self._count(service, tasks, healthy)
        release = service.release
        if release is not None and release.active:
            self._watch(service, release)
        self._move(service, tasks, healthy)
        self._settle(service, tasks, healthy)

    def _drain(self, service: Service, tasks: list[Task]) -> None:
        for task in tasks:
            if task.alive:
                self.tasks.stop_task(task, "ServiceSchedulerInitiated", f"Scaling activity initiated by ({task.deployment})")
        if service.status == "DRAINING" and all(task.last_status == "STOPPED" for task in tasks):
            service.status = "INACTIVE"
            service.deleted_at = self.store.clock()
            service.deployments = []
            self.store.changed()

    def _is_healthy(self, task: Task) -> bool:
        if not task.running:
            return False
        traffic = self.tasks.traffic(task)
        if traffic is not None and traffic != "healthy":
            return False
        if any(c.essential and c.has_check for c in task.containers):
            return task.health == "HEALTHY"
        return traffic is not None or self.store.clock() - (task.started_at or 0.0) >= SETTLE_SECONDS

    def _stop_unhealthy(self, service: Service, tasks: list[Task]) -> None:
        for task in tasks:
            if not task.running:
                continue
            if task.health == "UNHEALTHY":
                reason = "Task failed container health checks"
            elif self.tasks.traffic(task) == "unhealthy":
                groups = ", ".join(group["targetGroupArn"] for group in task.target_groups)
                reason = f"Task failed ELB health checks in (target-group {groups})"
            else:
                continue
            task.failed = True
            self.store.note(service, f"(task {task.id}) failed: {reason}.")
            self.tasks.stop_task(task, "ServiceSchedulerInitiated", reason)

    def _count(self, service: Service, tasks: list[Task], healthy: frozenset[str]) -> None:
        """Add failures to the deployment and its breaker; a task that got healthy sets both to zero."""
        primary, release = service.primary, service.release
        for task in tasks:
            if task.deployment != primary.id:
                continue
            if task.id in healthy and not task.was_healthy:
                task.was_healthy = True
                primary.failed_tasks = 0
                if release is not None and release.active and breaker.resets(service.configuration):
                    release.failures = 0
            if task.failed and not task.counted:
                task.counted = True
                self._failed(service, primary, task)

    def _failed(self, service: Service, primary: Deployment, task: Task) -> None:
        now = self.store.clock()
        primary.failed_tasks += 1
        primary.updated_at = now
        done = primary.rollout_state == "COMPLETED"
        waits = RETRY_SECONDS[min(primary.failed_tasks, len(RETRY_SECONDS)) - 1]
        primary.next_start_at = now + (CRASH_LOOP_SECONDS if done and primary.failed_tasks > 3 else waits)
        service.steady = False
        release = service.release
        if release is not None and release.active and release.rollback is None:
            release.failures += 1
        if task.stop_code != "ServiceSchedulerInitiated":
            self.store.note(service, f"(task {task.id}) stopped: {task.stopped_reason}")
        self.store.changed()

    def _watch(self, service: Service, release: Release) -> None:
        if release.status == "PENDING":
            releases.begin(release, self.store.clock())
            self.store.changed()
        primary = service.primary
        tripped = release.breaker_status == "MONITORING" and release.failures >= release.threshold
        if primary.rollout_state == "IN_PROGRESS" and release.rollback is None and tripped:
            releases.trip(self.store, service, release)

    def _move(self, service: Service, tasks: list[Task], healthy: frozenset[str]) -> None:
        primary = service.primary
        if primary.rollout_state == "FAILED":
            return
        configuration = service.configuration
        moves = plan(
            desired=service.desired,
            limits=bounds(service.desired, configuration["minimumHealthyPercent"], configuration["maximumPercent"]),
            new=[t for t in tasks if t.alive and t.deployment == primary.id],
            old=[t for t in tasks if t.alive and t.deployment != primary.id],
            healthy=healthy,
        )
        for task in moves.stop:
            self.tasks.stop_task(task, "ServiceSchedulerInitiated", f"Scaling activity initiated by (deployment {primary.id})")
        if moves.stop:
            self.store.note(service, f"has stopped {len(moves.stop)} running tasks: {_ids(moves.stop)}.")
        if moves.start and self.store.clock() >= primary.next_start_at:
            started = [self.tasks.launch(service, primary) for _ in range(moves.start)]
            service.steady = False
            self.store.note(service, f"has started {len(started)} tasks: {_ids(started)}.")
            self.store.changed()

    def _settle(self, service: Service, tasks: list[Task], healthy: frozenset[str]) -> None:
        """Complete the deployment when its tasks are all healthy and no other takes traffic any more."""
        primary = service.primary
        ready = sum(task.deployment == primary.id for task in tasks if task.id in healthy)
        serving = [
            t for t in tasks if t.deployment != primary.id and t.last_status not in {"STOPPING", "DEPROVISIONING", "STOPPED"}
        ]
        waiting = [t for t in tasks if t.alive and t.id not in healthy]
        if primary.rollout_state == "IN_PROGRESS" and ready == service.desired and not serving and not waiting:
            releases.complete(self.store, service)
        self._forget_replaced(service, tasks)
        if primary.rollout_state == "COMPLETED" and not service.steady and ready == service.desired and not waiting:
            service.steady = True
            self.store.note(service, "has reached a steady state.")
            self.store.changed()

    def _forget_replaced(self, service: Service, tasks: list[Task]) -> None:
        """Drop deployments that are replaced and have no tasks left, once the release is over; failed ones a little later."""
        if service.release is not None and service.release.active:
            return
        held = {task.deployment for task in tasks if task.last_status != "STOPPED"}
        recent = self.store.clock() - SHOWN_SECONDS
        shown = {d.id for d in service.deployments if d.rollout_state == "FAILED" and d.updated_at > recent}
        kept = [d for d in service.deployments if d.status == "PRIMARY" or d.id in held | shown]
        if len(kept) != len(service.deployments):
            service.deployments = kept
            self.store.changed()


def _ids(tasks: Sequence[Task]) -> str:
    return " ".join(f"(task {task.id})" for task in tasks)
