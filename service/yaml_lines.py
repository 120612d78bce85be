"""YAML with the line of every value, for errors that name `file:line`."""

from __future__ import annotations

from typing import Any

import yaml

from .errors import ConfigError

Path = tuple[str | int, ...]


class Lines:
    """The line of each key path of a YAML document; unknown paths answer with their nearest known parent."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._lines: dict[Path, int] = {}

    def put(self, path: Path, line: int) -> None:
        """Remember where `path` stands (1-based)."""
        self._lines[path] = line

    def graft(self, source: Path, target: Path) -> None:
        """Let `target` and everything below it stand where `source` stands (an overlay that was merged in)."""
        for path, line in list(self._lines.items()):
            if path[: len(source)] == source:
                self._lines[target + path[len(source) :]] = line

    def where(self, path: Path) -> str:
        """`file:line` of `path`."""
        while path and path not in self._lines:
            path = path[:-1]
        return f"{self.file}:{self._lines.get(path, 1)}"


def read(text: str, file: str) -> tuple[dict[str, Any], Lines]:
    """The mapping in `text` and the lines of its keys.

    Raises ConfigError for broken YAML, a repeated key, or a document that is not a mapping.
    """
    lines = Lines(file)
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        msg = f"this is not YAML: {error.problem}."
        raise ConfigError(msg, where=f"{file}:{line}") from error
    if not isinstance(node, yaml.MappingNode):
        msg = "the file must hold a mapping of sections."
        raise ConfigError(msg, where=f"{file}:1")
    _walk(node, (), lines)
    value: dict[str, Any] = yaml.load(text, Loader=yaml.SafeLoader)
    return value, lines


def _walk(node: yaml.Node, path: Path, lines: Lines) -> None:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key_node, value_node in node.value:
            key = str(key_node.value)
            line = key_node.start_mark.line + 1
            if key in seen:
                msg = f'the key "{key}" stands twice in the same mapping; keep one.'
                raise ConfigError(msg, where=f"{lines.file}:{line}")
            seen.add(key)
            lines.put((*path, key), line)
            _walk(value_node, (*path, key), lines)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            lines.put((*path, index), item.start_mark.line + 1)
            _walk(item, (*path, index), lines)
