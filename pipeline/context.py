"""What every stage is handed: the service, its environment, the run's folder, and the outside."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from .errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from .aws import Aws
    from .config.load import Config
    from .config.schema import Publish, Service
    from .engine import ContainerSpec, Engine
    from .git import Commit
    from .ledger import Ledger
    from .progress import Progress
    from .runs import RunFolder


@dataclass(frozen=True, kw_only=True)
class Context:
    """One run of one service in one environment."""

    root: Path
    config: Config
    service: Service
    environment: str
    folder: RunFolder
    commit: Commit
    aws: Aws
    engine: Engine
    progress: Progress
    base_image: str | None = None

    @property
    def publish(self) -> Publish:
        """Where the ledger and the reports are kept.

        Raises:
            UsageError: the service names no place for them.
        """
        if self.service.publish is None:
            msg = "a release needs `publish.bucket`: the ledger of releases lives there."
            raise UsageError(msg, where=f"{self.config.path.name}: services.{self.service.name}")
        return self.service.publish

    def ledger(self) -> Ledger:
        """The ledger of this service's releases."""
        from .ledger import Ledger

        publish = self.publish
        return Ledger(
            self.aws.client("s3"),
            publish.bucket,
            publish.prefix,
            service=self.service.name,
            environment=self.environment,
            who=self.aws.identity,
        )

    def container(self, image: str, purpose: str, **more: Any) -> ContainerSpec:
        """How a container of the image is started here: as the task would be, with this machine's way to AWS."""
        from .engine import ContainerSpec

        deploy = self.service.deploy
        endpoint = self.engine.address_for_container(self.aws.endpoint_url) if self.aws.endpoint_url else None
        environment = {**deploy.environment, **self.aws.container_environment(endpoint), **more.pop("environment", {})}
        return ContainerSpec(
            image=image,
            name=f"goldgate-{self.service.name}-{purpose}",
            environment=environment,
            memory_mb=deploy.memory,
            **more,
        )


def utc_now() -> str:
    """The time as it stands in records: ISO 8601, UTC, seconds."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


class Stopwatch:
    """When a stage began and how long it has taken, in seconds."""

    def __init__(self) -> None:
        self.started_at = utc_now()
        self._start = time.monotonic()

    @property
    def seconds(self) -> float:
        """Seconds since the beginning, to a hundredth."""
        return round(time.monotonic() - self._start, 2)


def sha256_of(data: object) -> str:
    """The hash of a value by its JSON with sorted keys."""
    return hashlib.sha256(json.dumps(data, sort_keys=True, default=str).encode()).hexdigest()
