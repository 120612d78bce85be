"""What ECS holds now of one service, by read-only calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..errors import OutsideError, Refused, UsageError
from . import load_balancer
from .plan import Previous
from .raw_fields import describe_task_definition
from .task_definition import Place, our_container, place_of

if TYPE_CHECKING:
    from .context import Context
    from .settings import EcsSettings

ACTIVE = frozenset({"PENDING", "IN_PROGRESS", "STOP_REQUESTED", "ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS"})
UNAVAILABLE = frozenset(
    {
        "UnsupportedFeatureException",
        "UnknownOperationException",
        "UnknownOperation",
        "InvalidAction",
        "NotImplemented",
        "NotImplementedError",
        "501",
    }
)


@dataclass(frozen=True, kw_only=True)
class Observed:
    """One service as ECS has it; `service` and `definition` are None where it does not exist yet."""

    place: Place
    service: dict[str, Any] | None
    definition: dict[str, Any] | None
    unheard_of: dict[str, Any]
    tags: list[dict[str, str]]
    previous: Previous | None
    busy: str | None
    known: tuple[str, ...]
    target_group: str | None
    has_log_group: bool


def observe(settings: EcsSettings, context: Context) -> Observed:
    """Read the service, its task definition, its deployments, and what it needs around it.

    Raises:
        GoldgateError: the cluster or the target group does not exist, or AWS refused a call.
    """
    service = read_service(settings, context)
    target_group = load_balancer.target_group(settings.target_group, context) if settings.target_group else None
    target_arn = target_group["TargetGroupArn"] if target_group else None
    has_logs = _has_log_group(settings, context)
    if service is None:
        return _nothing_yet(place_of(_cluster_arn(settings, context)), target_arn, has_log_group=has_logs)
    described, unheard_of, tags = describe_task_definition(context, service["taskDefinition"])
    listed = deployments_of(settings.cluster, settings.service, context)
    return Observed(
        place=place_of(service["clusterArn"]),
        service=service,
        definition=described,
        unheard_of=unheard_of,
        tags=tags,
        previous=_previous(service, described, settings),
        busy=_rollout_in_progress(service) if listed is None else _active(listed),
        known=tuple(item["serviceDeploymentArn"] for item in listed or []),
        target_group=target_arn,
        has_log_group=has_logs,
    )


def read_service(settings: EcsSettings, context: Context) -> dict[str, Any] | None:
    """The service as described; None where there is none.

    Raises:
        Refused: it is being deleted.
        UsageError: it is deployed by something other than ECS itself.
    """
    service = describe_service(settings.cluster, settings.service, context)
    if service is None or service.get("status") == "INACTIVE":
        return None
    if service.get("status") == "DRAINING":
        msg = "the service is being deleted."
        raise Refused(msg, where=settings.address, next_step="Wait until it is gone, then deploy again to create it anew.")
    controller = service.get("deploymentController", {}).get("type", "ECS")
    if controller != "ECS":
        msg = f"its deployments are controlled by {controller}; goldgate deploys services that ECS itself controls."
        raise UsageError(msg, where=settings.address, next_step="Set the service's deployment controller to ECS.")
    return service


def describe_service(cluster: str, service: str, context: Context) -> dict[str, Any] | None:
    """One service as ECS describes it, whatever its status; None where ECS knows none."""
    answer = context.call(
        "ecs:DescribeServices",
        f"ecs:{cluster}/{service}",
        context.ecs.describe_services,
        cluster=cluster,
        services=[service],
        include=["TAGS"],
    )
    return next(iter(answer.get("services", [])), None)


def deployments_of(cluster: str, service: str, context: Context) -> list[dict[str, Any]] | None:
    """The service's latest deployments in brief, newest first; None where this ECS does not list them."""
    function = getattr(context.ecs, "list_service_deployments", None)
    if function is None:
        return None
    answer = context.call(
        "ecs:ListServiceDeployments",
        f"ecs:{cluster}/{service}",
        function,
        unless=UNAVAILABLE,
        cluster=cluster,
        service=service,
        maxResults=100,
    )
    if answer is None:
        return None
    return sorted(answer.get("serviceDeployments", []), key=lambda item: item["createdAt"].timestamp(), reverse=True)


def _nothing_yet(place: Place, target_group: str | None, *, has_log_group: bool) -> Observed:
    return Observed(
        place=place,
        service=None,
        definition=None,
        unheard_of={},
        tags=[],
        previous=None,
        busy=None,
        known=(),
        target_group=target_group,
        has_log_group=has_log_group,
    )


def _previous(service: dict[str, Any], definition: dict[str, Any], settings: EcsSettings) -> Previous:
    return Previous(
        task_definition=service["taskDefinition"],
        image=our_container(definition, settings).get("image"),
        deployment=service.get("currentServiceDeployment"),
        revisions=[revision["arn"] for revision in service.get("currentServiceRevisions", [])],
    )


def _active(listed: list[dict[str, Any]]) -> str | None:
    return next((item["serviceDeploymentArn"] for item in listed if item["status"] in ACTIVE), None)


def _rollout_in_progress(service: dict[str, Any]) -> str | None:
    rollouts = service.get("deployments", [])
    return next((item["id"] for item in rollouts if item.get("rolloutState") == "IN_PROGRESS"), None)


def _cluster_arn(settings: EcsSettings, context: Context) -> str:
    answer = context.call(
        "ecs:DescribeClusters", f"ecs:{settings.cluster}", context.ecs.describe_clusters, clusters=[settings.cluster]
    )
    for cluster in answer.get("clusters", []):
        if cluster.get("status", "ACTIVE") == "ACTIVE":
            return str(cluster["clusterArn"])
    msg = f"there is no ECS cluster {settings.cluster!r} in this account and region."
    step = f"Create it, or correct services.{settings.name}.deploy.cluster in ml_config.yaml."
    raise OutsideError(msg, where=settings.address, next_step=step)


def _has_log_group(settings: EcsSettings, context: Context) -> bool:
    if settings.log_group is None:
        return True
    answer = context.call(
        "logs:DescribeLogGroups",
        settings.log_group,
        context.logs.describe_log_groups,
        logGroupNamePrefix=settings.log_group,
    )
    return any(group["logGroupName"] == settings.log_group for group in answer.get("logGroups", []))
