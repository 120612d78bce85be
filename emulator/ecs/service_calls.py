"""CreateService, UpdateService, DeleteService, DescribeServices, ListServices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..wire import AwsError
from . import arns, checks, paging, releases, shapes
from .model import Service

if TYPE_CHECKING:
    from .store import Store

# Fields of a service that no revision freezes.
_FIXED = (
    "healthCheckGracePeriodSeconds",
    "placementConstraints",
    "placementStrategy",
    "enableECSManagedTags",
    "propagateTags",
    "enableExecuteCommand",
    "availabilityZoneRebalancing",
)
_DEFAULTS: dict[str, Any] = {
    "schedulingStrategy": "REPLICA",
    "deploymentController": {"type": "ECS"},
    "placementConstraints": [],
    "placementStrategy": [],
    "enableECSManagedTags": False,
    "propagateTags": "NONE",
    "enableExecuteCommand": False,
    "availabilityZoneRebalancing": "DISABLED",
}


def create(store: Store, wanted: dict[str, Any], region: str) -> dict[str, Any]:
    """CreateService."""
    cluster = checks.cluster(wanted.get("cluster"), region)
    name = wanted["serviceName"]
    _check_new(store, (region, cluster, name))
    if "taskDefinition" not in wanted:
        raise AwsError(code="InvalidParameterException", message="TaskDefinition can not be blank.")
    definition = checks.definition(wanted["taskDefinition"], region)
    checks.controller(wanted)
    checks.network(definition, wanted)
    checks.load_balancers(definition, wanted.get("loadBalancers", []))
    settings = {k: wanted[k] for k in shapes.REVISION_FIELDS if k in wanted}
    if "capacityProviderStrategy" not in settings:
        settings.setdefault("launchType", "FARGATE")
    if settings.get("launchType") == "FARGATE":
        settings = {"platformVersion": "LATEST", "platformFamily": "Linux", **settings}
    service = Service(
        name=name,
        region=region,
        cluster=cluster,
        created_at=store.clock(),
        desired=wanted.get("desiredCount", 1),
        configuration=checks.configuration(wanted.get("deploymentConfiguration")),
        settings=settings,
        fixed={**_DEFAULTS, **{k: wanted[k] for k in _FIXED if k in wanted}},
        definition=definition.arn,
        tags=wanted.get("tags", []),
    )
    store.services[region, cluster, name] = service
    releases.start(store, service, images(definition))
    return {"service": shapes.service(store, service, tags=True)}


def _check_new(store: Store, place: tuple[str, str, str]) -> None:
    present = store.services.get(place)
    if present is None or present.status == "INACTIVE":
        return
    draining = present.status == "DRAINING"
    message = "Unable to Start a service that is still Draining." if draining else "Creation of service was not idempotent."
    raise AwsError(code="InvalidParameterException", message=message)


def images(definition: Any) -> list[dict[str, str]]:
    """`containerImages` of a revision: every container's image, and its digest."""
    found = []
    for item in definition.container_definitions:
        digest = _digest(item["image"])
        found.append({"containerName": item["name"], "image": item["image"], **({"imageDigest": digest} if digest else {})})
    return found


def _digest(image: str) -> str | None:
    """The digest that an image names, or that its tag has in our registry now."""
    from .. import ecr

    name, _, digest = image.partition("@")
    if digest:
        return digest
    path, _, tag = name.partition("/")[2].rpartition(":")
    try:
        found = ecr.find(path or name.partition("/")[2], tag or "latest")
    except AwsError:
        return None
    return found.digest if found is not None else None


def update(store: Store, wanted: dict[str, Any], region: str) -> dict[str, Any]:
    """UpdateService: a new deployment when the definition or another frozen field changes, or when forced."""
    cluster = checks.cluster(wanted.get("cluster"), region)
    service = checks.service(store, wanted["service"], cluster, region)
    checks.controller(wanted)
    definition = checks.definition(wanted.get("taskDefinition", service.definition), region)
    settings = {**service.settings, **{k: wanted[k] for k in shapes.REVISION_FIELDS if k in wanted}}
    checks.network(definition, settings)
    checks.load_balancers(definition, settings.get("loadBalancers", []))
    configuration = checks.configuration(wanted.get("deploymentConfiguration"), service.configuration)
    changed = definition.arn != service.definition or settings != service.settings
    service.configuration = configuration
    service.fixed = {**service.fixed, **{k: wanted[k] for k in _FIXED if k in wanted}}
    service.definition, service.settings = definition.arn, settings
    _scale(service, wanted.get("desiredCount", service.desired))
    if changed or wanted.get("forceNewDeployment"):
        releases.start(store, service, images(definition))
    store.changed()
    return {"service": shapes.service(store, service, tags=True)}


def _scale(service: Service, desired: int) -> None:
    if desired == service.desired:
        return
    service.desired, service.steady = desired, False
    service.primary.desired = desired
    release = service.release
    if release is not None and release.active:
        release.threshold = releases.threshold_of(service)


def delete(store: Store, wanted: dict[str, Any], region: str) -> dict[str, Any]:
    """DeleteService: it drains and is INACTIVE when its tasks are gone."""
    cluster = checks.cluster(wanted.get("cluster"), region)
    service = checks.service(store, wanted["service"], cluster, region)
    if service.desired > 0 and not wanted.get("force"):
        message = "The service cannot be stopped while it is scaled above 0."
        raise AwsError(code="InvalidParameterException", message=message)
    release = service.release
    if release is not None and release.active:
        release.status, release.reason = "STOPPED", "The service was deleted."
        release.finished_at = release.stopped_at = release.updated_at = store.clock()
    service.status = "DRAINING"
    store.changed()
    return {"service": shapes.service(store, service, tags=True)}


def describe(store: Store, wanted: dict[str, Any], region: str) -> dict[str, Any]:
    """DescribeServices."""
    cluster = checks.cluster(wanted.get("cluster"), region)
    if not 1 <= len(wanted["services"]) <= 10:
        raise AwsError(code="InvalidParameterException", message="Services must have between 1 and 10 entries.")
    tags = "TAGS" in wanted.get("include", [])
    found, failures = [], []
    for name in wanted["services"]:
        service = store.services.get((region, cluster, arns.last(name)))
        if service is None:
            arn = name if name.startswith("arn:") else arns.service_arn(region, cluster, name)
            failures.append({"arn": arn, "reason": "MISSING"})
        else:
            found.append(shapes.service(store, service, tags=tags))
    return {"services": found, "failures": failures}


def list_all(store: Store, wanted: dict[str, Any], region: str) -> dict[str, Any]:
    """ListServices."""
    cluster = checks.cluster(wanted.get("cluster"), region)
    launch = wanted.get("launchType")
    held = [s for s in store.services.values() if (s.region, s.cluster) == (region, cluster) and s.status != "INACTIVE"]
    names = [arns.service_arn(region, cluster, s.name) for s in held if launch in {None, s.settings.get("launchType")}]
    return paging.page("serviceArns", sorted(names), wanted, default=10)
