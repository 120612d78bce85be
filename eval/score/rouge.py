"""ROUGE-L as the rouge-score package computes it without stemming."""

from __future__ import annotations

import re

NOT_ROUGE = re.compile(r"[^a-z0-9]+")
MOST_TOKENS = 20_000


def rouge_tokens(text: str) -> list[str]:
    """Tokens as the rouge-score package cuts them without stemming: runs of a-z and 0-9 in lower case."""
    return NOT_ROUGE.sub(" ", text.lower()).split()


def common_subsequence(a: list[str], b: list[str]) -> int:
    """Length of the longest common subsequence, bit-parallel (Hyyrö 2004): one pass over `b` with integers of len(a) bits."""
    masks = dict.fromkeys(b, 0)
    for place, token in enumerate(a):
        if token in masks:
            masks[token] |= 1 << place
    everything = (1 << len(a)) - 1
    row = everything
    for token in b:
        if mask := masks[token]:
            matched = row & mask
            row = ((row + matched) | (row - matched)) & everything
    return len(a) - row.bit_count()


def rouge_l(answer: list[str], expected: list[str]) -> float:
    """ROUGE-L's F-measure of two token lists (Lin 2004, beta 1).

    Of a longer list only the first 20,000 tokens are looked at, which bounds a pair to a tenth of a second.
    """
    answer, expected = answer[:MOST_TOKENS], expected[:MOST_TOKENS]
    length = common_subsequence(expected, answer)
    return 2 * length / (len(answer) + len(expected)) if length else 0.0
