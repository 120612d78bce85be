"""Questions that are nearly the same: MinHash over runs of five bytes, the candidates compared exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    Codes = NDArray[np.uint64]

RUN = 5
BANDS, ROWS = 16, 6
AT_ONCE = 50_000
NEIGHBOURS = 8
COMPARED = 3
SEED = 20_261_127


class Pair(NamedTuple):
    """Two places in a list of texts, the later first, and the share of their runs that both have."""

    later: int
    earlier: int
    similarity: float


def similar_pairs(texts: Sequence[str], threshold: float) -> list[Pair]:
    """For each text the most similar earlier one whose Jaccard similarity is `threshold` (0 to 1) or more; equal texts count.

    16 bands of 6 hashes find a pair of similarity 0.8 with probability 0.99. Of texts that share a band only the next eight are
    looked at, and of those the three whose hashes agree most are compared, so that the time grows with the number of texts
    even where all are alike.
    """
    best: dict[int, Pair] = {}
    runs: dict[int, frozenset[int]] = {}
    for later, earlier in _candidates(texts):
        for place in (later, earlier):
            if place not in runs:
                runs[place] = frozenset(_runs([texts[place]])[0].tolist())
        pair = Pair(later, earlier, _jaccard(runs[later], runs[earlier]))
        held = best.get(later)
        if pair.similarity >= threshold and (held is None or (pair.similarity, -earlier) > (held.similarity, -held.earlier)):
            best[later] = pair
    return [best[place] for place in sorted(best)]


def _candidates(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The pairs to compare, the later place first."""
    filled = np.flatnonzero([bool(text) for text in texts])
    signatures = _all_signatures([texts[place] for place in filled.tolist()])
    pairs = _sharing_a_band(signatures)
    agreement = np.concatenate([np.zeros(0), *(_agreement(signatures, some) for some in _pieces(pairs))])
    pairs = pairs[np.lexsort((pairs[:, 1], -agreement, pairs[:, 0]))]
    begins = np.searchsorted(pairs[:, 0], pairs[:, 0])
    yield from map(tuple, filled[pairs[np.arange(len(pairs)) - begins < COMPARED]].tolist())


def _sharing_a_band(signatures: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Every pair of places with an equal band, once, the later one first."""
    count = len(signatures)
    found = [np.zeros(0, dtype=np.int64)]
    for band in range(BANDS):
        keys = _mixed(signatures[:, band * ROWS : (band + 1) * ROWS])
        order = np.argsort(keys, kind="stable")
        for step in range(1, NEIGHBOURS + 1):
            same = keys[order[step:]] == keys[order[:-step]]
            found.append(order[step:][same] * count + order[:-step][same])
    return np.stack(np.divmod(np.unique(np.concatenate(found)), max(count, 1)), axis=1)


def _pieces(pairs: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    return (pairs[start : start + AT_ONCE] for start in range(0, len(pairs), AT_ONCE))


def _agreement(signatures: NDArray[np.uint32], pairs: NDArray[np.int64]) -> NDArray[np.float64]:
    """The share of equal hashes of each pair, which estimates its similarity."""
    agreement: NDArray[np.float64] = (signatures[pairs[:, 0]] == signatures[pairs[:, 1]]).mean(axis=1)
    return agreement


def _all_signatures(texts: Sequence[str]) -> NDArray[np.uint32]:
    pieces = [_signatures(texts[start : start + AT_ONCE]) for start in range(0, len(texts), AT_ONCE)]
    return np.concatenate([np.zeros((0, BANDS * ROWS), dtype=np.uint32), *pieces])


def _signatures(texts: Sequence[str]) -> NDArray[np.uint32]:
    """The smallest of each of 96 hashes over the runs of each text."""
    codes, starts = _runs(texts)
    chance = np.random.default_rng(SEED)
    factors = chance.integers(1, 2**63, BANDS * ROWS, dtype=np.uint64) | np.uint64(1)
    offsets = chance.integers(0, 2**63, BANDS * ROWS, dtype=np.uint64)
    out = np.empty((len(texts), BANDS * ROWS), dtype=np.uint32)
    for place, (factor, offset) in enumerate(zip(factors, offsets, strict=True)):
        hashes = ((codes * factor + offset) >> np.uint64(32)).astype(np.uint32)
        out[:, place] = np.minimum.reduceat(hashes, starts)
    return out


def _runs(texts: Sequence[str]) -> tuple[Codes, NDArray[np.int64]]:
    """Every run of five bytes as a number, and where those of each text begin; a short text is filled up with spaces."""
    padded = [text.encode().ljust(RUN) for text in texts]
    lengths = np.array([len(text) for text in padded], dtype=np.int64)
    data = np.frombuffer(b"".join(padded), dtype=np.uint8).astype(np.uint64)
    codes = np.zeros(len(data) - RUN + 1, dtype=np.uint64)
    for place in range(RUN):
        codes = (codes << np.uint64(8)) | data[place : place + len(codes)]
    ends = np.cumsum(lengths)
    inside = np.ones(len(data), dtype=bool)
    for back in range(1, RUN):
        inside[ends - back] = False
    counts = lengths - RUN + 1
    mixed = codes * np.uint64(0x9E3779B97F4A7C15)
    return mixed[inside[: len(codes)]], np.cumsum(counts) - counts


def _mixed(rows: NDArray[np.uint32]) -> Codes:
    """One number for each row."""
    key = np.zeros(len(rows), dtype=np.uint64)
    for column in rows.T:
        key = (key ^ column.astype(np.uint64)) * np.uint64(0x100000001B3)
        key ^= key >> np.uint64(29)
    return key


def _jaccard(one: frozenset[int], other: frozenset[int]) -> float:
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared)
