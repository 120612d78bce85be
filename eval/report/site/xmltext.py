"""Text of others as XML 1.0 can hold it."""

from __future__ import annotations

import re

from ..secrets import mask
from ..text import visible

_NO_XML = re.compile("[\ufffe\uffff]")


def xml_text(text: str) -> str:
    """The text as the pages show it (secrets masked, what cannot be seen by its code), U+FFFD for what XML forbids besides."""
    return _NO_XML.sub("\ufffd", visible(mask(text)))
