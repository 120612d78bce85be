"""Values and key paths as a reader would say them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .secrets import looks_secret

if TYPE_CHECKING:
    from .positions import KeyPath, Mark


def in_words(value: Any) -> str:
    """A value for a message; what looks like a secret is never shown."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return "a text that is not shown" if looks_secret(value) else f'the text "{shorten(value)}"'
    if isinstance(value, (int, float)):
        return f"the number {value}"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, (list, tuple)):
        return "a list"
    return f"a {type(value).__name__}"


def shorten(text: str, limit: int = 60) -> str:
    """The text on one line, cut after `limit` characters."""
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def dotted(path: KeyPath, mark: Mark | None = None) -> str:
    """A key path as people write it, `services.finrag.gates[0].min`, with the overlay that it was written in."""
    full = ("environments", mark.environment, *path) if mark and mark.environment else path
    text = ""
    for key in full:
        text += f"[{key}]" if isinstance(key, int) else f".{key}" if text else str(key)
    return text


def section_name(path: KeyPath, mark: Mark | None = None) -> str:
    """The name of a mapping: its dotted path, or the top level."""
    return dotted(path, mark) or "the top level"
