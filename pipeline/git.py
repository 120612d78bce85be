"""What git says of the working tree: the commit, its subject and time, and whether anything is uncommitted."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .errors import UsageError
from .local_state import FOLDER, RUNS

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Commit:
    """The commit that is checked out; `created` is its committer date in ISO 8601, `dirty` tells of uncommitted changes."""

    sha: str
    subject: str
    author: str
    created: str
    dirty: bool
    remote: str

    @property
    def short(self) -> str:
        """The first seven characters, with a `+` where the tree holds more than the commit."""
        return self.sha[:7] + ("+" if self.dirty else "")


def read_commit(root: Path) -> Commit:
    """Read the checked-out commit of the repository at `root`; what goldgate itself writes there does not make it dirty.

    Raises:
        UsageError: `root` is in no git repository, or has no commit yet.
    """
    try:
        fields = _git(root, "log", "-1", "--format=%H%x00%s%x00%an%x00%cI").split("\0")
    except (subprocess.CalledProcessError, FileNotFoundError) as error:
        msg = "is in no git repository with a commit; goldgate names every image after the commit that it was built from."
        raise UsageError(msg, where=str(root), next_step="Run `git init`, commit, and call goldgate again.") from error
    sha, subject, author, created = (field.strip() for field in fields)
    ours = [f":(exclude){name}" for name in (RUNS, FOLDER)]
    dirty = bool(_git(root, "status", "--porcelain", "--untracked-files=normal", "--", ":/", *ours).strip())
    remote = subprocess.run(
        ["git", "config", "--get", "remote.origin.url"], cwd=root, capture_output=True, text=True
    ).stdout.strip()
    return Commit(sha=sha, subject=subject, author=author, created=created, dirty=dirty, remote=without_credentials(remote))


def is_ancestor(root: Path, older: str, newer: str) -> bool | None:
    """Tell whether `older` is `newer` or one of its ancestors; None where the repository does not know one of them."""
    done = subprocess.run(["git", "merge-base", "--is-ancestor", older, newer], cwd=root, capture_output=True)
    return {0: True, 1: False}.get(done.returncode)


def without_credentials(url: str) -> str:
    """Drop `user:password@` from a remote's address, so that it can stand in a label."""
    scheme, separator, rest = url.partition("://")
    if not separator:
        return url
    authority, slash, path = rest.partition("/")
    return f"{scheme}://{authority.rpartition('@')[2]}{slash}{path}"


def _git(root: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=True).stdout
