"""Reading the configuration file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import GoldgateError, Problems
from .configerror import ConfigError
from .resolved import Config

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from .positions import Node
    from .schema import ConfigFile
    from .tree import Trees

__all__ = ["Config", "ConfigError", "load_config"]

KEYS = "Keys: docs/config.md"


def load_config(path: Path, environment: str | None, overrides: Sequence[str] = (), *, check_files: bool = True) -> Config:
    """The configuration in `path` with the environment's overlay and then the overrides laid over it, checked in full.

    `overrides` are settings such as `services.finrag.deploy.memory=4096`, their values read as YAML. Every environment of
    the file is checked, not only the one asked for; without one the file must be complete by itself. `check_files=False`
    leaves out whether the files that it names are there, for commands that read none of them.

    Raises ConfigError where the file cannot be read as YAML, else Problems with one ConfigError for each fault, in the
    order of the file.
    """
    from .tree import read_trees

    trees = read_trees(path, environment, overrides)
    root = path.parent if check_files else None
    file, problems = _checked(trees, root)
    if problems or file is None or trees.chosen is None:
        raise Problems(in_order(problems), next_step=KEYS)
    return Config(path=path, environment=environment, file=file, marks=trees.chosen.marks())


def in_order(problems: Sequence[ConfigError]) -> list[GoldgateError]:
    """The faults in the order of the file, each once; those of the command line come first."""
    once: dict[tuple[int | None, str], ConfigError] = {}
    for problem in problems:
        once.setdefault(problem.key, problem)
    return [*sorted(once.values(), key=lambda problem: (problem.line or 0, problem.column or 0))]


def _checked(trees: Trees, root: Path | None) -> tuple[ConfigFile | None, list[ConfigError]]:
    """The chosen environment as models, where it is valid, and the faults of all environments."""
    from .checks import check_secrets

    problems = [*trees.problems, *(problem for _, problem in check_secrets(trees.written))]
    file: ConfigFile | None = None
    if trees.chosen is not None:
        file, found = _validated(trees.chosen, root)
        problems += found
        problems += [problem for _, problem in check_secrets(trees.chosen) if problem.line is None]
    others = {name: _validated(tree, root)[1] for name, tree in trees.others.items()}
    places = [{problem.key for problem in found} for found in others.values()]
    shared = set.intersection(*places) if places and trees.chosen is None else set()
    return file, problems + _of_others(others, problems, shared)


def _of_others(
    others: dict[str, list[ConfigError]], known: list[ConfigError], shared: set[tuple[int | None, str]]
) -> list[ConfigError]:
    """The faults of the other environments that are not known yet, naming the environment where not all share it."""
    told = {problem.key for problem in known}
    return [
        problem if problem.in_overlay or problem.key in shared else problem.within(name)
        for name, found in others.items()
        for problem in found
        if problem.key not in told
    ]


def _validated(tree: Node, root: Path | None) -> tuple[ConfigFile | None, list[ConfigError]]:
    """The tree as models, or what is wrong with it: where a check explains a key, pydantic's word on it is left out."""
    from pydantic import ValidationError

    from .checks import check
    from .schema import ConfigFile
    from .translate import translate
    from .tree import as_input

    findings = list(check(tree, root))
    explained = {path for path, _ in findings}
    problems = [problem for _, problem in findings]
    try:
        return ConfigFile.model_validate(as_input(tree)), problems
    except ValidationError as error:
        problems += [
            problem
            for path, problem in translate(error, tree)
            if not any(path[:end] in explained for end in range(len(path) + 1))
        ]
        return None, problems
