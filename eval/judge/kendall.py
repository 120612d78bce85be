"""Kendall's tau-b with the influence of each row."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ..verdict.paired_tests import kendall as tau_b
from .interval import ROUNDING, Rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

CELLS = 4_000_000
RANKS = 2000


def kendall(x: Floats, y: Floats, rows: Rows) -> tuple[float, Floats]:
    """Tau-b (Kendall 1945), and its influence as that of a ratio of U-statistics.

    Beyond `CELLS` pairs of different values (2,000 rows of values that never tie) the influence is that of the scores cut into
    `RANKS` ranks, and so is tau where the rows have weights; without weights it is exact.
    """
    table, a, b = _table(x, y, rows)
    if a.max() * b.max() == 0:
        return math.nan, x
    sides = np.cumsum(np.cumsum(table, axis=0), axis=1)
    net = _net_concordance(table, sides)
    share_x, share_y = table.sum(axis=1), table.sum(axis=0)
    concord = net[a, b]
    untied_x, untied_y = 1 - share_x[a], 1 - share_y[b]
    total, all_x, all_y = (float(rows.weights @ part) for part in (concord, untied_x, untied_y))
    scale = math.sqrt(all_x * all_y)
    if scale <= ROUNDING:
        return math.nan, x
    exact = rows.equal and table.size < (len(np.unique(x)) * len(np.unique(y)))
    tau = (tau_b(x, y) if exact else None) or total / scale
    influence = 2 * (concord - total) / scale - tau * (untied_x / all_x + untied_y / all_y - 2)
    return tau, influence


def _table(x: Floats, y: Floats, rows: Rows) -> tuple[Floats, NDArray[np.int64], NDArray[np.int64]]:
    """The weight of each pair of values, and each row's place in it."""
    a, b = _codes(x), _codes(y)
    if (int(a.max()) + 1) * (int(b.max()) + 1) > CELLS:
        a, b = _cut(a), _cut(b)
    wide, high = int(a.max()) + 1, int(b.max()) + 1
    flat = np.bincount(a * high + b, weights=rows.weights, minlength=wide * high)
    return np.asarray(flat, dtype=np.float64).reshape(wide, high), a, b


def _codes(values: Floats) -> NDArray[np.int64]:
    return np.unique(values, return_inverse=True)[1].reshape(-1).astype(np.int64)


def _cut(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """The codes by quantile; equal values stay equal."""
    if codes.max() < RANKS:
        return codes
    counts = np.bincount(codes)
    middle = np.cumsum(counts) - (counts + 1) / 2
    return _codes(np.floor(middle * RANKS / len(codes)))[codes]


def _net_concordance(table: Floats, sides: Floats) -> Floats:
    """For each cell, the weight of the rows on the same side of it in both columns less that on opposite sides."""
    by_x, by_y = sides[:, -1:], sides[-1:, :]
    whole = sides[-1, -1]
    before = np.zeros_like(table)
    before[1:, 1:] = sides[:-1, :-1]
    above_x = np.zeros_like(table)
    above_x[1:, :] = by_x[:-1] - sides[:-1, :]
    above_y = np.zeros_like(table)
    above_y[:, 1:] = by_y[:, :-1] - sides[:, :-1]
    after = whole - by_x - by_y + sides
    return np.asarray(before + after - above_x - above_y)
