"""No test of the pipeline meets this machine's credentials, engine, git settings or workflow."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.fakes.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


SETTINGS = {
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": "/nowhere/config",
    "AWS_SHARED_CREDENTIALS_FILE": "/nowhere/credentials",
    "DOCKER_HOST": "unix:///nowhere/docker.sock",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


@pytest.fixture(autouse=True, scope="package")
def nothing_of_this_machine() -> Iterator[None]:
    """Once for all tests of the room: polars' threads read the environment, and a change beside them can crash the process."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(("AWS_", "GITHUB_", "GOLDGATE_", "GIT_"))]:
            patch.delenv(name)
        for name, value in SETTINGS.items():
            patch.setenv(name, value)
        yield


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A git repository of its own, without a commit."""
    return Repository(tmp_path)
