"""Paired tests with exact, closed or seeded p-values; all are two-sided."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

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
    """Kendall's tau-b of two columns; null where either does not vary."""
    if len(a) < 2 or np.ptp(a) == 0 or np.ptp(b) == 0:
        return None
    rows, columns = (np.unique(side, return_inverse=True)[1] for side in (a, b))
    shape = int(rows.max()) + 1, int(columns.max()) + 1
    if shape[0] * shape[1] <= BATCH_VALUES // 8:
        return _tau_of_table(np.bincount(rows * shape[1] + columns, minlength=shape[0] * shape[1]).reshape(shape))
    from scipy import stats

    return float(stats.kendalltau(a, b).statistic)


def _tau_of_table(counts: NDArray[np.int64]) -> float:
    """tau-b from the counts of each pair of values: concordant less discordant pairs over those that are not tied."""
    table = counts.astype(np.float64)
    after = table[::-1, ::-1].cumsum(axis=0).cumsum(axis=1)[::-1, ::-1]
    before = table[::-1].cumsum(axis=0)[::-1].cumsum(axis=1)
    concordant = float((table[:-1, :-1] * after[1:, 1:]).sum())
    discordant = float((table[:-1, 1:] * before[1:, :-1]).sum())
    n = float(table.sum())
    every = n * (n - 1) / 2
    tied = [float((side * (side - 1) / 2).sum()) for side in (table.sum(axis=1), table.sum(axis=0))]
    return (concordant - discordant) / math.sqrt((every - tied[0]) * (every - tied[1]))
