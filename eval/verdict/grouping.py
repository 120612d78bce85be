"""Rows put in the order of their groups, so that sums over a group come out the same in every run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from .stats import sums

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Codes = NDArray[np.int64]


class Keys:
    """The values of tags as numbers: of one tag their places in sorted order, null last; of several tags digit by digit."""

    def __init__(self, frame: pl.DataFrame, tags: Sequence[str]) -> None:
        self._values = {tag: frame[tag].drop_nulls().unique().sort() for tag in tags}
        self._places = {tag: _places(frame[tag], values) for tag, values in self._values.items()}

    def combinations(self, tags: Sequence[str]) -> int:
        """How many combinations of values there can be, null among them."""
        return int(np.prod(self._sizes(tags)))

    def of_rows(self, tags: Sequence[str]) -> Codes:
        """The code of each row."""
        return self._joined({tag: self._places[tag] for tag in tags})

    def narrowed(self, codes: Codes, tags: Sequence[str], to: Sequence[str]) -> Codes:
        """Codes over `tags` as codes over some of them."""
        places = dict(zip(tags, np.unravel_index(codes, self._sizes(tags)), strict=True))
        return self._joined({tag: places[tag] for tag in to})

    def named(self, code: int, tags: Sequence[str]) -> tuple[str, ...] | None:
        """The values that a code stands for; null where one of them is."""
        places = [int(place) for place in np.unravel_index(code, self._sizes(tags))]
        known = [self._values[tag] for tag in tags]
        if any(place == len(values) for place, values in zip(places, known, strict=True)):
            return None
        return tuple(str(values[place]) for place, values in zip(places, known, strict=True))

    def _sizes(self, tags: Sequence[str]) -> tuple[int, ...]:
        return tuple(len(self._values[tag]) + 1 for tag in tags)

    def _joined(self, places: dict[str, Codes]) -> Codes:
        codes: Codes = np.zeros(1, dtype=np.int64)
        for tag, part in places.items():
            codes = codes * (len(self._values[tag]) + 1) + part
        return codes


def _places(column: pl.Series, values: pl.Series) -> Codes:
    if values.is_empty():
        return np.zeros(len(column), dtype=np.int64)
    return column.replace_strict(values, range(len(values)), default=len(values), return_dtype=pl.Int64).to_numpy()


class Groups:
    """Rows by code, rows of one code in their own order (or by the codes of `within`, then their own).

    `order` leads there, `codes` are those that occur, rising. What is summed is handed over in that order.
    """

    def __init__(self, codes: Codes, within: Codes | None = None) -> None:
        first = None if within is None else np.argsort(within, kind="stable")
        self.order = _sorted(codes) if first is None else first[_sorted(codes[first])]
        ordered = codes[self.order]
        self._starts = run_starts(ordered)
        self.codes = ordered[self._starts]
        self._unit_of: Codes | None = None
        if within is not None:
            starts = np.zeros(len(codes), dtype=np.int64)
            starts[self._starts] = starts[run_starts(within[self.order])] = 1
            self._unit_of = np.cumsum(starts) - 1
            self._starts = self._unit_of[self._starts]

    def units(self, ordered: Floats) -> Floats:
        """The sums over rows of one code and one `within`; without the latter the rows themselves."""
        return ordered if self._unit_of is None else sums(self._unit_of, ordered)

    def sums(self, units: Floats) -> Floats:
        """The sum over the units of each group, along the last axis."""
        return np.add.reduceat(units, self._starts, axis=-1)

    def largest(self, units: Floats) -> Floats:
        """The largest unit of each group."""
        return np.maximum.reduceat(units, self._starts)


def _sorted(codes: Codes) -> Codes:
    """The stable order of codes from 0, by radix where they are few."""
    return np.argsort(codes.astype(np.min_scalar_type(int(codes.max(initial=0)))), kind="stable")


def run_starts(ordered: Codes) -> Codes:
    """Where each run of equal codes starts."""
    return np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)])
