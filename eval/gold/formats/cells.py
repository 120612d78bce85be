"""Lists and objects in the cells of a table: JSON, Python's own writing of a list, or parts between separators."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from ...errors import UsageError
from ...jsontext import loads

if TYPE_CHECKING:
    from ...errors import GoldgateError


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


def members(value: Any, what: str, where: str, problems: list[GoldgateError]) -> list[dict[str, Any]]:
    """The objects of a list; anything else is a problem of `what`."""
    inner = value if isinstance(value, list) else [] if value is None else [value]
    found = [one for one in inner if isinstance(one, dict)]
    if len(found) < len(inner) or not isinstance(value, list | type(None)):
        problems.append(UsageError(f"{what} must be a list of objects.", where=where))
    return found


def mapping(value: Any) -> dict[str, Any]:
    """An object as it is, nothing where something else stands."""
    return value if isinstance(value, dict) else {}
