"""How the tests are shared out among processes (`pytest -n 2`): file by file, and what is one of its kind apart."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from xdist.scheduler import LoadScopeScheduling

if TYPE_CHECKING:
    import pytest

ALONE = ("functional", "integration")
BROWSER = ("integration", "report")


class Lanes(LoadScopeScheduling):  # type: ignore[misc] # xdist has no types
    """Engine, emulator and whole commands go one after the other in one process, all else file by file in any."""

    def _split_scope(self, nodeid: str) -> str:
        name = nodeid.partition("::")[0]
        parts = PurePosixPath(name).parts[1:]
        return "alone" if parts[0] in ALONE and parts[:2] != BROWSER else name


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Lanes:
    """The lanes, wherever several processes run the tests."""
    return Lanes(config, log)
