from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from goldgate.pipeline.errors import UsageError
from goldgate.pipeline.git import is_ancestor, read_commit, without_credentials

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakes.repository import Repository


def test_a_commit_is_read_whole(repository: Repository) -> None:
    sha = repository.commit("Answer in metres, not feet", a__txt="1")
    repository.git("remote", "add", "origin", "https://someone:word@github.com/someone/finrag.git")
    commit = read_commit(repository.root)
    assert (commit.sha, commit.subject, commit.author) == (sha, "Answer in metres, not feet", "A. Tester")
    assert commit.created == "2025-11-20T14:01:00+00:00"
    assert commit.remote == "https://github.com/someone/finrag.git"
    assert not commit.dirty
    assert commit.short == sha[:7]


@pytest.mark.parametrize("change", ["changed", "untracked", "staged"])
def test_a_change_of_any_kind_makes_it_dirty(repository: Repository, change: str) -> None:
    sha = repository.commit(a__txt="1")
    (repository.root / ("b.txt" if change == "untracked" else "a.txt")).write_text("2")
    if change == "staged":
        repository.git("add", "--all")
    assert read_commit(repository.root).short == f"{sha[:7]}+"


def test_ignored_files_do_not_make_it_dirty(repository: Repository) -> None:
    repository.commit(__gitignore="runs/\n")
    (repository.root / "runs").mkdir()
    (repository.root / "runs" / "x").write_text("")
    assert not read_commit(repository.root).dirty


def test_without_a_remote_it_is_empty(repository: Repository) -> None:
    repository.commit()
    assert read_commit(repository.root).remote == ""


@pytest.mark.parametrize("made", [False, True])
def test_without_a_commit_it_says_what_to_do(tmp_path: Path, *, made: bool) -> None:
    if made:
        subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    with pytest.raises(UsageError, match="no git repository with a commit") as caught:
        read_commit(tmp_path)
    assert caught.value.where == str(tmp_path)
    assert "git init" in str(caught.value.next_step)


def test_ancestry(repository: Repository) -> None:
    first = repository.commit("first")
    second = repository.commit("second")
    repository.git("checkout", "--quiet", "-b", "aside", first)
    aside = repository.commit("aside")
    assert is_ancestor(repository.root, first, second) is True
    assert is_ancestor(repository.root, second, second) is True
    assert is_ancestor(repository.root, second, first) is False
    assert is_ancestor(repository.root, aside, second) is False
    assert is_ancestor(repository.root, "0" * 40, second) is None


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://github.com/a/b.git", "https://github.com/a/b.git"),
        ("https://user:pass@github.com/a/b.git", "https://github.com/a/b.git"),
        ("https://token@github.com/a/b.git", "https://github.com/a/b.git"),
        ("https://user:p@ss@github.com/a/b.git", "https://github.com/a/b.git"),
        ("https://github.com/a/b@c.git", "https://github.com/a/b@c.git"),
        ("https://token@github.com/a/b@c.git", "https://github.com/a/b@c.git"),
        ("https://token@github.com", "https://github.com"),
        ("git@github.com:a/b.git", "git@github.com:a/b.git"),
        ("", ""),
    ],
)
def test_credentials_never_stand_in_an_address(url: str, shown: str) -> None:
    assert without_credentials(url) == shown


def test_what_goldgate_writes_does_not_make_it_dirty(repository: Repository) -> None:
    repository.commit(a__txt="1")
    for name in ("runs/20261120-140212-9f31c2e/run.json", ".goldgate/local.json"):
        path = repository.root / name
        path.parent.mkdir(parents=True)
        path.write_text("{}")
    assert not read_commit(repository.root).dirty
