"""A fresh in-process AWS for every test that asks for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from moto.core.base_backend import BackendDict

from tests.fakes.in_process_aws import InProcessAws

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def aws() -> Iterator[InProcessAws]:
    BackendDict.reset()
    yield InProcessAws()
    BackendDict.reset()
