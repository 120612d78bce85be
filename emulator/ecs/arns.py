"""Names and identifiers as ECS makes them."""

from __future__ import annotations

import random
import uuid

from ..backends import ACCOUNT


def cluster_arn(region: str, cluster: str) -> str:
    """A cluster's ARN."""
    return f"arn:aws:ecs:{region}:{ACCOUNT}:cluster/{cluster}"


def service_arn(region: str, cluster: str, service: str) -> str:
    """A service's ARN in the long form."""
    return f"arn:aws:ecs:{region}:{ACCOUNT}:service/{cluster}/{service}"


def task_arn(region: str, cluster: str, task_id: str) -> str:
    """A task's ARN in the long form."""
    return f"arn:aws:ecs:{region}:{ACCOUNT}:task/{cluster}/{task_id}"


def container_arn(region: str, cluster: str, task_id: str, name: str) -> str:
    """A container's ARN; the last part is stable for a task and a name."""
    return f"arn:aws:ecs:{region}:{ACCOUNT}:container/{cluster}/{task_id}/{uuid.uuid5(uuid.NAMESPACE_OID, task_id + name)}"


def new_child_arn(kind: str, region: str, cluster: str, service: str) -> str:
    """A new `service-deployment` or `service-revision` of a service."""
    return f"arn:aws:ecs:{region}:{ACCOUNT}:{kind}/{cluster}/{service}/{new_number()}"


def new_task_id() -> str:
    """32 hexadecimal digits."""
    return uuid.uuid4().hex


def new_deployment_id() -> str:
    """`ecs-svc/` and nineteen digits."""
    return f"ecs-svc/{new_number()}"


def new_number() -> str:
    """Nineteen digits, as ECS numbers deployments and revisions."""
    return str(random.SystemRandom().randrange(10**18, 10**19))


def last(name_or_arn: str) -> str:
    """The short name within a name or an ARN."""
    return name_or_arn.rsplit("/", 1)[-1]


def region_of(arn: str, default: str) -> str:
    """The region that an ARN names, or `default` for a short name."""
    parts = arn.split(":")
    return parts[3] if len(parts) > 5 else default
