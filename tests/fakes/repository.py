"""A real git repository in a temporary folder, with an author and a clock of its own."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

MOMENT = 1_763_647_200


class Repository:
    """Every commit is a minute later than the one before, so that hashes are the same in every run."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._commits = 0
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *words: str) -> str:
        """Run git here; its standard output."""
        who = {"GIT_AUTHOR_NAME": "A. Tester", "GIT_AUTHOR_EMAIL": "a@example.org"}
        who |= {"GIT_COMMITTER_NAME": "A. Tester", "GIT_COMMITTER_EMAIL": "a@example.org"}
        when = f"{MOMENT + 60 * self._commits} +0000"
        environment = {
            **os.environ,
            **who,
            "GIT_AUTHOR_DATE": when,
            "GIT_COMMITTER_DATE": when,
            "GIT_CONFIG_GLOBAL": os.devnull,
        }
        done = subprocess.run(["git", *words], cwd=self.root, env=environment, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def commit(self, subject: str = "A change", **files: str) -> str:
        """Write `files` (a double underscore stands for a dot) and commit everything; the commit's hash."""
        for name, text in files.items():
            (self.root / name.replace("__", ".")).write_text(text)
        self._commits += 1
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", subject)
        return self.git("rev-parse", "HEAD")
