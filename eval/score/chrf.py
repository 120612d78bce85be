"""Sentence chrF2 as sacrebleu computes it (Popović 2015): n-grams of 1 to 6 characters, without white space, beta 2."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import polars as pl
    from numpy.typing import NDArray

    Pairs = Sequence[tuple[str, str]]
    Integers = NDArray[np.int64]
    Floats = NDArray[np.float64]

ORDER = 6
BETA = 2
LETTER_BITS = 8
"""Six letters, thirteen bits of the pair and one of the side fit into 64: what a chunk may hold follows from that."""

PAIRS_AT_ONCE = 8192
CHARACTERS_AT_ONCE = 1 << 22


def chrf(answers: pl.Series, expected: pl.Series) -> Floats:
    """The score of each answer against the text beside it, between 0 and 1; 0 where either is empty."""
    pairs = [("".join(a.split()), "".join(b.split())) for a, b in zip(answers, expected, strict=True)]
    parts = [_scores(_shared(chunk), _lengths(chunk)) for chunk in _chunks(pairs)]
    return np.concatenate(parts) if parts else np.empty(0)


def _chunks(pairs: Pairs) -> Iterator[Pairs]:
    """Runs of pairs that are counted at once, bounded in number and in characters."""
    start = size = 0
    for place, (a, b) in enumerate(pairs):
        if place > start and (place - start == PAIRS_AT_ONCE or size + len(a) + len(b) > CHARACTERS_AT_ONCE):
            yield pairs[start:place]
            start, size = place, 0
        size += len(a) + len(b)
    if pairs:
        yield pairs[start:]


def _lengths(pairs: Pairs) -> Integers:
    """Characters of both texts: pairs x 2."""
    return np.array([(len(a), len(b)) for a, b in pairs], dtype=np.int64)


def _scores(shared: Integers, lengths: Integers) -> Floats:
    """F-beta of mean precision and mean recall over the orders that both texts are long enough for."""
    sizes = lengths[:, None, :] - np.arange(ORDER)[None, :, None]
    counts = np.all(sizes > 0, axis=2)
    ratios = np.where(counts[:, :, None], shared[:, :, None] / np.maximum(sizes, 1), 0.0)
    precision, recall = (ratios.sum(axis=1) / np.maximum(counts.sum(axis=1), 1)[:, None]).T
    weighted = BETA**2 * precision + recall
    scores: Floats = np.divide((1 + BETA**2) * precision * recall, weighted, out=np.zeros(len(lengths)), where=weighted > 0)
    return scores


def _shared(pairs: Pairs) -> Integers:
    """How many n-grams of each order the texts of each pair share, each as often as it stands in both: pairs x orders."""
    texts = [text for pair in pairs for text in pair]
    points = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype="<u4")
    letters = np.unique(points)
    if len(letters) < 1 << LETTER_BITS:
        return _counted(np.searchsorted(letters, points).astype(np.uint64) + np.uint64(1), texts)
    if len(pairs) == 1:
        return np.array([[_counted_one(*pairs[0], order) for order in range(1, ORDER + 1)]])
    half = len(pairs) // 2
    return np.concatenate([_shared(pairs[:half]), _shared(pairs[half:])])


def _counted_one(a: str, b: str, order: int) -> int:
    given, wanted = (Counter(text[place : place + order] for place in range(len(text) - order + 1)) for text in (a, b))
    return (given & wanted).total()


def _counted(letters: NDArray[np.uint64], texts: Sequence[str]) -> Integers:
    """The counts of `_shared` from the texts end to end, answers and expected texts in turn, as letters counted from 1.

    What begins at each place is one number: its pair, the six letters (0 past the end of the text), its side. Sorted, the
    n-grams of every order stand together.
    """
    keys = np.sort(_keys(letters, texts))
    sides = np.r_[0, np.cumsum((keys & np.uint64(1)).astype(np.int64))]
    shared = np.zeros((len(texts) // 2, ORDER), dtype=np.int64)
    for order in range(ORDER):
        grams = keys >> np.uint64(1 + LETTER_BITS * (ORDER - 1 - order))
        starts = np.flatnonzero(np.r_[True, grams[1:] != grams[:-1]]) if len(keys) else np.empty(0, dtype=np.int64)
        ends = np.r_[starts[1:], len(keys)]
        second = sides[ends] - sides[starts]
        common = np.minimum(ends - starts - second, second)
        common[(grams[starts] & np.uint64((1 << LETTER_BITS) - 1)) == 0] = 0
        owner = (grams[starts] >> np.uint64(LETTER_BITS * (order + 1))).astype(np.int64)
        shared[:, order] = np.bincount(owner, weights=common, minlength=len(shared))
    return shared


def _keys(letters: NDArray[np.uint64], texts: Sequence[str]) -> NDArray[np.uint64]:
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    text = np.repeat(np.arange(len(texts), dtype=np.uint64), lengths)
    left = np.repeat(np.cumsum(lengths), lengths) - np.arange(len(letters))
    keys = text >> np.uint64(1)
    for order in range(ORDER):
        following = np.zeros_like(letters)
        following[: max(len(letters) - order, 0)] = letters[order:]
        keys = keys << np.uint64(LETTER_BITS) | np.where(left > order, following, np.uint64(0))
    return keys << np.uint64(1) | text & np.uint64(1)
