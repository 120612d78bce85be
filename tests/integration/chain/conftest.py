"""One local AWS for the rehearsals, with version 1 of the tiny service live in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from goldgate.pipeline.engine import Engine
from goldgate.pipeline.errors import OutsideError

from .project import TINY, Project

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def local_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """A project whose local AWS is up; ended afterwards, and nothing of it may be left."""
    try:
        engine = Engine.connect()
    except OutsideError as error:
        pytest.skip(f"no Docker engine: {error}")
    project = Project.of(TINY, tmp_path_factory.mktemp("chain") / "tiny")
    done = project.goldgate("local", "up")
    assert done.returncode == 0, done.stderr
    before = {container.id for container in engine.client.containers.list(all=True)}
    yield project
    done = project.goldgate("local", "down")
    assert done.returncode == 0, done.stderr
    left = [c.name for c in engine.client.containers.list(all=True) if c.id not in before and "tiny" in c.name]
    assert left == []


@pytest.fixture(scope="session")
def released(local_aws: Project) -> Project:
    """The project with version 1 live."""
    done = local_aws.goldgate("run")
    assert done.returncode == 0, done.stdout + done.stderr
    local_aws.git("tag", "v1")
    return local_aws


@pytest.fixture
def live(released: Project) -> Iterator[Project]:
    """The released project at the commit that is live."""
    released.git("reset", "-q", "--hard", "v1")
    yield released
    released.git("reset", "-q", "--hard", "v1")
