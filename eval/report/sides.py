"""One column of numbers here and with what is live: both samples, the pairs, means, differences and how many moved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from ..verdict.cells import Moments
from ..verdict.paired import paired_from_moments
from ..verdict.stats import Estimate, Sample, bounds, contributions, estimate_mean, is_binary, spread
from ..verdict.values import clusters_of, weights_of
from . import figures

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..verdict.stats import Codes
    from ..verdict.studentised import Kind
    from .cases import CaseTable

    Floats = NDArray[np.float64]
    Mask = NDArray[np.bool_]

CONFIDENCE = 0.95
SAME_CASE = ("input", "expected")
_EXACT_UP_TO = 5_000
_LARGEST = 1e100
QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)
_KINDS: dict[figures.Unit, Kind] = {
    "fraction": "fraction",
    "ms": "amount",
    "usd": "amount",
    "count": "amount",
    "number": "value",
}


@dataclass(frozen=True, kw_only=True)
class Sides:
    """The finite numbers of a column. `here` and `there` are those of cases that have one on both sides, row by row."""

    this: Sample
    live: Sample
    here: Sample
    there: Floats

    @property
    def compared(self) -> bool:
        """Whether live has any."""
        return len(self.live.values) > 0

    @property
    def moved(self) -> tuple[int, int, int]:
        """How many pairs rose, fell, stayed the same."""
        up, down = int((self.here.values > self.there).sum()), int((self.here.values < self.there).sum())
        return up, down, len(self.there) - up - down

    @cached_property
    def mean(self) -> Estimate:
        """The mean of this image's numbers."""
        return mean(self.this)

    @cached_property
    def live_mean(self) -> Estimate:
        """The mean of live's."""
        return mean(self.live)

    @cached_property
    def mean_there(self) -> float:
        """Live's mean over the pairs."""
        return float(np.average(self.there, weights=self.here.weights))

    @cached_property
    def difference(self) -> Estimate | None:
        """This less live over the pairs with its interval, as slices have it; None without pairs."""
        if not len(self.there):
            return None
        deltas = replace(self.here, values=self.here.values - self.there, kind="difference")
        fraction = self.here.kind == "fraction"
        binary = fraction and deltas.plain and self.here.binary and is_binary(self.there)
        up, down, _ = self.moved
        discordant = (up, down) if binary else None
        found = paired_from_moments(_moments(deltas), self.mean_there, discordant=discordant, fraction=fraction)
        low, high = found.interval(CONFIDENCE) if found.interval is not None else (None, None)
        return Estimate(value=found.diff, low=low, high=high, n=found.n, note=found.note)


def _moments(deltas: Sample) -> Moments:
    average = float(np.average(deltas.values, weights=deltas.weights))
    parts, whole = contributions(deltas, average), contributions(deltas, 0.0)
    return Moments(
        n=len(deltas.values),
        units=len(parts),
        mean=average,
        squares=float((parts * parts).sum()),
        cubes=float((parts * parts * parts).sum()),
        plain=deltas.plain,
        differing=int(np.count_nonzero(whole)),
        largest=float(np.abs(whole).max()),
    )


class Columns:
    """The columns of a table of cases as numbers; live's only where it was asked the same and expected the same."""

    def __init__(self, table: CaseTable) -> None:
        self.table = table
        self.common = common(table)
        self.weights = weights_of(table.frame).to_numpy() if len(table) else np.empty(0)
        self.clusters = clusters_of(table.frame)
        self.even = not len(self.weights) or bool((self.weights == self.weights[0]).all())

    def sides(self, name: str, kind: Kind | None = None) -> Sides:
        """Both sides of a column; `kind` says what bounds its values, else its unit does."""
        kind = _KINDS[figures.unit_of(name)] if kind is None else kind
        return self.of(numbers(self.table.frame, name), numbers(self.table.live, name), kind)

    def of(self, this: Floats | None, live: Floats | None, kind: Kind) -> Sides:
        """The same of values that stand row by row beside the table, NaN where there are none."""
        nothing = np.full(len(self.table), np.nan)
        mine = nothing if this is None else this
        theirs = np.where(self.common, nothing if live is None else live, np.nan)
        here, there = ~np.isnan(mine), ~np.isnan(theirs)
        return Sides(
            this=self.sample(mine, here, kind),
            live=self.sample(theirs, there, kind),
            here=self.sample(mine, here & there, kind),
            there=theirs[here & there],
        )

    def sample(self, values: Floats, rows: Mask, kind: Kind) -> Sample:
        """The values of some rows, with their weights and clusters."""
        return Sample(
            values=values[rows],
            weights=None if self.even else self.weights[rows],
            clusters=None if self.clusters is None else _dense(self.clusters[rows]),
            kind=kind,
        )


def common(table: CaseTable) -> Mask:
    """Which rows live has an answer to, the same input and expectation given."""
    if table.live is None:
        return np.zeros(len(table), dtype=bool)
    same = table.live["id"].is_not_null()
    for name in SAME_CASE:
        if name in table.live.columns and name in table.frame.columns:
            same &= table.frame[name].eq_missing(table.live[name])
    return same.to_numpy()


def numbers(frame: pl.DataFrame | None, name: str) -> Floats | None:
    """A column as floats whose cubes are finite, NaN elsewhere; None where there is no such column."""
    if frame is None or name not in frame.columns:
        return None
    values = frame[name].cast(pl.Float64, strict=False).fill_null(np.nan).to_numpy()
    return np.where(np.abs(values) < _LARGEST, values, np.nan)


def mean(sample: Sample) -> Estimate:
    """The mean with its interval, as the metrics have it; beyond 5,000 values without summing digit by digit."""
    n = len(sample.values)
    if n <= _EXACT_UP_TO:
        return estimate_mean(sample, CONFIDENCE)
    average = float(np.average(sample.values, weights=sample.weights))
    found = spread(sample, average)
    low, high, note = bounds(found, n, CONFIDENCE, sample.kind, binary=sample.binary, plain=sample.plain)
    return Estimate(value=average, low=low, high=high, n=n, note=note)


def usable_rows(frame: pl.DataFrame) -> Mask:
    """The rows that got an answer."""
    if "error" not in frame.columns:
        return np.ones(len(frame), dtype=bool)
    return (frame["error"].fill_null("") == "").to_numpy()


def quarters(values: Floats) -> tuple[float | None, ...]:
    """Smallest, quartiles and largest; None without values."""
    return tuple(np.quantile(values, QUARTERS).tolist()) if len(values) else (None,) * len(QUARTERS)


def _dense(codes: Codes) -> Codes:
    return np.unique(codes, return_inverse=True)[1].astype(np.int64)
