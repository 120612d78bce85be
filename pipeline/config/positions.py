"""Values that know where they were written: YAML read strictly, with file, line and column of every key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

KeyPath: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A place in a file; `line` and `column` count from 1. For an override `file` is "command line", and there is no line.

    `environment` names the overlay that the value was written in.
    """

    file: str
    line: int | None = None
    column: int | None = None
    environment: str | None = None

    @property
    def where(self) -> str:
        """`file:line`, or the command line."""
        return self.file if self.line is None else f"{self.file}:{self.line}"


@dataclass(frozen=True, kw_only=True)
class Node:
    """A value and where it was written.

    `value` is a scalar, a list of nodes, or a mapping of text to nodes; `raw` is a plain scalar as it was typed.
    """

    value: Any
    mark: Mark
    raw: str | None = None

    def get(self, *path: str | int) -> Node | None:
        """The node below; None where there is none."""
        node = self
        for key in path:
            below = node.value
            in_list = isinstance(below, list) and isinstance(key, int) and key < len(below)
            if not (in_list or (isinstance(below, dict) and key in below)):
                return None
            node = below[key]
        return node

    def plain(self) -> Any:
        """The value without its places, as lists, dicts and scalars."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def marks(self, path: KeyPath = ()) -> dict[KeyPath, Mark]:
        """The place of every key and list item, by its path."""
        found = {path: self.mark}
        for key, node in self.below():
            found.update(node.marks((*path, key)))
        return found

    def below(self) -> list[tuple[str | int, Node]]:
        """Keys or indices of the nodes right below, with the nodes."""
        if isinstance(self.value, dict):
            return list(self.value.items())
        return list(enumerate(self.value)) if isinstance(self.value, list) else []
