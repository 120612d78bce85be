"""The whole chain in front of fakes: a docker client that builds, containers that answer, ECR, ECS, S3."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from tests.fakes import small_server
from tests.fakes.docker_command import BUILT, docker_command
from tests.fakes.ecs import FakeEcs
from tests.fakes.elbv2 import FakeElbv2
from tests.fakes.logs import FakeLogs
from tests.fakes.saved_image import saved

from .config.files import COMPLETE
from .world import World

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from tests.fakes.engine import FakeContainer, FakeImage

LABELS = {f"org.opencontainers.image.{name}": "x" for name in ("source", "revision", "created")}
CASES = 12
DEPLOY = """\
      desired_count: 2
      load_balancer: {target_group: finrag}
      network: {subnets: [subnet-a]}
      execution_role: finrag-execution
"""
TEXT = (
    COMPLETE.replace("      answer: answer\n", "      answer: answer\n      retrieved: 'contexts[].id'\n")
    .replace("metric: retrieval.recall@10, min: 0.80", "metric: answer.exact_match, min: 0.9, max_drop: 0.05")
    .replace("    deploy:\n", "    publish: {bucket: reports}\n    deploy:\n")
    + DEPLOY
)


def gold() -> str:
    """A gold set of twelve questions with one-word answers."""
    cases = [
        {"id": f"q-{n:02}", "input": f"Question {n}", "expected": {"answer": f"word{n}", "evidence": [f"s{n}"]}}
        for n in range(CASES)
    ]
    return "".join(json.dumps(case) + "\n" for case in cases)


class Whole(World):
    """`answers` is what a container says to a question. Nobody sleeps longer than a hundredth of a second."""

    def __init__(self, root: Path, patch: pytest.MonkeyPatch) -> None:
        super().__init__(root, TEXT, gold())
        docker_command(root / "bin")
        short = time.sleep
        patch.setattr(time, "sleep", lambda seconds: short(min(seconds, 0.01)))
        patch.setenv("PATH", f"{root / 'bin'}:/usr/bin:/bin")
        self.answers = {f"Question {n}": f"word{n}" for n in range(CASES)}
        self.asked: list[str] = []
        self.live_port = 0
        self.ecs = FakeEcs()
        self.ecs.script = ("SUCCESSFUL",)
        self.elbv2 = FakeElbv2()
        self.clients |= {"ecs": self.ecs, "elbv2": self.elbv2, "logs": FakeLogs({"/ecs/finrag": {}})}
        self.docker.life = self.serve
        self.docker.images.add(inspected(), layers=saved({"app/main.py": b"print()"}))
        self.docker.images.events = self.push

    def serve(self, container: FakeContainer) -> None:
        """A container that is healthy, runs as nobody in particular, and answers."""
        container.answers |= {"cat": (0, "Uid:\t10001\t10001\n"), "touch": (1, "Read-only file system")}
        _, stop = small_server.start(self.answer, int(container.environment["PORT"]))
        container.at_end.append(stop)

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, Any]:
        """What it answers."""
        if method == "GET":
            return 200, {}
        question = json.loads(body)["question"]
        self.asked.append(question)
        number = question.split()[-1]
        return 200, {"answer": self.answers[question], "contexts": [{"id": f"s{number}", "text": "x", "score": 1.0}]}

    def push(self, _repository: str, tag: str, image: FakeImage) -> list[dict[str, Any]]:
        """A registry that takes what it is given."""
        return [{"aux": {"Digest": self.ecr.put(tag, image.id)}}]

    def behind_the_load_balancer(self) -> Callable[[], None]:
        """Serve the live address, which the load balancer's listener names; returns how to stop it."""
        url, stop = small_server.start(lambda *_: (200, {}))
        self.live_port = self.elbv2.port = int(url.rpartition(":")[2])
        return stop


def inspected(image_id: str = BUILT) -> dict[str, Any]:
    """What the engine says of a good image."""
    config = {"User": "10001", "Healthcheck": {"Test": ["CMD", "x"]}, "Labels": LABELS, "Env": ["PATH=/usr/bin"]}
    return {
        "Id": image_id,
        "Os": "linux",
        "Architecture": "amd64",
        "Size": 212_600_000,
        "RootFS": {"Layers": ["sha256:aa"]},
        "Config": config,
    }
