"""Texts made comparable as SQuAD's evaluation script does: normalisation and F1 over tokens."""

from __future__ import annotations

import re
import string
from collections import Counter

import polars as pl

PUNCTUATION = str.maketrans("", "", string.punctuation)
ARTICLES = re.compile(r"\b(a|an|the)\b")
NOT_PLAIN = r"[^\t-\r\x1c-\x7e]"
"""Texts without such characters (the separator of `normalise_all` is one) can be normalised as bytes."""

SPACES = b"\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f"
BYTES = bytes.maketrans(string.ascii_uppercase.encode() + SPACES, string.ascii_lowercase.encode() + b" " * len(SPACES))
ASCII_ARTICLES = r"(?-u:\b)(?:an?|the)(?-u:\b)"
AT_ONCE = 8192
NARROW = r"^\d|\d$|^[a-z]?$"
"""Expected texts that may stand in an answer by accident: 8 in 68, a single letter in any word."""

BRACKETS = re.compile(r"\[[^\[\]]*\]")


def normalise(text: str) -> str:
    """Lower case, no punctuation, no articles, single spaces: `normalize_answer` of SQuAD's evaluation script."""
    return " ".join(ARTICLES.sub(" ", text.lower().translate(PUNCTUATION)).split())


def normalise_all(texts: pl.Series) -> pl.Series:
    """`normalise` of every text, none of them null; a tenth of the time that it takes one by one.

    Texts of plain ASCII are joined and cleaned as one run of bytes, where lower case, punctuation and white space are those
    of Python's str; the others go one by one.
    """
    plain = ~texts.str.contains(NOT_PLAIN)
    parts = [_normalise_ascii(part.to_series()) for part in texts.filter(plain).to_frame().iter_slices(AT_ONCE)]
    if plain.all() and parts:
        return pl.concat(parts)
    others = pl.Series([normalise(text) for text in texts.filter(~plain)], dtype=pl.String)
    places = pl.concat([plain.arg_true(), (~plain).arg_true()])
    return pl.concat([*parts, others]).gather(places.arg_sort()).alias(texts.name)


def _normalise_ascii(texts: pl.Series) -> pl.Series:
    joined = "\0".join(texts.to_list()).encode().translate(BYTES, string.punctuation.encode())
    cleaned = pl.Series(texts.name, [joined.decode()]).str.split("\0").explode().str.replace_all(ASCII_ARTICLES, "")
    return cleaned.str.replace_all(" {2,}", " ").str.strip_chars(" ")


def kept_pair(answer: str, expected: str) -> tuple[str, str]:
    """Two texts in lower case with their articles, and with their punctuation if the expected one has nothing else."""
    texts = (answer.lower(), expected.lower())
    plain = texts if not expected.translate(PUNCTUATION).strip() else tuple(text.translate(PUNCTUATION) for text in texts)
    given, wanted = (" ".join(text.split()) for text in plain)
    return given, wanted


def stands_in(answer: str, expected: str) -> bool:
    """Whether a normalised text stands in an answer: not within a longer number, and a letter only as a word of its own."""
    if not expected:
        return not answer
    lone = len(expected) == 1 and expected.isalpha()
    begins, ends = expected[0].isdigit(), expected[-1].isdigit()
    at = answer.find(expected)
    while at >= 0:
        before, after = answer[max(at - 1, 0) : at], answer[at + len(expected) : at + len(expected) + 1]
        if not _joined(before, lone=lone, number=begins) and not _joined(after, lone=lone, number=ends):
            return True
        at = answer.find(expected, at + 1)
    return False


def _joined(neighbour: str, *, lone: bool, number: bool) -> bool:
    """Whether the character beside a find makes it a part of something longer; none is beside it at either end."""
    if lone:
        return neighbour.isalnum() or neighbour == "_"
    return number and neighbour.isdecimal()


def token_f1(answer: str, expected: str) -> float:
    """F1 over the shared tokens of two normalised texts; where one is empty, 1 if both are (SQuAD 2.0)."""
    given, wanted = answer.split(), expected.split()
    if not given or not wanted:
        return float(given == wanted)
    common = _shared(given, wanted)
    return 2 * common / (len(given) + len(wanted)) if common else 0.0


def _shared(given: list[str], wanted: list[str]) -> int:
    """How many tokens two lists share, each as often as it stands in both."""
    kinds = set(wanted)
    if len(kinds) == len(wanted):
        return len(kinds.intersection(given))
    return sum((Counter(given) & Counter(wanted)).values())
