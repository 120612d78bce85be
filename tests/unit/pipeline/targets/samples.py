"""What the tests of the deploy targets start from."""

from __future__ import annotations

import dataclasses
from typing import Any

from goldgate.pipeline.targets.context import Context
from goldgate.pipeline.targets.plan import Previous, Started
from goldgate.pipeline.targets.settings import EcsSettings
from tests.fakes.clock import FakeClock
from tests.fakes.ecs import PREFIX, FakeEcs
from tests.fakes.elbv2 import FakeElbv2
from tests.fakes.logs import FakeLogs

REPOSITORY = "123456789012.dkr.ecr.us-east-1.amazonaws.com/finrag"
OLD = f"sha256:{'a' * 64}"
NEW = f"sha256:{'b' * 64}"
STRATEGY = {
    "strategy": "ROLLING",
    "minimumHealthyPercent": 100,
    "maximumPercent": 200,
    "deploymentCircuitBreaker": {"enable": True, "rollback": True},
}

SETTINGS = EcsSettings(
    name="finrag",
    cluster="finrag",
    service="finrag",
    image=f"{REPOSITORY}@{NEW}",
    cpu=1024,
    memory=2048,
    desired_count=2,
    port=8080,
    health="/healthz",
    start_seconds=60,
    stop_seconds=20,
    architecture="X86_64",
    environment={"GOLDGATE_ENV": "production"},
    secrets={},
    execution_role="finrag-execution",
    task_role="finrag-task",
    log_group="/ecs/finrag",
    strategy=STRATEGY,
    target_group="finrag",
    target_port=8080,
    network={"subnets": ["subnet-a", "subnet-b"], "securityGroups": ["sg-a"], "assignPublicIp": "DISABLED"},
    wait_seconds=1200.0,
    when_busy="wait",
)


class World:
    """One account: its services, a clock, and what was told."""

    def __init__(self, **settings: Any) -> None:
        self.clock = FakeClock()
        self.ecs = FakeEcs(self.clock)
        self.elbv2 = FakeElbv2()
        self.logs = FakeLogs({"/ecs/finrag": {}})
        self.told: list[str] = []
        self.settings = dataclasses.replace(SETTINGS, **settings)
        self.context = self.make_context()

    def make_context(self, **changes: Any) -> Context:
        """The context that goldgate would be handed."""
        handed: dict[str, Any] = {
            "ecs": self.ecs,
            "elbv2": self.elbv2,
            "logs": self.logs,
            "clock": self.clock.now,
            "sleep": self.clock.sleep,
            "tell": self.told.append,
            "poll_seconds": 10.0,
            "jitter": lambda: 0.5,
        }
        return Context(**{**handed, **changes})


def started(**changes: Any) -> Started:
    """A deployment of revision 2 after revision 1."""
    handed: dict[str, Any] = {
        "cluster": "finrag",
        "service": "finrag",
        "container": "finrag",
        "task_definition": f"{PREFIX}:task-definition/finrag:2",
        "deployment": f"{PREFIX}:service-deployment/finrag/finrag/d2",
        "by_rollouts": False,
        "previous": Previous(
            task_definition=f"{PREFIX}:task-definition/finrag:1", image=f"{REPOSITORY}@{OLD}", deployment=None, revisions=[]
        ),
        "started_at": 0.0,
    }
    return Started(**{**handed, **changes})
