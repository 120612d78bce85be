"""Names in a question that the collection has never heard of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

NAME = re.compile(r"(?<![\w&-])[A-Z][A-Za-z0-9]*(?:[&.-][A-Za-z0-9]+)*(?:'s)?(?:\s+(?:[A-Z][A-Za-z0-9&.-]*(?:'s)?|&))*")
COMMON_WORDS = """
a according across after all among an and any are as at based be before between both by can compare compared could did do does
during each excluding explain find for form from gaap give given has have how if in including is item items its like list name
of on or over per please provide q1 q2 q3 q4 rank report sec show since state tell than that the their
these this those through to under us u.s usa united states until was were what when where whether which while who whose why will
with within would year years i january february march april may june july august september october november december fy ceo cfo
10-k md&a part annual company companies
"""
COMMON = frozenset(COMMON_WORDS.split())


def find_strangers(bare: str, knows: Callable[[str], bool]) -> tuple[str, ...]:
    """Capitalised names of `bare` (the question without the companies that are known) of which no word is known.

    The first word of a sentence counts too, unless it is one that questions open with.
    """
    found = []
    for match in NAME.finditer(bare):
        words = [word.removesuffix("'s") for word in match.group(0).split()]
        words = [word for word in words if _may_be_name(word)]
        unknown = [word for word in words if not knows(word)]
        if unknown and len(unknown) * 2 >= len(words):
            found.append(" ".join(words))
    return tuple(dict.fromkeys(found))


def _may_be_name(word: str) -> bool:
    """Neither a word that questions are made of, nor an abbreviation of two letters, nor anything with a digit or "&" in it."""
    return word.lower().strip(".") not in COMMON and len(word) > 2 and word.replace("-", "").isalpha()
