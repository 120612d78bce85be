"""The features that the local model counts: word stems, pairs of neighbours, and pieces of longer words."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+(?:[.,]\d+)*")
SUFFIXES = (
    "ations",
    "ation",
    "atory",
    "ators",
    "ator",
    "ments",
    "ment",
    "ings",
    "ing",
    "ies",
    "ied",
    "edly",
    "ed",
    "es",
    "ly",
    "s",
)
SHORTEST_STEM = 3
LONGEST_UNCUT = 3
PIECE = 4
STOP_WORDS = """
a about after all also an and any are as at be been before both but by can did do does for from had has have how if in
into is it its me more most much no not of on or other our over per so such than that the their them then there these
they this those to under up was we were what when where which while who why will with would you your
"""
STOP = frozenset(STOP_WORDS.split())


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """A word without its commonest English ending; numbers lose their thousands separators."""
    if word[0].isdigit():
        return word.replace(",", "")
    word = word.removesuffix("'s")
    if len(word) <= LONGEST_UNCUT:
        return word
    for suffix in SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= SHORTEST_STEM:
            word = word[: -len(suffix)]
            break
    return word[:-1] if len(word) > LONGEST_UNCUT and word[-1] in "ey" else word


@lru_cache(maxsize=65536)
def _pieces(word: str) -> tuple[str, ...]:
    marked = f"<{word}>"
    if word[0].isdigit() or len(marked) <= PIECE:
        return ()
    return tuple(f"#{marked[at : at + PIECE]}" for at in range(len(marked) - PIECE + 1))


def features(text: str) -> Iterator[str]:
    """The features of one text, repeated as often as they occur: `stem`, `stem stem`, `#pie`."""
    before = ""
    for word in WORD.findall(text.lower()):
        if word in STOP:
            continue
        here = stem(word)
        yield here
        if before:
            yield f"{before} {here}"
        yield from _pieces(word)
        before = here
