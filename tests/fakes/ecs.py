"""ECS as a state machine with scripted deployments; requests and responses are held against botocore's model."""

from __future__ import annotations

import copy
import itertools
from datetime import UTC, datetime
from typing import Any

from .clock import FakeClock
from .shapes import check, refuse

PREFIX = "arn:aws:ecs:us-east-1:123456789012"
ENDS = frozenset({"SUCCESSFUL", "STOPPED", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED"})
GONE_BACK = frozenset({"ROLLBACK_SUCCESSFUL"})
WELL = ("PENDING", "IN_PROGRESS", "SUCCESSFUL")
ROLLED_BACK = ("PENDING", "IN_PROGRESS", "ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS", "ROLLBACK_SUCCESSFUL")


class FakeEcs:
    """One cluster `finrag`.

    `script` holds the statuses that the next deployment shows, one a look; the last one stays. `stop_script` replaces
    what is left of it after stop_service_deployment. `errors` is {operation: [code, ...]}, raised one a call.
    `stopped` are templates of the tasks that the next deployment leaves behind. `lists_deployments=False` is an ECS that
    only has `deployments[]`, shown as `rollouts` says: (which is primary: new or old, its rolloutState, its failedTasks),
    one a look. `late_name` hides the new deployment's ARN from the answer of update_service.
    """

    def __init__(self, clock: FakeClock | None = None) -> None:
        self.clock = clock or FakeClock()
        self.calls: list[str] = []
        self.definitions: dict[str, dict[str, Any]] = {}
        self.definition_tags: dict[str, list[dict[str, str]]] = {}
        self.services: dict[str, dict[str, Any]] = {}
        self.deployments: dict[str, dict[str, Any]] = {}
        self.revisions: dict[str, dict[str, Any]] = {}
        self.tasks: dict[str, dict[str, Any]] = {}
        self.scripts: dict[str, list[str]] = {}
        self.script: tuple[str, ...] = WELL
        self.stop_script: tuple[str, ...] = ("ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS", "ROLLBACK_SUCCESSFUL")
        self.stop_types: list[str] = []
        self.errors: dict[str, list[str]] = {}
        self.stopped: list[dict[str, Any]] = []
        self.deployment_extras: dict[str, Any] = {}
        self.reason = ""
        self.lists_deployments = True
        self.rollouts: list[tuple[str, str, int]] = []
        self.rolling: tuple[str, str] | None = None
        self.late_name = False
        self._numbers = itertools.count(1)

    # Operations

    def describe_clusters(self, **request: Any) -> dict[str, Any]:
        self._enter("DescribeClusters", request)
        known = [name for name in request["clusters"] if name == "finrag"]
        answer = {
            "clusters": [{"clusterArn": f"{PREFIX}:cluster/{name}", "status": "ACTIVE"} for name in known],
            "failures": [],
        }
        return self._leave("DescribeClusters", answer)

    def describe_services(self, **request: Any) -> dict[str, Any]:
        self._enter("DescribeServices", request)
        self._need_cluster("DescribeServices", request)
        found = [self._shown(self.services[name]) for name in request["services"] if name in self.services]
        return self._leave("DescribeServices", {"services": found, "failures": []})

    def describe_task_definition(self, **request: Any) -> dict[str, Any]:
        self._enter("DescribeTaskDefinition", request)
        arn = request["taskDefinition"]
        answer = {"taskDefinition": copy.deepcopy(self.definitions[arn]), "tags": self.definition_tags.get(arn, [])}
        return self._leave("DescribeTaskDefinition", answer)

    def register_task_definition(self, **request: Any) -> dict[str, Any]:
        self._enter("RegisterTaskDefinition", request)
        return self._leave("RegisterTaskDefinition", {"taskDefinition": self.add_definition(request)})

    def create_service(self, **request: Any) -> dict[str, Any]:
        self._enter("CreateService", request)
        service = {
            "serviceName": request["serviceName"],
            "serviceArn": f"{PREFIX}:service/finrag/{request['serviceName']}",
            "clusterArn": f"{PREFIX}:cluster/finrag",
            "status": "ACTIVE",
            "runningCount": 0,
            "pendingCount": 0,
            "events": [],
            "deployments": [],
            "currentServiceRevisions": [],
            **{key: value for key, value in request.items() if key not in {"cluster", "clientToken"}},
        }
        self.services[request["serviceName"]] = service
        self._deploy(service)
        return self._leave("CreateService", {"service": self._shown(service)})

    def update_service(self, **request: Any) -> dict[str, Any]:
        self._enter("UpdateService", request)
        service = self.services[request["service"]]
        new = request.get("taskDefinition", service["taskDefinition"]) != service["taskDefinition"]
        old_name, old = service.get("currentServiceDeployment"), service["taskDefinition"]
        service.update({key: value for key, value in request.items() if key not in {"cluster", "service"}})
        if new or "networkConfiguration" in request:
            self._deploy(service)
            self.rolling = (old, service["taskDefinition"])
        else:
            service["runningCount"] = service["desiredCount"]
        shown = self._shown(service)
        if self.late_name and self.lists_deployments and old_name:
            shown["currentServiceDeployment"] = old_name
        return self._leave("UpdateService", {"service": shown})

    def list_service_deployments(self, **request: Any) -> dict[str, Any]:
        self._enter("ListServiceDeployments", request)
        if not self.lists_deployments:
            refuse("ListServiceDeployments", "UnsupportedFeatureException", "not here")
        brief = [
            {
                "serviceDeploymentArn": arn,
                "targetServiceRevisionArn": one["targetServiceRevision"]["arn"],
                "status": one["status"],
                "createdAt": one["createdAt"],
            }
            for arn, one in self.deployments.items()
        ]
        return self._leave("ListServiceDeployments", {"serviceDeployments": brief})

    def describe_service_deployments(self, **request: Any) -> dict[str, Any]:
        self._enter("DescribeServiceDeployments", request)
        assert len(request["serviceDeploymentArns"]) <= 20
        found = [self._advance(arn) for arn in request["serviceDeploymentArns"] if arn in self.deployments]
        return self._leave("DescribeServiceDeployments", {"serviceDeployments": copy.deepcopy(found), "failures": []})

    def stop_service_deployment(self, **request: Any) -> dict[str, Any]:
        self._enter("StopServiceDeployment", request)
        arn = request["serviceDeploymentArn"]
        if self.deployments[arn]["status"] in ENDS:
            refuse("StopServiceDeployment", "ConflictException", "The deployment has ended.")
        self.stop_types.append(request["stopType"])
        self.scripts[arn] = list(self.stop_script)
        return self._leave("StopServiceDeployment", {"serviceDeploymentArn": arn})

    def describe_service_revisions(self, **request: Any) -> dict[str, Any]:
        self._enter("DescribeServiceRevisions", request)
        found = [copy.deepcopy(self.revisions[arn]) for arn in request["serviceRevisionArns"] if arn in self.revisions]
        return self._leave("DescribeServiceRevisions", {"serviceRevisions": found, "failures": []})

    def list_tasks(self, **request: Any) -> dict[str, Any]:
        self._enter("ListTasks", request)
        arns = [arn for arn, task in self.tasks.items() if task["desiredStatus"] == request["desiredStatus"]]
        return self._leave("ListTasks", {"taskArns": arns})

    def describe_tasks(self, **request: Any) -> dict[str, Any]:
        self._enter("DescribeTasks", request)
        found = [copy.deepcopy(self.tasks[arn]) for arn in request["tasks"] if arn in self.tasks]
        return self._leave("DescribeTasks", {"tasks": found, "failures": []})

    # What tests set up

    def add_definition(self, definition: dict[str, Any]) -> dict[str, Any]:
        """Register a definition as ECS would, read-only fields and all; returns it as described."""
        revision = next(self._numbers)
        arn = f"{PREFIX}:task-definition/{definition['family']}:{revision}"
        kept = {key: copy.deepcopy(value) for key, value in definition.items() if key != "tags"}
        self.definitions[arn] = {
            **kept,
            "taskDefinitionArn": arn,
            "revision": revision,
            "status": "ACTIVE",
            "compatibilities": ["EC2", "FARGATE"],
            "requiresAttributes": [{"name": "com.amazonaws.ecs.capability.task-eni"}],
            "registeredAt": self._at(),
            "registeredBy": "arn:aws:iam::123456789012:user/someone",
        }
        self.definition_tags[arn] = definition.get("tags", [])
        return self.definitions[arn]

    def add_service(self, definition: dict[str, Any], **fields: Any) -> dict[str, Any]:
        """A service that runs `definition` since a deployment that ended well."""
        arn = self.add_definition(definition)["taskDefinitionArn"]
        script, self.script = self.script, ("SUCCESSFUL",)
        self.create_service(cluster="finrag", serviceName="finrag", taskDefinition=arn, **fields)
        service = self.services["finrag"]
        self._advance(service["currentServiceDeployment"])
        self.script = script
        self.calls.clear()
        return service

    def add_task(self, arn: str, definition: str, **fields: Any) -> None:
        """A task; `container` are fields of its only container."""
        container = {"name": "finrag", **fields.pop("container", {})}
        self.tasks[arn] = {
            "taskArn": arn,
            "taskDefinitionArn": definition,
            "desiredStatus": "STOPPED",
            "lastStatus": "STOPPED",
            "containers": [container],
            **fields,
        }

    def live_image(self) -> str:
        """The image that the running tasks have."""
        images = {one["containers"][0]["image"] for one in self.tasks.values() if one["desiredStatus"] == "RUNNING"}
        assert len(images) == 1, images
        return str(images.pop())

    # The machine

    def _deploy(self, service: dict[str, Any]) -> None:
        number = next(self._numbers)
        name = service["serviceName"]
        arn = f"{PREFIX}:service-deployment/finrag/{name}/d{number}"
        revision = f"{PREFIX}:service-revision/finrag/{name}/{number}"
        self.revisions[revision] = {
            "serviceRevisionArn": revision,
            "taskDefinition": service["taskDefinition"],
            "containerImages": [
                {"containerName": one["name"], "image": one["image"], "imageDigest": one["image"].partition("@")[2]}
                for one in self.definitions[service["taskDefinition"]]["containerDefinitions"]
            ],
        }
        self.deployments[arn] = {
            "serviceDeploymentArn": arn,
            "status": "PENDING",
            "createdAt": self._at(),
            "sourceServiceRevisions": copy.deepcopy(service["currentServiceRevisions"]),
            "targetServiceRevision": {"arn": revision, "requestedTaskCount": service["desiredCount"], "runningTaskCount": 0},
            **copy.deepcopy(self.deployment_extras),
        }
        self.scripts[arn] = list(self.script)
        service["currentServiceDeployment"] = arn
        for template in self.stopped:
            task = f"{PREFIX}:task/finrag/t{next(self._numbers)}"
            self.add_task(task, service["taskDefinition"], **copy.deepcopy(template))

    def _advance(self, arn: str) -> dict[str, Any]:
        deployment, script = self.deployments[arn], self.scripts[arn]
        if deployment["status"] not in ENDS and script:
            deployment["status"] = script.pop(0)
            if self.reason and deployment["status"] != "SUCCESSFUL":
                deployment["statusReason"] = self.reason
            self._took_effect(arn, deployment)
        return deployment

    def _took_effect(self, arn: str, deployment: dict[str, Any]) -> None:
        service = next(one for one in self.services.values() if one["serviceName"] == arn.split("/")[-2])
        target = deployment["targetServiceRevision"]
        if deployment["status"] == "SUCCESSFUL":
            target["runningTaskCount"] = target["requestedTaskCount"]
            service["currentServiceRevisions"] = [{"arn": target["arn"]}]
            service["runningCount"] = service["desiredCount"]
            self._run_tasks(service)
        if deployment["status"] in GONE_BACK and deployment["sourceServiceRevisions"]:
            source = deployment["sourceServiceRevisions"][0]["arn"]
            service["taskDefinition"] = self.revisions[source]["taskDefinition"]

    def _run_tasks(self, service: dict[str, Any]) -> None:
        for task in self.tasks.values():
            task["desiredStatus"] = "STOPPED"
        container = self.definitions[service["taskDefinition"]]["containerDefinitions"][0]
        for _ in range(service["desiredCount"]):
            self.add_task(
                f"{PREFIX}:task/finrag/t{next(self._numbers)}",
                service["taskDefinition"],
                desiredStatus="RUNNING",
                lastStatus="RUNNING",
                container={
                    "name": container["name"],
                    "image": container["image"],
                    "imageDigest": container["image"].partition("@")[2],
                    "healthStatus": "HEALTHY",
                },
            )

    def _rollouts(self) -> list[dict[str, Any]]:
        """`deployments[]` at this look."""
        if self.rolling is None or not self.rollouts:
            return []
        primary, state, failed = self.rollouts.pop(0) if len(self.rollouts) > 1 else self.rollouts[0]
        old, new = self.rolling
        names = {"new": new, "old": old, "other": f"{PREFIX}:task-definition/other:1"}
        first = {"id": "ecs-svc/2", "status": "PRIMARY", "taskDefinition": names[primary], "rolloutState": state}
        rest = {"id": "ecs-svc/1", "status": "ACTIVE", "taskDefinition": old if primary == "new" else new}
        counts = {"desiredCount": 2, "runningCount": 2, "pendingCount": 0}
        return [{**first, **counts, "failedTasks": failed}, {**rest, **counts, "failedTasks": 0}]

    def _shown(self, service: dict[str, Any]) -> dict[str, Any]:
        shown = copy.deepcopy(service)
        if not self.lists_deployments:
            shown.pop("currentServiceDeployment", None)
            shown["deployments"] = self._rollouts()
        return shown

    def _enter(self, operation: str, request: dict[str, Any]) -> None:
        check("ecs", operation, request=request)
        self.calls.append(operation)
        if self.errors.get(operation):
            code = self.errors[operation].pop(0)
            refuse(operation, code, "as the test says", 500 if code == "ServerException" else 400)

    def _leave(self, operation: str, response: dict[str, Any]) -> dict[str, Any]:
        check("ecs", operation, response=response)
        return response

    def _need_cluster(self, operation: str, request: dict[str, Any]) -> None:
        if request["cluster"] != "finrag":
            refuse(operation, "ClusterNotFoundException", "Cluster not found.")

    def _at(self) -> datetime:
        return datetime.fromtimestamp(self.clock.now(), tz=UTC)
