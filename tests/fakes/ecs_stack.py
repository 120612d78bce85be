"""A service behind a load balancer on an emulator, and a prober that counts what its users see."""

from __future__ import annotations

import http.client
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.fakes.emulator_process import free_port

if TYPE_CHECKING:
    from tests.fakes.emulator_process import EmulatorProcess

ENDED = {"SUCCESSFUL", "STOPPED", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED"}


@dataclass
class Prober:
    """Asks for a path on a port many times a second until stopped; `answers` counts statuses and bodies, or the failure."""

    port: int
    path: str = "/"
    answers: Counter[str] = field(default_factory=Counter)
    _stop: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Prober:
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(0.05):
            self.answers[ask(self.port, self.path)] += 1


def ask(port: int, path: str = "/") -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return f"{answer.status} {answer.read().decode().split(' ')[0]}"
    except (OSError, http.client.HTTPException) as error:
        return repr(error)
    finally:
        connection.close()


class Stack:
    """Cluster, log group, load balancer and target group; `deploy` releases an image as a rolling deployment."""

    def __init__(self, emulator: EmulatorProcess, name: str) -> None:
        self.emulator = emulator
        self.name = name
        self.ecs = emulator.client("ecs")
        self.logs = emulator.client("logs")
        self.elbv2 = emulator.client("elbv2")
        self.port = free_port()
        self.ecs.create_cluster(clusterName=name)
        self.logs.create_log_group(logGroupName=f"/ecs/{name}")
        subnets = emulator.client("ec2").describe_subnets()["Subnets"][:2]
        names = [item["SubnetId"] for item in subnets]
        balancer = self.elbv2.create_load_balancer(Name=name, Subnets=names)["LoadBalancers"][0]["LoadBalancerArn"]
        group = self.elbv2.create_target_group(
            Name=name, Protocol="HTTP", Port=8080, VpcId=subnets[0]["VpcId"], TargetType="ip", HealthCheckPath="/healthz"
        )
        self.group: str = group["TargetGroups"][0]["TargetGroupArn"]
        action = {"Type": "forward", "TargetGroupArn": self.group}
        self.elbv2.create_listener(LoadBalancerArn=balancer, Protocol="HTTP", Port=self.port, DefaultActions=[action])

    def register(self, image: str, **fields: Any) -> str:
        options = {
            "awslogs-group": f"/ecs/{self.name}",
            "awslogs-region": "us-east-1",
            "awslogs-stream-prefix": "ecs",
        }
        container = {
            "name": "app",
            "image": image,
            "portMappings": [{"containerPort": 8080}],
            "readonlyRootFilesystem": True,
            "user": "1000",
            "stopTimeout": 5,
            "logConfiguration": {"logDriver": "awslogs", "options": options},
            **fields,
        }
        made = self.ecs.register_task_definition(
            family=self.name,
            networkMode="awsvpc",
            requiresCompatibilities=["FARGATE"],
            cpu="256",
            memory="512",
            containerDefinitions=[container],
        )
        return str(made["taskDefinition"]["taskDefinitionArn"])

    def create(self, definition: str, *, count: int = 2) -> str:
        """Create the service and return its first deployment's ARN."""
        made = self.ecs.create_service(
            cluster=self.name,
            serviceName=self.name,
            taskDefinition=definition,
            desiredCount=count,
            launchType="FARGATE",
            networkConfiguration={"awsvpcConfiguration": {"subnets": ["subnet-1"]}},
            loadBalancers=[{"targetGroupArn": self.group, "containerName": "app", "containerPort": 8080}],
            deploymentConfiguration={"deploymentCircuitBreaker": {"enable": True, "rollback": True}},
        )
        return str(made["service"]["currentServiceDeployment"])

    def update(self, **fields: Any) -> str:
        made = self.ecs.update_service(cluster=self.name, service=self.name, **fields)
        return str(made["service"]["currentServiceDeployment"])

    def release(self, arn: str) -> dict[str, Any]:
        found: dict[str, Any] = self.ecs.describe_service_deployments(serviceDeploymentArns=[arn])["serviceDeployments"][0]
        return found

    def wait(self, arn: str, *, seconds: float = 40) -> dict[str, Any]:
        """The service deployment when it has ended."""
        limit = time.monotonic() + seconds
        while (found := self.release(arn))["status"] not in ENDED:
            assert time.monotonic() < limit, (found, self.service()["events"])
            time.sleep(0.1)
        return found

    def service(self) -> dict[str, Any]:
        found: dict[str, Any] = self.ecs.describe_services(cluster=self.name, services=[self.name])["services"][0]
        return found

    def tasks(self, status: str = "RUNNING") -> list[dict[str, Any]]:
        arns = self.ecs.list_tasks(cluster=self.name, serviceName=self.name, desiredStatus=status)["taskArns"]
        found: list[dict[str, Any]] = self.ecs.describe_tasks(cluster=self.name, tasks=arns)["tasks"] if arns else []
        return found

    def stopped(self, definition: str, code: str) -> list[dict[str, Any]]:
        """The stopped tasks of a definition with a stop code."""
        ended = [task for task in self.tasks("STOPPED") if "stoppedAt" in task]
        return [task for task in ended if (task["taskDefinitionArn"], task["stopCode"]) == (definition, code)]

    def log_of(self, task: dict[str, Any]) -> list[str]:
        stream = f"ecs/app/{task['taskArn'].rsplit('/', 1)[-1]}"
        events = self.logs.get_log_events(logGroupName=f"/ecs/{self.name}", logStreamName=stream)["events"]
        return [event["message"] for event in events]
