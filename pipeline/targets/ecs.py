"""A rolling deployment on ECS: plan it, apply it, and go back. `waiting` waits for it, `diagnosis` tells why it failed."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from ..errors import OutsideError, UsageError
from .observed import Observed, deployments_of, describe_service, observe
from .plan import Change, Plan, Previous, Started
from .raw_fields import register_task_definition
from .task_definition import changes_between, our_container, registrable, wanted

if TYPE_CHECKING:
    from .context import Context
    from .settings import EcsSettings

FINDING_TRIES = 30
GOING_BACK = frozenset({"STOP_REQUESTED", "ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS"})


def plan(settings: EcsSettings, context: Context) -> Plan:
    """What a deployment of `settings` would change, by read-only calls. An empty plan means: nothing to do.

    Raises:
        GoldgateError: the configuration and the account do not fit together, or AWS refused a call.
    """
    observed = observe(settings, context)
    definition = wanted(observed.definition, settings, observed.place)
    changes = changes_between(observed.definition, definition, settings)
    request, service_changes = _creation(settings, observed) if observed.service is None else _update(settings, observed)
    logs = None if observed.has_log_group else settings.log_group
    if logs:
        service_changes.append(Change(field="log group", before=None, after=logs))
    return Plan(
        cluster=settings.cluster,
        service=settings.service,
        image=settings.image,
        container=our_container(definition, settings)["name"],
        creates=observed.service is None,
        changes=(*changes, *service_changes),
        definition=definition if changes else None,
        tags=observed.tags,
        task_definition=observed.previous.task_definition if observed.previous else None,
        request=request,
        new_log_group=logs,
        previous=observed.previous,
        busy=observed.busy,
        known=observed.known,
        unheard_of=observed.unheard_of,
    )


def apply(plan: Plan, context: Context) -> Started:
    """Execute a plan that is not empty; returns as soon as ECS has taken the deployment on.

    Raises:
        GoldgateError: AWS refused a call; calls that were made before it stand (a log group, a task definition).
    """
    if plan.new_log_group:
        _create_log_group(plan.new_log_group, context)
    task_definition = _register(plan, context)
    started_at = context.clock()
    service = _create(plan, task_definition, context) if plan.creates else _change(plan, task_definition, context)
    deployment, by_rollouts = _find_deployment(plan, service, task_definition, context)
    return Started(
        cluster=plan.cluster,
        service=plan.service,
        container=plan.container,
        task_definition=task_definition,
        deployment=deployment,
        by_rollouts=by_rollouts,
        previous=plan.previous,
        started_at=started_at,
    )


def adopt(plan: Plan, context: Context) -> Started | None:
    """The active deployment of `plan.busy` as our own, where it brings the very image of the plan: an earlier process of
    this pipeline started it and did not see its end. None where it is another's, or where more is to be changed.
    """
    if plan.busy is None or not plan.busy.startswith("arn:"):
        return None
    answer = context.call(
        "ecs:DescribeServiceDeployments",
        plan.busy,
        context.ecs.describe_service_deployments,
        serviceDeploymentArns=[plan.busy],
    )
    for deployment in answer.get("serviceDeployments", []):
        revision = _revision(deployment.get("targetServiceRevision", {}).get("arn"), context) or {}
        images = [part.get("image") for part in revision.get("containerImages", [])]
        if plan.image in images and (plan.empty or deployment["status"] in GOING_BACK):
            return _adopted(plan, deployment, revision, context)
    return None


def put_back(started: Started, context: Context) -> bool:
    """Set the service to its previous task definition by hand; False where there was none before."""
    if started.previous is None:
        return False
    context.call(
        "ecs:UpdateService",
        f"ecs:{started.cluster}/{started.service}",
        context.ecs.update_service,
        cluster=started.cluster,
        service=started.service,
        taskDefinition=started.previous.task_definition,
    )
    return True


def serving(started: Started, context: Context) -> str | None:
    """The task definition that the service is set to now."""
    service = describe_service(started.cluster, started.service, context)
    return str(service["taskDefinition"]) if service else None


def _creation(settings: EcsSettings, observed: Observed) -> tuple[dict[str, Any], list[Change]]:
    if settings.network is None:
        msg = "the service does not exist, and to create it goldgate must know its network."
        step = f"Set services.{settings.name}.deploy.network (subnets, security_groups), or create the service."
        raise UsageError(msg, where=settings.address, next_step=step)
    if settings.execution_role is None:
        msg = "the service does not exist, and a Fargate task cannot pull its image or write its log without a role."
        step = f"Set services.{settings.name}.deploy.execution_role, or create the service."
        raise UsageError(msg, where=settings.address, next_step=step)
    request: dict[str, Any] = {
        "desiredCount": settings.desired_count,
        "launchType": "FARGATE",
        "deploymentConfiguration": settings.strategy,
        "networkConfiguration": {"awsvpcConfiguration": settings.network},
        "propagateTags": "SERVICE",
        "tags": [{"key": "goldgate:service", "value": settings.name}],
    }
    if observed.target_group:
        request["loadBalancers"] = [_balancer(settings, observed.target_group, settings.name)]
        request["healthCheckGracePeriodSeconds"] = settings.start_seconds
    return request, [
        Change(field="service", before=None, after=settings.service),
        Change(field="desired count", before=None, after=settings.desired_count),
    ]


def _update(settings: EcsSettings, observed: Observed) -> tuple[dict[str, Any], list[Change]]:
    service = observed.service or {}
    request: dict[str, Any] = {}
    changes: list[Change] = []
    if service.get("desiredCount") != settings.desired_count:
        request["desiredCount"] = settings.desired_count
        changes.append(Change(field="desired count", before=service.get("desiredCount"), after=settings.desired_count))
    present = service.get("deploymentConfiguration", {})
    if any(present.get(key, _absent(key)) != value for key, value in _flat(settings.strategy, present).items()):
        request["deploymentConfiguration"] = {**present, **_flat(settings.strategy, present)}
        before = {key: present.get(key) for key in settings.strategy}
        changes.append(Change(field="strategy", before=before, after=settings.strategy))
    _update_network(settings, service, request, changes)
    _update_balancer(settings, observed, request, changes)
    return request, changes


def _update_network(settings: EcsSettings, service: dict[str, Any], request: dict[str, Any], changes: list[Change]) -> None:
    present = service.get("networkConfiguration", {}).get("awsvpcConfiguration")
    if settings.network is None or present is None or _sorted(present) == _sorted(settings.network):
        return
    request["networkConfiguration"] = {"awsvpcConfiguration": {**present, **settings.network}}
    changes.append(Change(field="network", before=present, after=settings.network))


def _update_balancer(settings: EcsSettings, observed: Observed, request: dict[str, Any], changes: list[Change]) -> None:
    present = (observed.service or {}).get("loadBalancers", [])
    groups = [entry.get("targetGroupArn") for entry in present]
    if observed.target_group is None or observed.target_group in groups:
        return
    container = our_container(observed.definition or {}, settings)["name"]
    wanted_entry = _balancer(settings, observed.target_group, container)
    others = [entry for entry in present if entry.get("containerName") != container]
    request["loadBalancers"] = [*others, wanted_entry]
    changes.append(Change(field="load balancer", before=groups or None, after=observed.target_group))


def _balancer(settings: EcsSettings, group: str, container: str) -> dict[str, Any]:
    return {"targetGroupArn": group, "containerName": container, "containerPort": settings.target_port}


def _flat(strategy: dict[str, Any], present: dict[str, Any]) -> dict[str, Any]:
    """The strategy with what the present circuit breaker holds beside its two switches."""
    breaker = {**present.get("deploymentCircuitBreaker", {}), **strategy["deploymentCircuitBreaker"]}
    return {**strategy, "deploymentCircuitBreaker": breaker}


def _absent(key: str) -> Any:
    """What a service without this key does."""
    return {"strategy": "ROLLING", "deploymentCircuitBreaker": {"enable": False, "rollback": False}}.get(key)


def _sorted(network: dict[str, Any]) -> tuple[Any, ...]:
    public = network.get("assignPublicIp", "DISABLED")
    return sorted(network.get("subnets", [])), sorted(network.get("securityGroups", [])), public


def _create_log_group(name: str, context: Context) -> None:
    context.tell(f"log group {name} made")
    there = frozenset({"ResourceAlreadyExistsException"})
    context.call("logs:CreateLogGroup", name, context.logs.create_log_group, unless=there, logGroupName=name)


def _register(plan: Plan, context: Context) -> str:
    if plan.definition is None:
        return str(plan.task_definition)
    arn = register_task_definition(context, registrable(plan.definition), plan.tags, plan.unheard_of)
    context.tell(f"task definition {arn.rpartition('/')[2]} registered")
    return arn


def _create(plan: Plan, task_definition: str, context: Context) -> dict[str, Any]:
    answer = context.call(
        "ecs:CreateService",
        f"ecs:{plan.cluster}/{plan.service}",
        context.ecs.create_service,
        cluster=plan.cluster,
        serviceName=plan.service,
        taskDefinition=task_definition,
        clientToken=uuid.uuid5(uuid.NAMESPACE_URL, f"{plan.cluster}/{task_definition}").hex[:32],
        **plan.request,
    )
    service: dict[str, Any] = answer["service"]
    return service


def _change(plan: Plan, task_definition: str, context: Context) -> dict[str, Any]:
    request = {**plan.request, **({"taskDefinition": task_definition} if plan.definition else {})}
    answer = context.call(
        "ecs:UpdateService",
        f"ecs:{plan.cluster}/{plan.service}",
        context.ecs.update_service,
        cluster=plan.cluster,
        service=plan.service,
        **request,
    )
    service: dict[str, Any] = answer["service"]
    return service


def _find_deployment(plan: Plan, service: dict[str, Any], task_definition: str, context: Context) -> tuple[str | None, bool]:
    """The ARN of the deployment that the call began, and whether only `deployments[]` tells of it.

    ECS names it in its answer or a little later, and starts none where no new revision is needed.
    """
    named = service.get("currentServiceDeployment")
    old = {*plan.known, plan.previous.deployment if plan.previous else None}
    if named and named not in old:
        return str(named), False
    expected = (
        plan.creates or plan.definition is not None or bool(plan.request.keys() & {"networkConfiguration", "loadBalancers"})
    )
    for _ in range(FINDING_TRIES if expected else 1):
        listed = deployments_of(plan.cluster, plan.service, context)
        if listed is None:
            return None, True
        for item in listed:
            if item["serviceDeploymentArn"] not in old and _targets(item, task_definition, context):
                return str(item["serviceDeploymentArn"]), False
        if expected:
            context.pause()
    if not expected:
        return None, False
    msg = f"ECS took the change but started no deployment of {task_definition.rpartition('/')[2]}."
    step = "Look at the service's events in the ECS console, then run the command again."
    raise OutsideError(msg, where=f"ecs:{plan.cluster}/{plan.service}", next_step=step)


def _targets(item: dict[str, Any], task_definition: str, context: Context) -> bool:
    revision = _revision(item.get("targetServiceRevisionArn"), context)
    return revision is not None and revision.get("taskDefinition") == task_definition


def _revision(arn: str | None, context: Context) -> dict[str, Any] | None:
    if arn is None:
        return None
    answer = context.call(
        "ecs:DescribeServiceRevisions", arn, context.ecs.describe_service_revisions, serviceRevisionArns=[arn]
    )
    return next(iter(answer.get("serviceRevisions", [])), None)


def _adopted(plan: Plan, deployment: dict[str, Any], revision: dict[str, Any], context: Context) -> Started:
    sources = [item["arn"] for item in deployment.get("sourceServiceRevisions", [])]
    source = _revision(sources[0], context) if sources else None
    return Started(
        cluster=plan.cluster,
        service=plan.service,
        container=plan.container,
        task_definition=revision["taskDefinition"],
        deployment=deployment["serviceDeploymentArn"],
        by_rollouts=False,
        previous=_previous(source, plan.container) if source else None,
        started_at=deployment["createdAt"].timestamp(),
    )


def _previous(revision: dict[str, Any], container: str) -> Previous:
    parts = revision.get("containerImages", [])
    return Previous(
        task_definition=revision["taskDefinition"],
        image=next((part.get("image") for part in parts if part.get("containerName") == container), None),
        deployment=None,
        revisions=[revision["serviceRevisionArn"]],
    )
