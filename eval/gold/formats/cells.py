"""Lists and objects in the cells of a table: JSON, Python's own writing of a list, or parts between separators."""

from __future__ import annotations

import ast
from typing import Any

from ...jsontext import loads


def structured(value: Any) -> Any:
    """The list or object that a text writes, as JSON or as Python does; any other value as it is."""
    if not isinstance(value, str) or value.strip()[:1] not in ("[", "{"):
        return value
    for read in (loads, ast.literal_eval):
        try:
            found = read(value.strip())
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        if isinstance(found, list | dict):
            return found
    return value


def listed(value: Any, separators: str = "|") -> list[Any]:
    """A list of any writing: one that stands there, one written in a text, or the parts between the first separator found."""
    value = structured(value)
    if value is None or value == "":
        return []
    if isinstance(value, list | tuple):
        return list(value)
    if not isinstance(value, str):
        return [value]
    separator = next((mark for mark in separators if mark in value), None)
    return [value] if separator is None else [part.strip() for part in value.split(separator) if part.strip()]
