"""Typography out of the way: the same text, character for character, with plain quotes and dashes."""

from __future__ import annotations

PLAIN = {
    0x2018: "'",
    0x2019: "'",
    0x201C: '"',
    0x201D: '"',
    0x2010: "-",
    0x2011: "-",
    0x2012: "-",
    0x2013: "-",
    0x2014: "-",
    0x00A0: " ",
}


def plain(text: str) -> str:
    """`text` with curly quotes, dashes and no-break spaces as ASCII; positions stay where they are."""
    return text.translate(PLAIN)
