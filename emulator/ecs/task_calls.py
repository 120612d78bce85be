"""RunTask, StopTask, ListTasks, DescribeTasks, and the tags of services and tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from ..wire import AwsError
from . import arns, checks, paging, shapes, taskmaker

if TYPE_CHECKING:
    from .model import Service, Task
    from .store import Store


class Runner(Protocol):
    """What runs and stops tasks."""

    def run(self, task: Task, definition: Any) -> None:
        """Start a task."""

    def stop_task(self, task: Task, code: str, reason: str) -> None:
        """Stop a task."""


def run(store: Store, wanted: dict[str, Any], region: str, runner: Runner) -> dict[str, Any]:
    """RunTask."""
    cluster = checks.cluster(wanted.get("cluster"), region)
    definition = checks.definition(wanted["taskDefinition"], region)
    checks.network(definition, wanted)
    count = wanted.get("count", 1)
    if not 1 <= count <= 10:
        raise AwsError(code="InvalidParameterException", message="Count must be between 1 and 10.")
    tasks = [taskmaker.standalone(definition, wanted, cluster=cluster, region=region, now=store.clock()) for _ in range(count)]
    for task in tasks:
        runner.run(task, definition)
    return {"tasks": [shapes.task(task, tags=True) for task in tasks], "failures": []}


def stop(store: Store, wanted: dict[str, Any], region: str, runner: Runner) -> dict[str, Any]:
    """StopTask."""
    cluster = checks.cluster(wanted.get("cluster"), region)
    task = checks.task(store, wanted["task"], cluster, region)
    if task is None:
        raise AwsError(code="InvalidParameterException", message="The referenced task was not found.")
    runner.stop_task(task, "UserInitiated", wanted.get("reason", "Task stopped by user"))
    return {"task": shapes.task(task, tags=True)}


def list_all(store: Store, wanted: dict[str, Any], region: str) -> dict[str, Any]:
    """ListTasks; without `desiredStatus` the running ones."""
    cluster = checks.cluster(wanted.get("cluster"), region)
    name = wanted.get("serviceName")
    if name is not None:
        checks.service(store, name, cluster, region, active=False)
    wanted_fields = {
        "family": wanted.get("family"),
        "service": arns.last(name) if name else None,
        "started_by": wanted.get("startedBy"),
        "launch_type": wanted.get("launchType"),
        "desired_status": wanted.get("desiredStatus", "RUNNING"),
    }
    held = [t for t in store.tasks.values() if (t.region, t.cluster) == (region, cluster)]
    found = [t for t in held if all(value in {None, getattr(t, field)} for field, value in wanted_fields.items())]
    found.sort(key=lambda task: task.created_at, reverse=True)
    return paging.page("taskArns", [arns.task_arn(region, cluster, task.id) for task in found], wanted)


def describe(store: Store, wanted: dict[str, Any], region: str) -> dict[str, Any]:
    """DescribeTasks."""
    cluster = checks.cluster(wanted.get("cluster"), region)
    if not 1 <= len(wanted["tasks"]) <= 100:
        raise AwsError(code="InvalidParameterException", message="Tasks must have between 1 and 100 entries.")
    tags = "TAGS" in wanted.get("include", [])
    found, failures = [], []
    for name in wanted["tasks"]:
        task = checks.task(store, name, cluster, region)
        if task is None:
            arn = name if name.startswith("arn:") else arns.task_arn(region, cluster, name)
            failures.append({"arn": arn, "reason": "MISSING"})
        else:
            found.append(shapes.task(task, tags=tags))
    return {"tasks": found, "failures": failures}


def tagged(store: Store, arn: str) -> Service | Task | None:
    """The service or task that an ARN names; None for what is moto's."""
    kind, _, rest = arn.split(":", 5)[-1].partition("/")
    if kind == "task":
        return store.tasks.get(arns.last(rest))
    if kind != "service":
        return None
    cluster, _, name = rest.rpartition("/")
    return store.services.get((arns.region_of(arn, ""), cluster or "default", name))


def tag(store: Store, wanted: dict[str, Any]) -> dict[str, Any] | None:
    """TagResource, UntagResource or ListTagsForResource of a service or task; None where it is moto's."""
    item = tagged(store, wanted["resourceArn"])
    if item is None:
        return None
    if "tags" not in wanted and "tagKeys" not in wanted:
        return {"tags": item.tags}
    gone = set(wanted.get("tagKeys", [])) | {entry["key"] for entry in wanted.get("tags", [])}
    item.tags = [entry for entry in item.tags if entry["key"] not in gone] + wanted.get("tags", [])
    store.changed()
    return {}
