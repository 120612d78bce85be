"""A machine for tests: its folder of programs, its user and its system."""

from __future__ import annotations

import os
import platform
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

DEBIAN = {"ID": "debian"}


def until(true: Callable[[], bool]) -> None:
    """Wait until it is true, five seconds at most."""
    deadline = time.monotonic() + 5
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


class Machine:
    """PATH holds `folder` only; `calls` are what the programs in it were called with."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.folder = folder / "bin"
        self.folder.mkdir()
        self._log = folder / "calls"
        self._patch = patch
        patch.setenv("PATH", str(self.folder))
        self.system(DEBIAN)
        self.user(0)

    def user(self, uid: int) -> None:
        """Whom this process runs as."""
        self._patch.setattr(os, "geteuid", lambda: uid)

    def system(self, release: dict[str, str] | None) -> None:
        """What os-release says; None where there is no such file."""

        def told() -> dict[str, str]:
            if release is None:
                raise OSError
            return release

        self._patch.setattr(platform, "freedesktop_os_release", told)

    def program(self, name: str, *, code: int = 0, error: str = "") -> None:
        """Put a program there that notes its call, says something on standard error, and exits."""
        path = self.folder / name
        path.write_text(f'#!/bin/sh\necho "{name} $*" >> "{self._log}"\nprintf "{error}" >&2\nexit {code}\n')
        path.chmod(0o755)

    @property
    def calls(self) -> list[str]:
        """Every call so far, in order."""
        return self._log.read_text().splitlines() if self._log.exists() else []
