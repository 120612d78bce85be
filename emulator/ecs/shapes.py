"""ECS's nouns in the shapes of AWS's answers (checked in tests against botocore's model)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import arns, releases

if TYPE_CHECKING:
    from .model import Container, Deployment, Release, Revision, Service, Task
    from .store import Store

# What a revision freezes and what answers echo from it.
REVISION_FIELDS = (
    "launchType",
    "capacityProviderStrategy",
    "platformVersion",
    "platformFamily",
    "loadBalancers",
    "serviceRegistries",
    "networkConfiguration",
    "serviceConnectConfiguration",
    "volumeConfigurations",
    "vpcLatticeConfigurations",
)


def _present(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def service(store: Store, item: Service, *, tags: bool) -> dict[str, Any]:
    """The Service shape."""
    tasks = [task for task in store.tasks_of(item) if task.last_status != "STOPPED"]
    settings = {k: v for k, v in item.settings.items() if k in REVISION_FIELDS and k != "serviceConnectConfiguration"}
    kept = {name: settings[name] for name in settings if name not in {"volumeConfigurations", "vpcLatticeConfigurations"}}
    return {
        "loadBalancers": [],
        "serviceRegistries": [],
        **kept,
        **item.fixed,
        **_present(tags=item.tags if tags else None, currentServiceDeployment=item.release.arn if item.release else None),
        "serviceArn": arns.service_arn(item.region, item.cluster, item.name),
        "serviceName": item.name,
        "clusterArn": arns.cluster_arn(item.region, item.cluster),
        "status": item.status,
        "desiredCount": item.desired if item.status == "ACTIVE" else 0,
        "runningCount": sum(task.last_status == "RUNNING" for task in tasks),
        "pendingCount": sum(task.last_status in {"PROVISIONING", "PENDING", "ACTIVATING"} for task in tasks),
        "taskDefinition": item.definition,
        "deploymentConfiguration": item.configuration,
        "deployments": [_deployment(store, item, entry) for entry in item.deployments],
        "events": item.events,
        "createdAt": item.created_at,
        "currentServiceRevisions": _current_revisions(store, item),
    }


def _current_revisions(store: Store, item: Service) -> list[dict[str, Any]]:
    entries = ((d, releases.counts(store, item, d.id)) for d in item.deployments)
    return [{"arn": d.revision, **count} for d, count in entries if d.status == "PRIMARY" or any(count.values())]


def _deployment(store: Store, item: Service, entry: Deployment) -> dict[str, Any]:
    count = releases.counts(store, item, entry.id)
    settings = item.revision(entry.revision).settings
    echoed = ("launchType", "platformVersion", "platformFamily", "networkConfiguration", "capacityProviderStrategy")
    return {
        **{name: settings[name] for name in echoed if name in settings},
        "id": entry.id,
        "status": entry.status,
        "taskDefinition": entry.definition,
        "desiredCount": count["requestedTaskCount"],
        "pendingCount": count["pendingTaskCount"],
        "runningCount": count["runningTaskCount"],
        "failedTasks": entry.failed_tasks,
        "createdAt": entry.created_at,
        "updatedAt": entry.updated_at,
        "rolloutState": entry.rollout_state,
        "rolloutStateReason": entry.rollout_reason,
    }


def release(store: Store, item: Service, entry: Release) -> dict[str, Any]:
    """The ServiceDeployment shape."""
    sources = [{"arn": s["arn"], **releases.counts(store, item, s["deployment"])} for s in entry.sources]
    return {
        **release_brief(item, entry, brief=False),
        **_present(stoppedAt=entry.stopped_at, updatedAt=entry.updated_at, rollback=entry.rollback),
        "sourceServiceRevisions": sources,
        "targetServiceRevision": {"arn": entry.target, **releases.counts(store, item, entry.deployment)},
        "deploymentConfiguration": entry.configuration,
        "deploymentCircuitBreaker": {
            "status": entry.breaker_status,
            "failureCount": entry.failures,
            "threshold": entry.threshold,
        },
        "alarms": {"status": "DISABLED", "alarmNames": [], "triggeredAlarmNames": []},
    }


def release_brief(item: Service, entry: Release, *, brief: bool = True) -> dict[str, Any]:
    """The ServiceDeploymentBrief shape, or with `brief` off the part of it that ServiceDeployment shares."""
    target = {"targetServiceRevisionArn": entry.target} if brief else {}
    return {
        **target,
        **_present(statusReason=entry.reason, startedAt=entry.started_at, finishedAt=entry.finished_at),
        "serviceDeploymentArn": entry.arn,
        "serviceArn": arns.service_arn(item.region, item.cluster, item.name),
        "clusterArn": arns.cluster_arn(item.region, item.cluster),
        "createdAt": entry.created_at,
        "status": entry.status,
    }


def revision(item: Service, entry: Revision) -> dict[str, Any]:
    """The ServiceRevision shape."""
    return {
        **{name: entry.settings[name] for name in REVISION_FIELDS if name in entry.settings},
        "serviceRevisionArn": entry.arn,
        "serviceArn": arns.service_arn(item.region, item.cluster, item.name),
        "clusterArn": arns.cluster_arn(item.region, item.cluster),
        "taskDefinition": entry.definition,
        "containerImages": entry.images,
        "guardDutyEnabled": False,
        "createdAt": entry.created_at,
    }


def task(item: Task, *, tags: bool) -> dict[str, Any]:
    """The Task shape."""
    times = {
        "createdAt": item.created_at,
        "pullStartedAt": item.pull_started_at,
        "pullStoppedAt": item.pull_stopped_at,
        "startedAt": item.started_at,
        "stoppingAt": item.stopping_at,
        "executionStoppedAt": item.execution_stopped_at,
        "stoppedAt": item.stopped_at,
        "connectivityAt": item.pull_started_at,
    }
    platform = {"platformVersion": "1.4.0", "platformFamily": "Linux"} if item.launch_type == "FARGATE" else {}
    return {
        **_present(**times, cpu=item.cpu, memory=item.memory, startedBy=item.started_by, group=item.group),
        **_present(stopCode=item.stop_code, stoppedReason=item.stopped_reason, tags=item.tags if tags else None),
        **platform,
        "attachments": [],
        "attributes": [{"name": "ecs.cpu-architecture", "value": "x86_64"}],
        "availabilityZone": f"{item.region}a",
        "clusterArn": arns.cluster_arn(item.region, item.cluster),
        "connectivity": "CONNECTED",
        "containers": [_container(item, entry) for entry in item.containers],
        "desiredStatus": item.desired_status,
        "enableExecuteCommand": False,
        "healthStatus": item.health,
        "lastStatus": item.last_status,
        "launchType": item.launch_type,
        "overrides": {"containerOverrides": [], **item.overrides},
        "taskArn": arns.task_arn(item.region, item.cluster, item.id),
        "taskDefinitionArn": item.definition,
        "version": item.version,
        "ephemeralStorage": {"sizeInGiB": 20},
    }


def _container(item: Task, entry: Container) -> dict[str, Any]:
    bindings = [{"bindIP": "127.0.0.1", "containerPort": c, "hostPort": h, "protocol": "tcp"} for c, h in entry.ports]
    optional = _present(
        imageDigest=entry.image_digest,
        runtimeId=entry.runtime_id,
        exitCode=entry.exit_code,
        reason=entry.reason,
        memory=str(entry.memory) if entry.memory else None,
    )
    return {
        **optional,
        "containerArn": arns.container_arn(item.region, item.cluster, item.id, entry.name),
        "taskArn": arns.task_arn(item.region, item.cluster, item.id),
        "name": entry.name,
        "image": entry.image,
        "lastStatus": entry.last_status,
        "networkBindings": bindings,
        "networkInterfaces": [],
        "healthStatus": entry.health,
        "cpu": str(entry.cpu),
    }
