"""Sums over the cells of several tags at once, from which the mean of every slice and its spread follow."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from .studentised import from_sums

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .studentised import Studentised

MOST_CELLS = 20_000
PLAIN = ("n", "s1", "s2", "s3")
"""Over values x less their centre: how many, and the sums of x, x^2 and x^3."""

UNEVEN = ("n", "units", "w1", "u1", "w2", "wu", "u2", "w3", "wwu", "wuu", "u3")
"""Over units with weight w and u = sum of w x: how many values and units, and the sums of products up to the third order."""


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


class Cells:
    """Columns of a table, grouped once by all tags together where that makes few cells; slices are then sums of cells.

    `frame` holds the tags (text), `weight`, `cluster` (codes, one for each case that stands alone), the `values`, those of
    them that are `differences`, and `counts` (true and false).
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
        self._frame, self._values, self._counts = frame, values, counts
        self._differences = frozenset(differences)
        self._clustered, self._plain = clustered, not (weighted or clustered)
        self._centres = {name: 0.0 if name in self._differences else _centre(frame[name]) for name in values}
        combinations = math.prod(frame[tag].n_unique() for tag in tags)
        self._cells = self._summed(tags) if not clustered and combinations <= MOST_CELLS else None

    def by(self, tags: Sequence[str]) -> Iterator[Slice]:
        """The combinations of values of `tags` that occur, sorted."""
        sums = self._summed(tags) if self._cells is None else _rolled_up(self._cells, tags)
        for row in sums.drop_nulls(tags).sort(tags).iter_rows(named=True):
            yield Slice(
                values=tuple(str(row[tag]) for tag in tags),
                moments={
                    name: self._moments(row, name) for name in self._values if row[f"{name}|n"] and row.get(f"{name}|w1") != 0
                },
                counts={name: int(row[f"{name}|count"]) for name in self._counts},
            )

    def _summed(self, tags: Sequence[str]) -> pl.DataFrame:
        counts = [pl.col(name).sum().cast(pl.Float64).alias(f"{name}|count") for name in self._counts]
        rows = self._frame.lazy()
        if self._plain:
            return rows.group_by(tags).agg(*self._plain_sums(), *counts).collect()
        parts = [part for name in self._values for part in _unit(name, self._centres[name], total=self._clustered)]
        units = rows.group_by(*tags, "cluster").agg(parts) if self._clustered else rows.select(*tags, *parts)
        sums = units.group_by(tags).agg(part for name in self._values for part in self._products(name))
        return sums.join(rows.group_by(tags).agg(*counts), on=list(tags), nulls_equal=True).collect()

    def _plain_sums(self) -> list[pl.Expr]:
        found = []
        for name in self._values:
            x = pl.col(name) - self._centres[name]
            square = x * x
            sums = (pl.col(name).count().cast(pl.Float64), x.sum(), square.sum(), (square * x).sum())
            found += [part.alias(f"{name}|{stat}") for stat, part in zip(PLAIN, sums, strict=True)]
            found += self._extremes(name, x)
        return found

    def _products(self, name: str) -> list[pl.Expr]:
        n, w, u = (pl.col(f"{name}|{stat}") for stat in "nwu")
        sums = (n, (n > 0).cast(pl.Float64), w, u, w * w, w * u, u * u, w * w * w, w * w * u, w * u * u, u * u * u)
        named = [part.sum().alias(f"{name}|{stat}") for stat, part in zip(UNEVEN, sums, strict=True)]
        return [*named, *self._extremes(name, u)]

    def _extremes(self, name: str, part: pl.Expr) -> list[pl.Expr]:
        if name not in self._differences:
            return []
        return [(part != 0).sum().cast(pl.Float64).alias(f"{name}|differing"), part.abs().max().alias(f"{name}|largest")]

    def _moments(self, row: dict[str, float], name: str) -> Moments:
        if self._plain:
            n, s1, s2, s3 = (row[f"{name}|{stat}"] for stat in PLAIN)
            units, w1, u1, w2, wu, u2, w3, wwu, wuu, u3 = n, n, s1, n, s1, s2, n, s1, s2, s3
        else:
            n, units, w1, u1, w2, wu, u2, w3, wwu, wuu, u3 = (row[f"{name}|{stat}"] for stat in UNEVEN)
        shift = u1 / w1
        squares = u2 - 2 * shift * wu + shift**2 * w2
        rounding = 1e-12 * (u2 + shift**2 * w2)
        return Moments(
            n=int(n),
            units=int(units),
            mean=self._centres[name] + shift,
            squares=squares / w1**2 if squares > rounding else 0.0,
            cubes=(u3 - 3 * shift * wuu + 3 * shift**2 * wwu - shift**3 * w3) / w1**3,
            plain=units == n and abs(w1 * w1 - n * w2) <= 1e-9 * w1 * w1,
            differing=int(row.get(f"{name}|differing") or 0),
            largest=(row.get(f"{name}|largest") or 0.0) / w1,
        )


def _centre(values: pl.Series) -> float:
    """A short number near the mean: sums of squares around it keep their digits."""
    mean = values.mean()
    return float(f"{mean:.3g}") if isinstance(mean, float) and math.isfinite(mean) else 0.0


def _unit(name: str, centre: float, *, total: bool) -> list[pl.Expr]:
    """Count, weight and weighted sum of a column, of a row or (`total`) of a group."""
    weight = pl.when(pl.col(name).is_not_null()).then(pl.col("weight")).otherwise(0.0)
    parts = (pl.col(name).is_not_null().cast(pl.Float64), weight, (weight * (pl.col(name) - centre)).fill_null(0.0))
    return [(part.sum() if total else part).alias(f"{name}|{stat}") for stat, part in zip("nwu", parts, strict=True)]


def _rolled_up(cells: pl.DataFrame, tags: Sequence[str]) -> pl.DataFrame:
    sums = [name for name in cells.columns if "|" in name]
    return cells.group_by(tags).agg(pl.col(name).max() if name.endswith("|largest") else pl.col(name).sum() for name in sums)
