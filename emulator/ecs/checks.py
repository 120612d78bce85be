"""What ECS refuses: input that does not fit the model, unknown names, and what is not built here."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from .. import backends
from ..lb import groups
from ..wire import AwsError
from . import arns

if TYPE_CHECKING:
    from ..wire import Call
    from .model import Release, Service, Task
    from .store import Store

# Parts of a deployment configuration that a rolling deployment here cannot honour.
_UNSUPPORTED = ("lifecycleHooks", "linearConfiguration", "canaryConfiguration")


@lru_cache(maxsize=1)
def _model() -> Any:
    import botocore.session

    return botocore.session.get_session().get_service_model("ecs")


def validated(call: Call) -> dict[str, Any]:
    """The call's input, checked against botocore's model of the operation. Raises AwsError InvalidParameterException."""
    from botocore.validate import ParamValidator

    try:
        value = call.json()
    except (ValueError, TypeError):
        raise AwsError(code="SerializationException", message="The body is not a JSON object.") from None
    shape = _model().operation_model(call.operation).input_shape
    report = ParamValidator().validate(value, shape)
    unknown = sorted(set(value) - set(shape.members))
    if report.has_errors() or unknown:
        message = report.generate_report() or f"Unknown parameter: {', '.join(unknown)}"
        raise AwsError(code="InvalidParameterException", message=message)
    return value


def cluster(name: str | None, region: str) -> str:
    """The short name of a cluster that exists. Raises AwsError ClusterNotFoundException."""
    short = arns.last(name or "default")
    with backends.locks["ecs"]:
        found = backends.backend("ecs", region).clusters.get(short)
    if found is None or found.status != "ACTIVE":
        raise AwsError(code="ClusterNotFoundException", message="Cluster not found.")
    return short


def definition(name: str, region: str, *, active: bool = True) -> Any:
    """moto's task definition by family, family:revision or ARN. Raises AwsError ClientException."""
    from moto.core.exceptions import ServiceException
    from werkzeug.exceptions import HTTPException

    with backends.locks["ecs"]:
        try:
            found = backends.backend("ecs", region).describe_task_definition(name)
        except (ServiceException, HTTPException, ValueError, KeyError):
            raise AwsError(code="ClientException", message="Unable to describe task definition.") from None
    if active and found.status != "ACTIVE":
        raise AwsError(code="ClientException", message="TaskDefinition is inactive")
    return found


def service(store: Store, name: str, cluster_name: str, region: str, *, active: bool = True) -> Service:
    """A service by name or ARN. Raises AwsError ServiceNotFoundException, or with `active` ServiceNotActiveException."""
    found = store.services.get((region, cluster_name, arns.last(name)))
    if found is None:
        raise AwsError(code="ServiceNotFoundException", message="Service not found.")
    if active and found.status != "ACTIVE":
        raise AwsError(code="ServiceNotActiveException", message="Service was not ACTIVE.")
    return found


def release(store: Store, arn: str) -> tuple[Service, Release] | None:
    """The service deployment with this ARN and its service, or None."""
    found = ((s, r) for s in store.services.values() for r in s.releases if r.arn == arn)
    return next(found, None)


def task(store: Store, name: str, cluster_name: str, region: str) -> Task | None:
    """A task by id or ARN, or None."""
    found = store.tasks.get(arns.last(name))
    return found if found is not None and (found.region, found.cluster) == (region, cluster_name) else None


def configuration(wanted: dict[str, Any] | None, present: dict[str, Any] | None = None) -> dict[str, Any]:
    """A whole deployment configuration with ECS's defaults. Raises AwsError for what is not built here."""
    breaker_off = {"enable": False, "rollback": False}
    defaults = {"maximumPercent": 200, "minimumHealthyPercent": 100, "deploymentCircuitBreaker": breaker_off}
    value = {**defaults, "strategy": "ROLLING", "bakeTimeInMinutes": 0, **(present or {}), **(wanted or {})}
    strategy = value["strategy"]
    if strategy != "ROLLING":
        message = f"The local AWS deploys with strategy ROLLING only; {strategy} is not supported here."
        raise AwsError(code="InvalidParameterException", message=message)
    asked = [name for name in _UNSUPPORTED if value.get(name)]
    if value.get("alarms", {}).get("enable"):
        asked.append("alarms")
    if value.get("earlySuccessCriteria", {}).get("enable"):
        asked.append("earlySuccessCriteria")
    if value["bakeTimeInMinutes"]:
        asked.append("bakeTimeInMinutes")
    if asked:
        message = f"The local AWS does not support deploymentConfiguration.{asked[0]}."
        raise AwsError(code="InvalidParameterException", message=message)
    if value["maximumPercent"] < 100 or not 0 <= value["minimumHealthyPercent"] <= value["maximumPercent"]:
        message = "Invalid deployment configuration: maximumPercent must be 100 or more, minimumHealthyPercent 0 or more."
        raise AwsError(code="InvalidParameterException", message=message)
    return value


def controller(wanted: dict[str, Any]) -> None:
    """Raise AwsError for a deployment controller or scheduling strategy that is not built here."""
    kind = wanted.get("deploymentController", {}).get("type", "ECS")
    if kind != "ECS":
        message = f"The local AWS has the deployment controller ECS only; {kind} is not supported here."
        raise AwsError(code="InvalidParameterException", message=message)
    if wanted.get("schedulingStrategy", "REPLICA") != "REPLICA":
        message = "The local AWS has the scheduling strategy REPLICA only; DAEMON is not supported here."
        raise AwsError(code="InvalidParameterException", message=message)


def network(task_definition: Any, wanted: dict[str, Any]) -> None:
    """Raise AwsError where an awsvpc task definition comes without a network configuration."""
    if task_definition.network_mode == "awsvpc" and not wanted.get("networkConfiguration"):
        message = "Network Configuration must be provided when networkMode 'awsvpc' is specified."
        raise AwsError(code="InvalidParameterException", message=message)


def load_balancers(task_definition: Any, entries: list[dict[str, Any]]) -> None:
    """Raise AwsError where a target group, container or port of `loadBalancers` does not exist."""
    containers = {item["name"]: item for item in task_definition.container_definitions}
    for entry in entries:
        name, port = entry.get("containerName", ""), entry.get("containerPort")
        if name not in containers:
            message = f"The container {name} does not exist in the task definition."
            raise AwsError(code="InvalidParameterException", message=message)
        if port not in [mapping.get("containerPort") for mapping in containers[name].get("portMappings", [])]:
            message = f"The container {name} did not have a container port {port} defined."
            raise AwsError(code="InvalidParameterException", message=message)
        _target_group(entry.get("targetGroupArn", ""))


def _target_group(arn: str) -> None:
    if groups.group(arn) is None:
        message = f"The specified target group does not exist. Target group: {arn}"
        raise AwsError(code="InvalidParameterException", message=message)
    if not groups.has_listener(arn):
        message = f"The target group with targetGroupArn {arn} does not have an associated load balancer."
        raise AwsError(code="InvalidParameterException", message=message)
