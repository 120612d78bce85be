"""Text of others as XML 1.0 can hold it."""

from __future__ import annotations

import re

from ..text import visible

_NO_XML = re.compile("[\ufffe\uffff]")


def xml_text(text: str) -> str:
    """The text with what cannot be seen shown by its code, and U+FFFD for the two characters that XML forbids besides."""
    return _NO_XML.sub("\ufffd", visible(text))
