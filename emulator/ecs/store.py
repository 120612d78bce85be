"""All services and tasks, under one lock, and their place in the state folder."""

from __future__ import annotations

import threading
import uuid
from typing import TYPE_CHECKING, Any

from ..events import event
from .model import MAX_EVENTS, Service, Task, service_from_json, task_from_json, to_json

if TYPE_CHECKING:
    from collections.abc import Callable

# Stopped tasks and deleted services can be described for this long, as on AWS.
MEMORY_SECONDS = 3600.0


class Store:
    """Services by (region, cluster, name) and tasks by id; hold `lock` around every use. A part of the saved state."""

    name = "ecs-services"

    def __init__(self, *, clock: Callable[[], float], changed: Callable[[str], None]) -> None:
        self.lock = threading.RLock()
        self.clock = clock
        self.services: dict[tuple[str, str, str], Service] = {}
        self.tasks: dict[str, Task] = {}
        self._changed = changed

    def changed(self) -> None:
        """Have the state written soon."""
        self._changed(self.name)

    def tasks_of(self, service: Service) -> list[Task]:
        """The service's tasks, stopped ones included."""
        place = (service.region, service.cluster, service.name)
        return [t for t in self.tasks.values() if (t.region, t.cluster, t.service) == place]

    def note(self, service: Service, message: str) -> None:
        """Add a service event, newest first."""
        entry = {"id": str(uuid.uuid4()), "createdAt": self.clock(), "message": f"(service {service.name}) {message}"}
        event("service", name=service.name, says=message)
        service.events = [entry, *service.events][:MAX_EVENTS]

    def forget_old(self) -> None:
        """Drop tasks and services that ended an hour ago."""
        limit = self.clock() - MEMORY_SECONDS
        old_tasks = [t.id for t in self.tasks.values() if t.stopped_at is not None and t.stopped_at < limit]
        old_services = [key for key, s in self.services.items() if s.deleted_at is not None and s.deleted_at < limit]
        for task_id in old_tasks:
            del self.tasks[task_id]
        for key in old_services:
            del self.services[key]
        if old_tasks or old_services:
            self.changed()

    def export(self) -> dict[str, Any]:
        """The part as JSON values."""
        with self.lock:
            return {
                "services": [to_json(service) for service in self.services.values()],
                "tasks": [to_json(task) for task in self.tasks.values()],
            }

    def restore(self, value: dict[str, Any]) -> None:
        """Put an exported part back."""
        services = [service_from_json(item) for item in value["services"]]
        tasks = [task_from_json(item) for item in value["tasks"]]
        with self.lock:
            self.services = {(s.region, s.cluster, s.name): s for s in services}
            self.tasks = {t.id: t for t in tasks}
