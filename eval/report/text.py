"""Text that others wrote, made safe to look at: what cannot be seen is shown by its name."""

from __future__ import annotations

import re

_CONTROLS = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


def visible(text: str) -> str:
    """Controls, bidirectional marks, what has no width and lone surrogates as `[U+202E]`; line breaks and tabs stay.

    The joiners U+200C and U+200D stay too: scripts and emoji are written with them.
    """
    if text.isprintable():
        return text
    return _CONTROLS.sub(lambda match: f"[U+{ord(match[0]):04X}]", text.replace("\r\n", "\n"))


def clipped(text: str, limit: int) -> str:
    """At most `limit` characters, with an ellipsis where something was cut."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def safe_href(address: str | None) -> str | None:
    """An address that may stand in a link: http, https or relative; everything else is None."""
    if not address or any(ord(char) < 0x21 for char in address):
        return None
    scheme = re.match(r"[^/?#]*:", address)
    return address if scheme is None or scheme[0].lower() in ("http:", "https:") else None
