"""A plot with what belongs to it: a caption, what it says in words, and the table behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from markupsafe import Markup


@dataclass(frozen=True, kw_only=True)
class Figure:
    """`said` are lines under the plot; `head` and `rows` the table behind it, whose first column names the rows."""

    title: str
    plot: Markup
    said: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def side_by_side(names: Sequence[str], sides: Mapping[str, Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    """The rows of a table: what each side says of every name."""
    return tuple(zip(names, *sides.values(), strict=True))
