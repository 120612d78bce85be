"""Sums over the cells of several tags at once, from which the mean of every slice and its spread follow."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from .grouping import Groups, Keys
from .studentised import from_sums

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from .studentised import Studentised

    Floats = NDArray[np.float64]
    Codes = NDArray[np.int64]

MOST_CELLS = 20_000
ROUNDING = 1e-12
THREADS = 4
MASS = ("n", "units", "w1", "w2", "w3")
PRODUCTS = ("u1", "u2", "u3", "wu", "wwu", "wuu")
"""Over units of n values with weight w, u being the sum of weight x (value - centre): how many values and units, and the sums
of products up to the third order. Where all weights are 1, `n` and the first three of `PRODUCTS` say it all. Behind them
stands, of a difference, how many units are not 0."""


@dataclass(frozen=True, kw_only=True)
class Moments:
    """The mean of a slice's values, and the sums of squares and cubes of what its units (cases or clusters) add to it.

    `plain`: all values of one weight, and no two of one cluster. For a column of differences `differing` units are not 0, and
    `largest` is the most that one of them adds.
    """

    n: int
    units: int
    mean: float
    squares: float
    cubes: float
    plain: bool
    differing: int = 0
    largest: float = 0.0

    def spread(self, unseen: float = 0.0) -> Studentised:
        """The mean with its standard error and skewness."""
        return from_sums(self.mean, self.units, self.squares + unseen, self.cubes)


@dataclass(frozen=True, kw_only=True)
class Slice:
    """One combination of tag values: the moments of every column that has values there, and the sums of the counted ones."""

    values: tuple[str, ...]
    moments: dict[str, Moments]
    counts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class _Sums:
    """By group: the sums of `MASS` and `PRODUCTS` for each column (a row each), the largest units, and counts."""

    codes: Codes
    products: dict[str, Floats]
    largest: dict[str, Floats]
    counts: dict[str, Floats]

    def narrowed(self, codes: Codes) -> _Sums:
        """Those of larger groups, the new code of each group given."""
        groups = Groups(codes)
        return _Sums(
            codes=groups.codes,
            products={name: groups.sums(part[:, groups.order]) for name, part in self.products.items()},
            largest={name: groups.largest(part[groups.order]) for name, part in self.largest.items()},
            counts={name: groups.sums(part[groups.order]) for name, part in self.counts.items()},
        )


@dataclass(frozen=True, kw_only=True)
class _Mass:
    """How the rows that have a value weigh: by row (null: all the same), by unit, and the sums of `MASS` by group."""

    rows: Floats | None
    units: Floats | None
    sums: Floats


class Cells:
    """Columns of a table, grouped once by all tags together where that makes few cells; slices are then sums of cells.

    `frame` holds the tags (text), `weight`, `cluster` (codes, one for each case that stands alone), the `values`, those of
    them that are `differences`, and `counts` (true and false). All sums are the same in every run, whatever threads do.
    """

    def __init__(
        self,
        frame: pl.DataFrame,
        tags: Sequence[str],
        values: Sequence[str],
        *,
        differences: Sequence[str] = (),
        counts: Sequence[str] = (),
        weighted: bool = False,
        clustered: bool = False,
    ) -> None:
        self._frame, self._tags, self._values, self._counts = frame, tags, values, counts
        self._differences = frozenset(differences)
        self._weights = frame["weight"].to_numpy() if weighted or clustered else None
        self._clusters = frame["cluster"].to_numpy() if clustered else None
        self._centres = {name: 0.0 if name in self._differences else _centre(frame[name]) for name in values}
        self._keys = Keys(frame, tags)
        self._cells = self._summed(tags) if not clustered and self._keys.combinations(tags) <= MOST_CELLS else None

    def by(self, tags: Sequence[str]) -> Iterator[Slice]:
        """The combinations of values of `tags` that occur, sorted."""
        if self._cells is None:
            sums = self._summed(tags)
        else:
            sums = self._cells.narrowed(self._keys.narrowed(self._cells.codes, self._tags, tags))
        moments = {name: self._moments(name, sums) for name in self._values}
        for place, code in enumerate(sums.codes.tolist()):
            values = self._keys.named(code, tags)
            if values is not None:
                yield Slice(
                    values=values,
                    moments={name: part for name, parts in moments.items() if (part := parts[place]) is not None},
                    counts={name: int(part[place]) for name, part in sums.counts.items()},
                )

    def _summed(self, tags: Sequence[str]) -> _Sums:
        codes = self._keys.of_rows(tags)
        groups = Groups(codes, self._clusters)
        whole = self._mass(groups, None)
        found = _Sums(codes=groups.codes, products={}, largest={}, counts=self._counted(codes))
        with ThreadPoolExecutor(THREADS) as threads:
            columns = threads.map(lambda name: self._column(name, groups, whole), self._values)
            for name, (products, largest) in zip(self._values, columns, strict=True):
                found.products[name] = products
                if largest is not None:
                    found.largest[name] = largest
        return found

    def _counted(self, codes: Codes) -> dict[str, Floats]:
        """By group: in how many rows each is true. Whole numbers come out the same in any order."""
        if not self._counts:
            return {}
        rows = self._frame.select(self._counts).with_columns(pl.Series("code", codes))
        sums = rows.group_by("code").agg(pl.col(self._counts).sum().cast(pl.Float64)).sort("code")
        return {name: sums[name].to_numpy() for name in self._counts}

    def _mass(self, groups: Groups, known: NDArray[np.bool_] | None) -> _Mass:
        rows = np.ones(len(groups.order)) if known is None else known.astype(np.float64)
        n = groups.units(rows)
        if self._weights is None:
            return _Mass(rows=None, units=None, sums=groups.sums(n)[None])
        rows = rows * self._weights[groups.order]
        w = groups.units(rows)
        ww = w * w
        sums = [groups.sums(part) for part in (n, (n > 0).astype(np.float64), w, ww, ww * w)]
        return _Mass(rows=rows, units=w, sums=np.stack(sums))

    def _column(self, name: str, groups: Groups, mass: _Mass) -> tuple[Floats, Floats | None]:
        """The sums of one column and, of a difference, its largest units; `mass` is that of a column without a gap."""
        u = self._frame[name].to_numpy()[groups.order]
        u -= self._centres[name]
        if self._frame[name].null_count():
            known = ~np.isnan(u)
            mass = self._mass(groups, known)
            np.copyto(u, 0.0, where=~known)
        if mass.rows is not None:
            u *= mass.rows
        u = groups.units(u)
        sums = [mass.sums, *(groups.sums(part)[None] for part in _products(u, mass.units))]
        if name not in self._differences:
            return np.concatenate(sums), None
        differing = groups.sums((u != 0).astype(np.float64))[None]
        return np.concatenate([*sums, differing]), groups.largest(np.abs(u))

    def _moments(self, name: str, sums: _Sums) -> list[Moments | None]:
        """The moments of one column, group by group; null where a group has no value."""
        products = sums.products[name]
        differing = products[-1] if name in self._differences else np.zeros(len(sums.codes))
        if self._weights is None:
            n, u1, u2, u3 = products[:4]
            units, w1, w2, w3, wu, wwu, wuu = n, n, n, n, u1, u1, u2
        else:
            n, units, w1, w2, w3, u1, u2, u3, wu, wwu, wuu = products[:11]
        weight = np.where(w1 > 0, w1, 1.0)
        shift = u1 / weight
        squares = u2 - 2 * shift * wu + shift**2 * w2
        squares = np.where(squares > ROUNDING * (u2 + shift**2 * w2), squares / weight**2, 0.0)
        cubes = (u3 - 3 * shift * wuu + 3 * shift**2 * wwu - shift**3 * w3) / weight**3
        plain = (units == n) & (np.abs(w1 * w1 - n * w2) <= 1e-9 * w1 * w1)
        largest = sums.largest.get(name, np.zeros(len(sums.codes))) / weight
        columns = (n, units, self._centres[name] + shift, squares, cubes, plain, differing, largest)
        return [
            _as_moments(row) if row[0] and w else None
            for *row, w in zip(*(part.tolist() for part in columns), w1.tolist(), strict=True)
        ]


def _products(u: Floats, w: Floats | None) -> Iterator[Floats]:
    """What is summed beside the mass, in the order of `PRODUCTS`."""
    yield u
    product = u * u
    yield product
    product *= u
    yield product
    if w is not None:
        np.multiply(w, u, out=product)
        yield product
        yield product * w
        yield product * u


def _as_moments(row: Sequence[float]) -> Moments:
    n, units, mean, squares, cubes, plain, differing, largest = row
    return Moments(
        n=int(n),
        units=int(units),
        mean=mean,
        squares=squares,
        cubes=cubes,
        plain=bool(plain),
        differing=int(differing),
        largest=largest,
    )


def _centre(values: pl.Series) -> float:
    """A short number near the mean: sums of squares around it keep their digits."""
    known = values.drop_nulls().to_numpy()
    mean = float(known.mean()) if len(known) else 0.0
    return float(f"{mean:.3g}") if math.isfinite(mean) else 0.0
