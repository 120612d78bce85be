"""What really runs: the digests of the service's revisions and of each running task."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .observed import describe_service
from .task_definition import our_container

if TYPE_CHECKING:
    from .context import Context
    from .settings import EcsSettings

MOST_TASKS = 100
HEALTHY = "HEALTHY"


@dataclass(frozen=True, kw_only=True)
class RunningTask:
    """One running task; `digest` is that of our container's image, None while ECS does not know it."""

    task: str
    digest: str | None
    health: str
    status: str

    def to_json(self) -> dict[str, Any]:
        """The task as it stands in a verification record."""
        return dataclasses.asdict(self)


@dataclass(frozen=True, kw_only=True)
class Running:
    """One look: revisions {revision, image, digest} and tasks; `mismatches` name other digests, `problems` everything."""

    revisions: list[dict[str, Any]]
    tasks: tuple[RunningTask, ...]
    mismatches: tuple[str, ...]
    problems: tuple[str, ...]


def settled(settings: EcsSettings, context: Context, *, digest: str, settle_seconds: float) -> Running:
    """Look until everything is right or `settle_seconds` have passed; returns the last look."""
    deadline = context.clock() + settle_seconds
    told = False
    while True:
        seen = look(settings, context, digest=digest)
        if not seen.problems or context.clock() >= deadline:
            return seen
        if not told:
            context.tell(f"waiting for the tasks to report: {seen.problems[0]}")
            told = True
        context.pause()


def look(settings: EcsSettings, context: Context, *, digest: str) -> Running:
    """What runs now, held against `digest`."""
    service = describe_service(settings.cluster, settings.service, context)
    if service is None:
        gone = f"there is no service {settings.service}"
        return Running(revisions=[], tasks=(), mismatches=(), problems=(gone,))
    container = _container_name(service, settings, context)
    revisions = _revisions(service, container, context)
    tasks = tuple(_task(task, container) for task in _tasks(settings, context))
    mismatches = _other_digests(revisions, tasks, digest)
    return Running(
        revisions=revisions,
        tasks=tasks,
        mismatches=mismatches,
        problems=(*mismatches, *_troubles(service, tasks)),
    )


def _container_name(service: dict[str, Any], settings: EcsSettings, context: Context) -> str:
    answer = context.call(
        "ecs:DescribeTaskDefinition",
        service["taskDefinition"],
        context.ecs.describe_task_definition,
        taskDefinition=service["taskDefinition"],
    )
    return str(our_container(answer["taskDefinition"], settings)["name"])


def _revisions(service: dict[str, Any], container: str, context: Context) -> list[dict[str, Any]]:
    arns = [revision["arn"] for revision in service.get("currentServiceRevisions", [])]
    if not arns:
        return []
    answer = context.call(
        "ecs:DescribeServiceRevisions",
        arns[0],
        context.ecs.describe_service_revisions,
        serviceRevisionArns=arns,
    )
    return [
        {"revision": revision["serviceRevisionArn"], "image": part.get("image"), "digest": part.get("imageDigest")}
        for revision in answer.get("serviceRevisions", [])
        for part in revision.get("containerImages", [])
        if part.get("containerName") == container
    ]


def _tasks(settings: EcsSettings, context: Context) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    asked: dict[str, Any] = {
        "cluster": settings.cluster,
        "serviceName": settings.service,
        "desiredStatus": "RUNNING",
        "maxResults": MOST_TASKS,
    }
    while True:
        listed = context.call("ecs:ListTasks", settings.address, context.ecs.list_tasks, **asked)
        if arns := listed.get("taskArns", []):
            answer = context.call(
                "ecs:DescribeTasks", settings.address, context.ecs.describe_tasks, cluster=settings.cluster, tasks=arns
            )
            found += answer["tasks"]
        if not listed.get("nextToken"):
            return [task for task in found if task.get("desiredStatus", "RUNNING") == "RUNNING"]
        asked["nextToken"] = listed["nextToken"]


def _task(task: dict[str, Any], container: str) -> RunningTask:
    ours: dict[str, Any] = next((one for one in task.get("containers", []) if one["name"] == container), {})
    return RunningTask(
        task=task["taskArn"].rpartition("/")[2],
        digest=ours.get("imageDigest"),
        health=ours.get("healthStatus") or task.get("healthStatus", "UNKNOWN"),
        status=task.get("lastStatus", ""),
    )


def _other_digests(revisions: list[dict[str, Any]], tasks: tuple[RunningTask, ...], digest: str) -> tuple[str, ...]:
    """What carries a digest and not the right one. An unknown digest of a task is a problem, not a mismatch."""
    of_revisions = [
        f"revision {item['revision'].rpartition('/')[2]} names {item['digest']}"
        for item in revisions
        if item["digest"] and item["digest"] != digest
    ]
    of_tasks = [f"task {task.task} runs {task.digest}" for task in tasks if task.digest and task.digest != digest]
    return (*of_revisions, *of_tasks)


def _troubles(service: dict[str, Any], tasks: tuple[RunningTask, ...]) -> tuple[str, ...]:
    troubles = []
    if len(tasks) != service["desiredCount"]:
        troubles.append(f"{len(tasks)} of {service['desiredCount']} tasks run")
    for task in tasks:
        if task.status != "RUNNING":
            troubles.append(f"task {task.task} is {task.status.lower() or 'in no known state'}")
        elif task.digest is None:
            troubles.append(f"task {task.task} does not tell its image's digest")
        elif task.health != HEALTHY:
            troubles.append(f"task {task.task} is {task.health.lower()}")
    return tuple(troubles)
