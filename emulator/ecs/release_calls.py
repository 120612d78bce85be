"""ListServiceDeployments, DescribeServiceDeployments, StopServiceDeployment, DescribeServiceRevisions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..wire import AwsError
from . import checks, paging, releases, shapes

if TYPE_CHECKING:
    from .store import Store

MAX_ARNS = 20


def list_all(store: Store, wanted: dict[str, Any], region: str) -> dict[str, Any]:
    """ListServiceDeployments, newest first."""
    cluster = checks.cluster(wanted.get("cluster"), region)
    service = checks.service(store, wanted["service"], cluster, region, active=False)
    states = wanted.get("status") or []
    created = wanted.get("createdAt", {})
    after, before = float(created.get("after", 0)), float(created.get("before", "inf"))
    found = [
        shapes.release_brief(service, entry)
        for entry in reversed(service.releases)
        if (not states or entry.status in states) and after <= entry.created_at <= before
    ]
    return paging.page("serviceDeployments", found, wanted)


def describe(store: Store, wanted: dict[str, Any], _region: str) -> dict[str, Any]:
    """DescribeServiceDeployments."""
    asked = wanted["serviceDeploymentArns"]
    _check_count(asked, "serviceDeploymentArns")
    found, failures = [], []
    for arn in asked:
        held = checks.release(store, arn)
        if held is None:
            failures.append({"arn": arn, "reason": "MISSING"})
        else:
            found.append(shapes.release(store, *held))
    return {"serviceDeployments": found, "failures": failures}


def _check_count(asked: list[str], name: str) -> None:
    if not 1 <= len(asked) <= MAX_ARNS:
        message = f"{name} must have between 1 and {MAX_ARNS} entries."
        raise AwsError(code="InvalidParameterException", message=message)


def stop(store: Store, wanted: dict[str, Any], _region: str) -> dict[str, Any]:
    """StopServiceDeployment."""
    arn = wanted["serviceDeploymentArn"]
    held = checks.release(store, arn)
    if held is None:
        raise AwsError(code="ServiceDeploymentNotFoundException", message="Service deployment not found.")
    service, release = held
    if not release.active or release.rollback is not None:
        message = f"The service deployment is {release.status} and cannot be stopped."
        raise AwsError(code="ConflictException", message=message)
    releases.stop(store, service, release, wanted.get("stopType", "ROLLBACK"))
    return {"serviceDeploymentArn": arn}


def resume(_store: Store, _wanted: dict[str, Any], _region: str) -> dict[str, Any]:
    """ContinueServiceDeployment: no deployment here pauses."""
    message = "The local AWS deploys with strategy ROLLING only, which never pauses."
    raise AwsError(code="UnsupportedFeatureException", message=message)


def revisions(store: Store, wanted: dict[str, Any], _region: str) -> dict[str, Any]:
    """DescribeServiceRevisions."""
    asked = wanted["serviceRevisionArns"]
    _check_count(asked, "serviceRevisionArns")
    held = {r.arn: (s, r) for s in store.services.values() for r in s.revisions}
    found = [shapes.revision(*held[arn]) for arn in asked if arn in held]
    failures = [{"arn": arn, "reason": "MISSING"} for arn in asked if arn not in held]
    return {"serviceRevisions": found, "failures": failures}
