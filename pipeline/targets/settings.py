"""What the configuration asks of an ECS service, in ECS's own words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..config.deploy_schema import Deploy
    from ..config.service_schema import Service

ARCHITECTURES = {"linux/amd64": "X86_64", "linux/arm64": "ARM64"}
STRATEGIES = {"rolling": "ROLLING"}
LONGEST_START = 300
LONGEST_STOP = 120


@dataclass(frozen=True, kw_only=True)
class EcsSettings:
    """The wanted state of one ECS service. `image` is `repository@sha256:...`; memory is in MiB, times in seconds."""

    name: str
    cluster: str
    service: str
    image: str
    cpu: int
    memory: int
    desired_count: int
    port: int
    health: str
    start_seconds: int
    stop_seconds: int
    architecture: str
    environment: dict[str, str]
    secrets: dict[str, str]
    execution_role: str | None
    task_role: str | None
    log_group: str | None
    strategy: dict[str, Any]
    target_group: str | None
    target_port: int
    network: dict[str, Any] | None
    wait_seconds: float
    when_busy: str

    @property
    def address(self) -> str:
        """The service as messages name it."""
        return f"ecs:{self.cluster}/{self.service}"

    @property
    def digest(self) -> str:
        """The manifest digest of the image."""
        return self.image.partition("@")[2]


def settings_of(deploy: Deploy, service: Service, *, name: str, image: str) -> EcsSettings:
    """The wanted state, from the `deploy` section and its service; `name` is the service's key in the configuration."""
    balancer = deploy.load_balancer
    return EcsSettings(
        name=name,
        cluster=deploy.cluster,
        service=deploy.service,
        image=image,
        cpu=deploy.cpu,
        memory=deploy.memory,
        desired_count=deploy.desired_count,
        port=service.port,
        health=service.health,
        start_seconds=min(int(service.start.timeout_seconds), LONGEST_START),
        stop_seconds=min(int(service.start.stop_grace_seconds), LONGEST_STOP),
        architecture=ARCHITECTURES[service.build.platform],
        environment=dict(deploy.environment),
        secrets=dict(deploy.secrets),
        execution_role=deploy.execution_role,
        task_role=deploy.task_role,
        log_group=deploy.log_group,
        strategy=_strategy(deploy),
        target_group=balancer.target_group if balancer else None,
        target_port=balancer.container_port if balancer else service.port,
        network=_network(deploy),
        wait_seconds=deploy.wait_minutes * 60.0,
        when_busy=deploy.when_busy,
    )


def _strategy(deploy: Deploy) -> dict[str, Any]:
    asked = deploy.strategy
    return {
        "strategy": STRATEGIES[asked.type],
        "minimumHealthyPercent": asked.minimum_healthy_percent,
        "maximumPercent": asked.maximum_percent,
        "deploymentCircuitBreaker": {"enable": asked.circuit_breaker, "rollback": asked.circuit_breaker},
    }


def _network(deploy: Deploy) -> dict[str, Any] | None:
    if deploy.network is None:
        return None
    return {
        "subnets": list(deploy.network.subnets),
        "securityGroups": list(deploy.network.security_groups),
        "assignPublicIp": "ENABLED" if deploy.network.assign_public_ip else "DISABLED",
    }
