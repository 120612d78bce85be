"""The nouns of ECS as the emulator holds them; times are seconds since the epoch."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

# A task's lastStatus, in order.
ACTIVE_ROLLOUTS = frozenset({"PENDING", "IN_PROGRESS", "STOP_REQUESTED", "ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS"})
MAX_EVENTS = 100


@dataclass(kw_only=True)
class Container:
    """A container of a task. `ports` are pairs of container port and host port."""

    name: str
    image: str
    essential: bool = True
    image_digest: str | None = None
    runtime_id: str | None = None
    last_status: str = "PENDING"
    exit_code: int | None = None
    reason: str | None = None
    health: str = "UNKNOWN"
    has_check: bool = False
    cpu: int = 0
    memory: int | None = None
    ports: list[tuple[int, int]] = field(default_factory=list)


@dataclass(kw_only=True)
class Task:
    """A task. `deployment` is the id of the deployment that wanted it, `failed` whether it ended against our will."""

    id: str
    region: str
    cluster: str
    definition: str
    family: str
    created_at: float
    containers: list[Container]
    cpu: str | None = None
    memory: str | None = None
    service: str | None = None
    deployment: str | None = None
    started_by: str | None = None
    group: str | None = None
    launch_type: str = "FARGATE"
    overrides: dict[str, Any] = field(default_factory=dict)
    tags: list[dict[str, str]] = field(default_factory=list)
    network: dict[str, Any] = field(default_factory=dict)
    target_groups: list[dict[str, Any]] = field(default_factory=list)
    grace_seconds: int = 0
    desired_status: str = "RUNNING"
    last_status: str = "PROVISIONING"
    pull_started_at: float | None = None
    pull_stopped_at: float | None = None
    started_at: float | None = None
    stopping_at: float | None = None
    execution_stopped_at: float | None = None
    stopped_at: float | None = None
    stop_code: str | None = None
    stopped_reason: str | None = None
    balanced: str = ""
    failed: bool = False
    counted: bool = False
    was_healthy: bool = False
    version: int = 1

    @property
    def alive(self) -> bool:
        """Whether it is wanted and not stopped."""
        return self.desired_status == "RUNNING" and self.last_status != "STOPPED"

    @property
    def running(self) -> bool:
        """Whether it counts as running."""
        return self.alive and self.last_status == "RUNNING"

    @property
    def health(self) -> str:
        """The task's health as ECS sums it up from its essential containers' checks."""
        checked = [c.health for c in self.containers if c.essential and c.has_check]
        if not checked:
            return "UNKNOWN"
        return next((state for state in ("UNHEALTHY", "UNKNOWN") if state in checked), "HEALTHY")


@dataclass(kw_only=True)
class Revision:
    """A service revision: `settings` are the service's fields that it froze, `images` what its containers name."""

    arn: str
    created_at: float
    definition: str
    settings: dict[str, Any]
    images: list[dict[str, str]]


@dataclass(kw_only=True)
class Deployment:
    """An entry of a service's `deployments`: one revision being brought up, serving, or going away."""

    id: str
    revision: str
    definition: str
    desired: int
    created_at: float
    updated_at: float
    status: str = "PRIMARY"
    rollout_state: str = "IN_PROGRESS"
    rollout_reason: str = ""
    failed_tasks: int = 0
    next_start_at: float = 0.0


@dataclass(kw_only=True)
class Release:
    """A service deployment, ECS's record of one release: from which revisions, to which, and how it went."""

    arn: str
    deployment: str
    target: str
    sources: list[dict[str, Any]]
    configuration: dict[str, Any]
    created_at: float
    status: str = "PENDING"
    reason: str | None = None
    started_at: float | None = None
    finished_at: float | None = None
    stopped_at: float | None = None
    updated_at: float | None = None
    breaker_status: str = "DISABLED"
    failures: int = 0
    threshold: int = 0
    rollback: dict[str, Any] | None = None

    @property
    def active(self) -> bool:
        """Whether it is still under way."""
        return self.status in ACTIVE_ROLLOUTS


@dataclass(kw_only=True)
class Service:
    """A service. `settings` are the fields that a revision freezes and that describe_services echoes."""

    name: str
    region: str
    cluster: str
    created_at: float
    desired: int
    configuration: dict[str, Any]
    settings: dict[str, Any]
    fixed: dict[str, Any]
    status: str = "ACTIVE"
    definition: str = ""
    tags: list[dict[str, str]] = field(default_factory=list)
    deployments: list[Deployment] = field(default_factory=list)
    releases: list[Release] = field(default_factory=list)
    revisions: list[Revision] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    last_good: str | None = None
    steady: bool = False
    deleted_at: float | None = None

    @property
    def primary(self) -> Deployment:
        """The deployment whose revision is wanted now."""
        return next(d for d in self.deployments if d.status == "PRIMARY")

    def revision(self, arn: str) -> Revision:
        """The revision with this ARN."""
        return next(r for r in self.revisions if r.arn == arn)

    @property
    def release(self) -> Release | None:
        """The newest service deployment."""
        return self.releases[-1] if self.releases else None


def to_json(service: Service | Task) -> dict[str, Any]:
    """JSON values of a service or task, for the state folder."""
    return asdict(service)


def service_from_json(value: dict[str, Any]) -> Service:
    """Undo `to_json` of a service."""
    parts = {
        "deployments": [Deployment(**item) for item in value["deployments"]],
        "releases": [Release(**item) for item in value["releases"]],
        "revisions": [Revision(**item) for item in value["revisions"]],
    }
    return Service(**{**value, **parts})


def task_from_json(value: dict[str, Any]) -> Task:
    """Undo `to_json` of a task."""
    containers = [Container(**{**item, "ports": [(p[0], p[1]) for p in item["ports"]]}) for item in value["containers"]]
    return Task(**{**value, "containers": containers})
