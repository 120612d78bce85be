"""What the tests of the deploy stages start from: a service's configuration, its records, and a ledger."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from typing import Any

from goldgate.pipeline.config.deploy_schema import Deploy, LoadBalancer, Network
from goldgate.pipeline.config.service_schema import GoldSet, Request, Service, Start
from goldgate.pipeline.ledger import Ledger, Release
from goldgate.pipeline.records import EvaluationRecord, PushRecord, ReleaseRecord
from goldgate.pipeline.stages import release
from goldgate.pipeline.targets.context import Context as Outside
from goldgate.pipeline.targets.job import Job
from tests.fakes.s3 import FakeS3
from tests.unit.pipeline.targets.samples import REPOSITORY, World

COMMITS = ("1" * 40, "2" * 40, "3" * 40)


def deploy(**changes: Any) -> Deploy:
    """The `deploy` section of the reference service, as ml_config.yaml has it."""
    told: dict[str, Any] = {
        "target": "ecs",
        "cluster": "finrag",
        "service": "finrag",
        "repository": "finrag",
        "cpu": 1024,
        "memory": 2048,
        "desired_count": 2,
        "load_balancer": LoadBalancer(target_group="finrag", container_port=8080),
        "network": Network(subnets=("subnet-a",), security_groups=("sg-a",)),
        "execution_role": "finrag-execution",
        "task_role": "finrag-task",
        "log_group": "/ecs/finrag",
        "environment": {"GOLDGATE_ENV": "production"},
    }
    return Deploy(**{**told, **changes})


def service(section: Deploy) -> Service:
    """The service around a `deploy` section."""
    return Service(
        name="finrag",
        request=Request(path="/query", body={"question": "{{ input }}"}),
        start=Start(timeout_seconds=60, stop_grace_seconds=20),
        gold_sets=(GoldSet(path="gold.jsonl"),),
        deploy=section,
    )


def digest(number: int) -> str:
    """The manifest digest of the image of commit `number`."""
    return f"sha256:{str(number) * 64}"


def image_id(number: int) -> str:
    """Its config digest."""
    return f"sha256:{'c' * 63}{number}"


def push(number: int, **changes: Any) -> PushRecord:
    """What `push` recorded of that image."""
    record = PushRecord(
        service="finrag",
        image_id=image_id(number),
        started_at="2026-11-20T14:00:00+00:00",
        seconds=1.0,
        repository="finrag",
        reference=f"{REPOSITORY}@{digest(number)}",
        digest=digest(number),
        tag="x",
        already_there=False,
        pushed_bytes=1,
    )
    return dataclasses.replace(record, **changes)


def evaluation(number: int, **changes: Any) -> EvaluationRecord:
    """What `evaluate` recorded of it: it passed."""
    record = EvaluationRecord(
        service="finrag",
        image_id=image_id(number),
        started_at="2026-11-20T14:00:00+00:00",
        seconds=1.0,
        verdict="pass",
        gold_set={"sha256": "abc"},
        subject={},
        metrics={},
        slices=[],
        gates=[],
        baseline=None,
        latency={},
        cost={},
        timing={},
        fingerprint="f",
    )
    return dataclasses.replace(record, **changes)


class Pipeline:
    """A world with a ledger, and the stages called as the chain calls them."""

    def __init__(self, **changes: Any) -> None:
        self.world = World()
        self.s3 = FakeS3("reports")
        self.ledger = Ledger(self.s3, "reports", "goldgate", service="finrag", environment="production")
        self.deploy = deploy(**changes)
        self.started: list[ReleaseRecord] = []

    def job(self, **changes: Any) -> Job:
        """What every deploy stage is handed."""
        outside = Outside(
            ecs=self.world.ecs,
            elbv2=self.world.elbv2,
            logs=self.world.logs,
            clock=self.world.clock.now,
            sleep=self.world.clock.sleep,
            tell=self.world.told.append,
        )
        job = Job(service=service(self.deploy), environment="production", outside=outside, http_get=lambda _url: 200)
        return dataclasses.replace(job, **changes)

    def release(self, number: int, **changes: Any) -> ReleaseRecord:
        """Release the image of commit `number`."""
        handed: dict[str, Any] = {
            "push": push(number),
            "evaluation": evaluation(number),
            "ledger": self.ledger,
            "commit": COMMITS[number - 1],
            "is_ancestor": lambda older, newer: older <= newer,
            "on_started": self.started.append,
        }
        return release.run(self.job(), **{**handed, **changes})

    def publish(self, number: int, **changes: Any) -> Release:
        """Enter that release into the ledger, as the chain does after the verification."""
        self.world.clock.sleep(60)
        entry = Release(
            service="finrag",
            environment="production",
            run_id=f"run-{number}",
            commit=COMMITS[number - 1],
            image_id=image_id(number),
            digest=digest(number),
            reference=f"{REPOSITORY}@{digest(number)}",
            evaluation=self.ledger.put_record(evaluation(number).to_json()),
            cases=None,
            gold_sha="abc",
            verdict="pass",
            released_at=datetime.fromtimestamp(self.world.clock.now(), tz=UTC).isoformat(timespec="seconds"),
            task_definition=f"finrag:{number}",
        )
        live = self.ledger.current()
        return self.ledger.publish_release(dataclasses.replace(entry, **changes), live.etag if live else None)

    def go_live(self, *numbers: int) -> None:
        """Release and publish those commits one after another."""
        for number in numbers:
            assert self.release(number).status == "released"
            self.publish(number)
        self.world.told.clear()
        self.started.clear()
