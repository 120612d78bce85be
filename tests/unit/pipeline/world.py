"""One run of one service in front of fakes: what the stages are handed."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from goldgate.pipeline.aws import Aws
from goldgate.pipeline.config.load import load_config
from goldgate.pipeline.context import Context
from goldgate.pipeline.git import Commit
from goldgate.pipeline.runs import RunFolder
from tests.fakes.data_bucket import DataBucket
from tests.fakes.ecr import FakeEcr
from tests.fakes.engine import FakeDocker
from tests.fakes.sts import FakeSts
from tests.fakes.told import Told

from .config.files import COMPLETE, write
from .makers import COMMIT

if TYPE_CHECKING:
    from pathlib import Path

RUN = "20261120-140212-9f31c2e"
CREDENTIALS = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
GOLD = (
    '{"id": "a", "input": "Q1", "expected": {"answer": "yes", "evidence": ["s1"]}}\n'
    '{"id": "b", "input": "Q2", "expected": {"answer": "no", "evidence": ["s2"]}}\n'
)


class World:
    """A checkout in `root`, an engine, AWS's services in memory, and a listener."""

    def __init__(self, root: Path, text: str = COMPLETE, gold: str = GOLD) -> None:
        self.root = root
        self.docker = FakeDocker()
        self.told = Told()
        self.s3 = DataBucket("finrag-data", "reports")
        self.ecr = FakeEcr()
        self.sts = FakeSts()
        self.clients: dict[str, Any] = {"s3": self.s3, "ecr": self.ecr, "sts": self.sts}
        path = write(root, text)
        (root / "gold.jsonl").write_text(gold)
        self.config = load_config(path, None, check_files=False)
        self.commit = Commit(
            sha=COMMIT, subject="A change", author="A. Tester", created="2026-11-20T14:00:00+00:00", dirty=False, remote=""
        )

    @property
    def aws(self) -> Aws:
        """The emulator's account, its clients replaced."""
        return Aws("us-east-1", endpoint_url="http://127.0.0.1:4566", is_emulator=True, _made=dict(self.clients))

    def context(self, run_id: str = RUN, **changes: Any) -> Context:
        """What the stages are handed; `changes` are fields of the context."""
        context = Context(
            root=self.root,
            config=self.config,
            service=self.config.service(),
            environment="local",
            folder=RunFolder(root=self.root / "runs", run_id=run_id, service="finrag"),
            commit=self.commit,
            aws=self.aws,
            engine=self.docker.engine(),
            progress=self.told,
        )
        return replace(context, **changes)

    def changed(self, old: str, new: str, text: str = COMPLETE) -> World:
        """The same world with one piece of the configuration replaced."""
        assert text.count(old) == 1, old
        shutil.rmtree(self.root / "runs", ignore_errors=True)
        other = World(self.root, text.replace(old, new))
        other.s3, other.clients = self.s3, self.clients
        return other
