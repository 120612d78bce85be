"""Native cases in one JSON list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...errors import GoldgateError
    from ..source import Source

NAME = "json"


def recognises(source: Source) -> bool:
    """Whether it is a list whose elements have an id and an input."""
    return source.is_list and {"id", "input"} <= source.keys


def records(source: Source, problems: list[GoldgateError]) -> Iterator[tuple[int, dict[str, Any]]]:
    """The elements of the list."""
    return source.rows(problems)
