"""Paired tests with exact or seeded p-values; all are two-sided."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .stats import special

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

RESAMPLES = 9999
ENUMERATED = 14
BATCH_VALUES = 8_000_000


def mcnemar_exact(b: int, c: int) -> float:
    """McNemar's exact p for `b` and `c` discordant pairs: the binomial of the smaller one."""
    if b + c == 0:
        return 1.0
    return min(1.0, 2 * float(special().bdtr(min(b, c), b + c, 0.5)))


def mcnemar_midp(b: int, c: int) -> float:
    """McNemar's mid-p: the exact p less the probability of the observed table (Fagerland 2013)."""
    if b + c == 0:
        return 1.0
    low, n = min(b, c), b + c
    below = float(special().bdtr(low - 1, n, 0.5)) if low else 0.0
    at = float(special().bdtr(low, n, 0.5)) - below
    return min(1.0, 2 * below + at)


def sign_flip(deltas: Floats, clusters: NDArray[np.int64] | None, seed: int) -> tuple[float, int | None]:
    """The p of the mean difference under random signs, of cases or of whole clusters, and how many signs were drawn.

    Exact (null draws) for differences of -1, 0 and 1 that stand alone and for up to 14 that are not 0, else seeded draws with
    p = (b + 1) / (m + 1).
    """
    parts = deltas if clusters is None else np.bincount(clusters, weights=deltas)
    parts = parts[parts != 0]
    if not len(parts):
        return 1.0, None
    if np.ptp(np.abs(parts)) == 0:
        return mcnemar_exact(int((parts > 0).sum()), int((parts < 0).sum())), None
    observed = abs(float(parts.sum())) * (1 - 1e-9)
    if len(parts) <= ENUMERATED:
        signs = (np.arange(2 ** len(parts))[:, None] >> np.arange(len(parts)) & 1) * 2 - 1
        return float((np.abs(signs @ parts) >= observed).mean()), None
    return (_flipped_beyond(parts, observed * (1 - 1e-6), seed) + 1) / (RESAMPLES + 1), RESAMPLES


def _flipped_beyond(parts: Floats, observed: float, seed: int) -> int:
    """In how many of the draws the flipped sum lies as far from 0 as the observed one; packed bits, a float32 product."""
    generator = np.random.default_rng(seed)
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
