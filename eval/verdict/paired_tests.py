"""Paired tests with exact, closed or seeded p-values; all are two-sided."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from .grouping import run_starts
from .special import binomial_at, binomial_below, normal_p_value

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Codes = NDArray[np.int64]

RESAMPLES = 9999
ENUMERATED = 14
BATCH_VALUES = 8_000_000
MOST_SIZES = 1000
NEARLY_NORMAL = 1e-4
EXACT_RANKS = 50


def mcnemar_exact(b: int, c: int) -> float:
    """McNemar's exact p for `b` and `c` discordant pairs: the binomial of the smaller one."""
    if b == c:
        return 1.0
    return min(1.0, 2 * binomial_below(min(b, c), b + c))


def mcnemar_midp(b: int, c: int) -> float:
    """McNemar's mid-p: the exact p less the probability of the observed table (Fagerland 2013)."""
    if b == c:
        return 1.0
    low, n = min(b, c), b + c
    return min(1.0, 2 * binomial_below(low - 1, n) + binomial_at(low, n))


def mcnemar_corrected(b: int, c: int) -> float:
    """McNemar's chi-squared p with Edwards' continuity correction."""
    if b == c:
        return 1.0
    return normal_p_value((abs(b - c) - 1) / math.sqrt(b + c))


def wilcoxon(deltas: Floats) -> tuple[float, float] | None:
    """Wilcoxon's signed ranks with zeros by Pratt's rule: the smaller rank sum and p; null if all differences are 0.

    Exact up to 50 differences without ties and zeros, and for up to 13 with them; else the normal law with the variance of
    Cureton (JASA 62, 1967).
    """
    ranks, ties = _ranks(np.abs(deltas))
    plus, minus = float(ranks[deltas > 0].sum()), float(ranks[deltas < 0].sum())
    n, zeros = len(deltas), int((deltas == 0).sum())
    if zeros == n:
        return None
    smaller = min(plus, minus)
    if n <= EXACT_RANKS and not zeros and not ties:
        return smaller, _exact_ranks(n, int(smaller))
    if n < ENUMERATED:
        return smaller, _flipped_ranks(ranks[deltas != 0], abs(plus - minus))
    mean = (n * (n + 1) - zeros * (zeros + 1)) / 4
    squares = n * (n + 1) * (2 * n + 1) - zeros * (zeros + 1) * (2 * zeros + 1)
    tied = ties - (zeros**3 - zeros)
    return smaller, normal_p_value((plus - mean) / math.sqrt((squares - tied / 2) / 24))


def _ranks(sizes: Floats) -> tuple[Floats, float]:
    """Ranks from 1, ties sharing their mean, and the sum of t^3 - t over groups of t equal values."""
    import polars as pl

    ranks = pl.Series(sizes).rank("average").to_numpy()
    counts = np.unique(ranks, return_counts=True)[1].astype(np.float64)
    return ranks, float((counts**3 - counts).sum())


def _exact_ranks(n: int, smaller: int) -> float:
    """Two-sided p of a rank sum: the ways to choose ranks of 1..n that sum to no more, among 2^n."""
    ways = np.zeros(n * (n + 1) // 2 + 1)
    ways[0] = 1.0
    for rank in range(1, n + 1):
        ways[rank:] = ways[rank:] + ways[:-rank]
    return min(1.0, float(2 * ways[: smaller + 1].sum() / 2.0**n))


def _flipped_ranks(ranks: Floats, apart: float) -> float:
    return float((np.abs(_signs(len(ranks)) @ ranks) >= apart - 1e-9).mean())


def sign_flip(deltas: Floats, clusters: Codes | None, seed: int) -> tuple[float, int | None]:
    """The p of the mean difference under random signs, of cases or of whole clusters, and how many signs were drawn.

    Exact (null draws) for differences of one size and for up to 14 that are not 0; its normal limit (null draws) where no
    difference weighs enough to bend it; else 9,999 seeded draws with p = (b + 1) / (m + 1).
    """
    parts = deltas if clusters is None else np.bincount(clusters, weights=deltas)
    parts = parts[parts != 0]
    if not len(parts):
        return 1.0, None
    sizes, counts = np.unique(np.abs(parts), return_counts=True)
    if len(sizes) == 1:
        return mcnemar_exact(int((parts > 0).sum()), int((parts < 0).sum())), None
    observed = abs(float(parts.sum())) * (1 - 1e-9)
    if len(parts) <= ENUMERATED:
        return float((np.abs(_signs(len(parts)) @ parts) >= observed).mean()), None
    squares = sizes * sizes * counts
    if float((squares * sizes * sizes).sum()) < NEARLY_NORMAL * float(squares.sum()) ** 2:
        return normal_p_value(observed / math.sqrt(float(squares.sum()))), None
    generator = np.random.default_rng(seed)
    if len(sizes) <= MOST_SIZES:
        sums = (2 * generator.binomial(counts, 0.5, size=(RESAMPLES, len(sizes))) - counts) @ sizes
        beyond = int((np.abs(sums) >= observed).sum())
    else:
        beyond = _flipped_beyond(parts, observed * (1 - 1e-6), generator)
    return (beyond + 1) / (RESAMPLES + 1), RESAMPLES


def _signs(count: int) -> NDArray[np.int64]:
    """All ways to give `count` numbers a sign, one a row."""
    return (np.arange(2**count)[:, None] >> np.arange(count) & 1) * 2 - 1


def _flipped_beyond(parts: Floats, observed: float, generator: np.random.Generator) -> int:
    """In how many of the draws the flipped sum lies as far from 0 as the observed one; packed bits, a float32 product."""
    values, total = (2 * parts).astype(np.float32), float(parts.sum())
    width = -(-len(parts) // 8)
    batch = max(1, min(RESAMPLES, BATCH_VALUES // len(parts)))
    beyond = 0
    for start in range(0, RESAMPLES, batch):
        rows = min(batch, RESAMPLES - start)
        packed = generator.integers(0, 256, size=(rows, width), dtype=np.uint8)
        bits = np.unpackbits(packed, axis=1, count=len(parts)).astype(np.float32)
        beyond += int((np.abs(bits @ values - total) >= observed).sum())
    return beyond


def kendall(a: Floats, b: Floats) -> float | None:
    """Kendall's tau-b of two columns (Knight, JASA 61, 1966); null where either does not vary."""
    if len(a) < 2 or np.ptp(a) == 0 or np.ptp(b) == 0:
        return None
    rows, columns = (np.unique(side, return_inverse=True)[1].astype(np.int64) for side in (a, b))
    both = rows * (int(columns.max()) + 1) + columns
    order = np.argsort(both, kind="stable")
    every = len(a) * (len(a) - 1) // 2
    tied_rows, tied_columns, tied_both = _tied(np.bincount(rows)), _tied(np.bincount(columns)), _tied(_runs(both[order]))
    apart = every - tied_rows - tied_columns + tied_both - 2 * _inversions(columns[order])
    return apart / math.sqrt(every - tied_rows) / math.sqrt(every - tied_columns)


def _tied(counts: Codes) -> int:
    """How many pairs are of one group."""
    return int((counts * (counts - 1) // 2).sum())


def _runs(ordered: Codes) -> Codes:
    """The lengths of runs of equal values."""
    return np.diff(run_starts(ordered), append=len(ordered))


def _inversions(ranks: Codes) -> int:
    """How many pairs stand in falling order: bit by bit from the highest, ones before zeros among equal higher bits."""
    found = 0
    for bit in range(int(ranks.max()).bit_length() - 1, -1, -1):
        ones = ranks >> bit & 1
        before = np.cumsum(ones) - ones
        lengths = _runs(ranks >> (bit + 1))
        starts = np.repeat(np.cumsum(lengths) - lengths, lengths)
        before = before - before[starts]
        zeros = np.repeat(np.add.reduceat(1 - ones, np.cumsum(lengths) - lengths), lengths)
        found += int(before[ones == 0].sum())
        place = np.arange(len(ranks)) - starts
        ranks_next = np.empty_like(ranks)
        ranks_next[starts + np.where(ones == 1, zeros + before, place - before)] = ranks
        ranks = ranks_next
    return found
