"""The `deploy` section of a service: where and how it is released."""

from typing import Annotated, Literal

from pydantic import Field

from .section import Port, Section, Text, loose


class Strategy(Section):
    """How old tasks are replaced by new ones."""

    type: Literal["rolling"] = Field(default="rolling", description="Only `rolling` is built so far.")
    minimum_healthy_percent: int = Field(
        default=100, ge=0, le=100, description="Share of `desired_count` that must stay healthy during the deployment."
    )
    maximum_percent: int = Field(
        default=200, ge=100, le=200, description="Share of `desired_count` that may run at once during it."
    )
    circuit_breaker: bool = Field(
        default=True, description="ECS stops a deployment whose tasks keep failing, and puts the old revision back."
    )


class LoadBalancer(Section):
    """The target group in front of the tasks."""

    target_group: Text = Field(description="Name or ARN of the target group.")
    container_port: Port = Field(description="Port of the container that gets the traffic.")


class Network(Section):
    """The network of the tasks (awsvpc)."""

    subnets: Annotated[tuple[Text, ...], loose] = Field(min_length=1, max_length=16, description="Ids of the subnets.")
    security_groups: Annotated[tuple[Text, ...], loose] = Field(
        default=(), max_length=5, description="Ids of the security groups."
    )
    assign_public_ip: bool = Field(default=False, description="Whether a task gets a public address.")


class Deploy(Section):
    """The place and shape of the released service."""

    target: Literal["ecs"] = Field(default="ecs", description="Only `ecs` (Fargate) is built so far.")
    cluster: Text = Field(description="Name of the ECS cluster.")
    service: Text = Field(description="Name of the ECS service.")
    repository: str = Field(
        pattern=r"^[a-z0-9]+([._/-][a-z0-9]+)*$",
        description="ECR repository of the image, without registry.",
    )
    cpu: int = Field(description="CPU units of a task; 1024 are one vCPU. See the table of Fargate sizes.")
    memory: int = Field(description="Memory of a task in MiB, of the sizes that Fargate allows for `cpu`.")
    desired_count: int = Field(default=1, ge=1, le=5000, description="Number of tasks.")
    strategy: Strategy = Field(default_factory=Strategy, description="How old tasks are replaced by new ones.")
    when_busy: Literal["wait", "refuse", "stop"] = Field(
        default="wait",
        description="While another deployment is active: `wait` for its end, `refuse` to begin, or `stop` it (rolled back).",
    )
    wait_minutes: int = Field(default=20, ge=1, le=360, description="After so long a deployment is stopped and rolled back.")
    load_balancer: LoadBalancer | None = Field(
        default=None, description="The target group in front of the tasks, where there is one."
    )
    network: Network | None = Field(default=None, description="Needed where the ECS service is to be created.")
    execution_role: Text | None = Field(
        default=None, description="Name or ARN of the role that pulls the image and writes the logs."
    )
    task_role: Text | None = Field(default=None, description="Name or ARN of the role that the service itself acts under.")
    log_group: Text = Field(description="CloudWatch log group.")
    environment: dict[str, str] = Field(
        default_factory=dict, description="Environment of the container; values are text. No secrets."
    )
    secrets: dict[str, str] = Field(
        default_factory=dict,
        description="Environment whose values lie in Secrets Manager or the SSM Parameter Store: name and ARN.",
    )
