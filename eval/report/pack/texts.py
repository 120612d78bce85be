"""Every distinct text once, numbered in the order in which the page needs them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from ..secrets import mask_column

if TYPE_CHECKING:
    from numpy.typing import NDArray

BLOCK_BYTES = 256_000
END = "\0"


@dataclass(frozen=True)
class Texts:
    """Distinct texts, number 1 first. `first` are the numbers that begin a block, `cut` the first number of the last texts.

    `masked` counts the texts in which a secret was masked.
    """

    texts: pl.Series
    first: tuple[int, ...]
    cut: int
    masked: int

    def data(self, place: int) -> bytes:
        """The texts of a block, joined by NUL."""
        ends = (*self.first[1:], len(self.texts) + 1)
        part = self.texts[self.first[place] - 1 : ends[place] - 1]
        return END.join(part.to_list()).encode("utf-8", "replace")


@dataclass
class TextNumbers:
    """Gathers columns of texts, each with the rows that its texts belong to, then numbers them all.

    A group orders the texts before rows do: group 0 is what lists show, group 1 the rest.
    """

    _parts: list[pl.Series] = field(default_factory=list)
    _keys: list[NDArray[np.int64]] = field(default_factory=list)
    _there: list[NDArray[np.bool_]] = field(default_factory=list)

    def add(self, texts: pl.Series, rows: NDArray[np.int64], *, group: int = 1) -> int:
        """Take a column in; returns its place among the columns."""
        there = texts.is_not_null().to_numpy()
        self._parts.append(texts.drop_nulls().cast(pl.String).rename(""))
        self._keys.append(rows[there] + (group << 40))
        self._there.append(there)
        return len(self._parts) - 1

    def numbered(self, last_row: int) -> tuple[Texts, list[NDArray[np.uint32]]]:
        """The distinct texts, and the numbers of each column's texts (0 for null).

        `last_row` is the row from which on texts may lie beside the page.
        """
        every = pl.concat(self._parts) if self._parts else pl.Series("", [], dtype=pl.String)
        keys = np.concatenate(self._keys) if self._keys else np.zeros(0, dtype=np.int64)
        order = np.argsort(keys, kind="stable")
        ordered = every.gather(order)
        leader = ordered.to_frame("text").with_row_index("at").select(pl.col("at").first().over("text")).to_series().to_numpy()
        leads = leader == np.arange(len(leader))
        number = np.cumsum(leads).astype(np.uint32)[leader]
        numbers = np.empty(len(number), dtype=np.uint32)
        numbers[order] = number
        cut = 1 + int(np.count_nonzero(leads & (keys[order] < last_row + (1 << 40))))
        return _stored(ordered.filter(pl.Series(leads)), cut), self._spread(numbers)

    def _spread(self, numbers: NDArray[np.uint32]) -> list[NDArray[np.uint32]]:
        spread, at = [], 0
        for there in self._there:
            column = np.zeros(len(there), dtype=np.uint32)
            count = int(there.sum())
            column[there] = numbers[at : at + count]
            spread.append(column)
            at += count
        return spread


def _stored(distinct: pl.Series, cut: int) -> Texts:
    masked, count = mask_column(distinct)
    clean = masked.str.replace_all(END, "[U+0000]", literal=True)
    return Texts(texts=clean, first=_blocks(clean, cut), cut=cut, masked=count)


def _blocks(texts: pl.Series, cut: int) -> tuple[int, ...]:
    """The numbers that begin a block: a new one at about every `BLOCK_BYTES`, and at the cut."""
    if not len(texts):
        return ()
    sizes = texts.str.len_bytes().to_numpy().astype(np.int64) + 1
    block = (np.cumsum(sizes) - sizes) // BLOCK_BYTES
    begins = np.flatnonzero(np.diff(block, prepend=-1)) + 1
    return tuple(sorted({*begins.tolist(), *([cut] if 1 < cut <= len(texts) else [])}))
