"""What changed between two answers, word by word, and which words of a passage the expected answer holds."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

Op = Literal["=", "-", "+"]
MOST_WORDS = 600
_WORDS = re.compile(r"\s+|\w+(?:[.,'\u2019]\w+)*|[^\w\s]")
_TELLING = re.compile(r"\d[\d.,]*\d|\d|[^\W\d]{4,}")


class Piece(NamedTuple):
    """A run of text that both answers have (`=`), only the first (`-`) or only the second (`+`)."""

    op: Op
    text: str


def diff(before: str, after: str) -> list[Piece]:
    """The pieces that turn one answer into the other; above `MOST_WORDS` changed words the middle is replaced as a whole."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    middle = _middle(old[head : len(old) - tail], new[head : len(new) - tail])
    return _joined([Piece("=", "".join(old[:head])), *middle, Piece("=", "".join(old[len(old) - tail :]))])


def marked(text: str, expected: str) -> list[tuple[bool, str]]:
    """The text in runs, each with whether it is a figure or a longer word of the expected answer."""
    wanted = sorted(set(_TELLING.findall(expected.lower())), key=len, reverse=True)[:60]
    if not wanted:
        return [(False, text)]
    found = re.compile(r"(?<!\w)(" + "|".join(map(re.escape, wanted)) + r")(?!\w)", re.IGNORECASE)
    return [(index % 2 == 1, run) for index, run in enumerate(found.split(text)) if run]


def _common(left: list[str], right: list[str]) -> int:
    same = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        same += 1
    return same


def _middle(old: list[str], new: list[str]) -> list[Piece]:
    if len(old) > MOST_WORDS or len(new) > MOST_WORDS:
        return [Piece("-", "".join(old)), Piece("+", "".join(new))]
    pieces: list[Piece] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece("=", "".join(old[i1:i2])))
        else:
            pieces += [Piece("-", "".join(old[i1:i2])), Piece("+", "".join(new[j1:j2]))]
    return pieces


def _joined(pieces: list[Piece]) -> list[Piece]:
    result: list[Piece] = []
    for piece in pieces:
        if not piece.text:
            continue
        if result and result[-1].op == piece.op:
            result[-1] = Piece(piece.op, result[-1].text + piece.text)
        else:
            result.append(piece)
    return result
