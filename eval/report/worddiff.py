"""What changed between two answers, word by word, and which words of a passage the expected answer holds."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

Op = Literal["=", "-", "+"]
MOST_WORDS = 600
LEAST_COMMON = 0.25
_WORDS = re.compile(r"\s+|\w+(?:[.,'\u2019]\w+)*|[^\w\s]")
_TELLING = re.compile(r"\d[\d.,]*\d|\d|[^\W\d]{4,}")


class Piece(NamedTuple):
    """A run of text that both answers have (`=`), only the first (`-`) or only the second (`+`)."""

    op: Op
    text: str


def diff(before: str, after: str) -> list[Piece]:
    """The pieces that turn one answer into the other; the changed middle is replaced as a whole where it is very
    long or its two sides share less than `LEAST_COMMON` of the shorter one."""
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
    whole = [Piece("-", "".join(old)), Piece("+", "".join(new))]
    if len(old) > MOST_WORDS or len(new) > MOST_WORDS:
        return whole
    pieces: list[Piece] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal" and not "".join(old[i1:i2]).isspace():
            pieces.append(Piece("=", "".join(old[i1:i2])))
        else:
            pieces += [Piece("-", "".join(old[i1:i2])), Piece("+", "".join(new[j1:j2]))]
    kept = sum(len(piece.text) for piece in pieces if piece.op == "=")
    return pieces if kept >= LEAST_COMMON * min(len("".join(old)), len("".join(new))) else whole


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Neighbours of one kind made one; between two common runs what went stands before what came."""
    result: list[Piece] = []
    gone = came = ""
    for piece in [*pieces, Piece("=", "")]:
        if piece.op == "-":
            gone += piece.text
        elif piece.op == "+":
            came += piece.text
        else:
            result += [Piece("-", gone)] if gone else []
            result += [Piece("+", came)] if came else []
            gone = came = ""
            if piece.text and result and result[-1].op == "=":
                result[-1] = Piece("=", result[-1].text + piece.text)
            elif piece.text:
                result.append(piece)
    return result
