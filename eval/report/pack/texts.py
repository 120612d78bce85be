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


@dataclass(frozen=True)
class References:
    """A column's texts: each as a place in the column's own distinct texts (1 first, 0 for null), and their numbers."""

    places: NDArray[np.uint32]
    numbers: NDArray[np.uint32]

    def of_all(self) -> NDArray[np.uint32]:
        """The number of each text, 0 for null."""
        return np.concatenate([np.zeros(1, dtype=np.uint32), self.numbers])[self.places]


@dataclass
class TextNumbers:
    """Gathers columns of texts, each with the rows that its texts belong to, then numbers them all.

    A group orders the texts before rows do: group 0 is what lists show, group 1 the rest.
    """

    _parts: list[pl.Series] = field(default_factory=list)
    _keys: list[NDArray[np.int64]] = field(default_factory=list)
    _places: list[NDArray[np.uint32]] = field(default_factory=list)

    def add(self, texts: pl.Series, rows: NDArray[np.int64], *, group: int = 1) -> int:
        """Take a column in; returns its place among the columns."""
        there = texts.is_not_null().to_numpy()
        known = texts.drop_nulls().cast(pl.String).rename("")
        leaders, which = _distinct(known)
        places = np.zeros(len(texts), dtype=np.uint32)
        places[there] = which + 1
        self._parts.append(known.gather(leaders))
        self._keys.append(rows[there][leaders] + (group << 40))
        self._places.append(places)
        return len(self._parts) - 1

    def numbered(self, last_row: int) -> tuple[Texts, list[References]]:
        """The distinct texts, and the references of each column.

        `last_row` is the row from which on texts may lie beside the page.
        """
        every = pl.concat(self._parts) if self._parts else pl.Series("", [], dtype=pl.String)
        keys = np.concatenate(self._keys) if self._keys else np.zeros(0, dtype=np.int64)
        order = np.argsort(keys, kind="stable")
        leaders, which = _distinct(every.gather(order))
        numbers = np.empty(len(order), dtype=np.uint32)
        numbers[order] = which + 1
        cut = 1 + int(np.count_nonzero(keys[order][leaders] < last_row + (1 << 40)))
        ends = np.cumsum([len(part) for part in self._parts])[:-1]
        columns = zip(self._places, np.split(numbers, ends), strict=True) if self._parts else ()
        return _stored(every.gather(order[leaders]), cut), [References(places, part) for places, part in columns]


def _distinct(texts: pl.Series) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where each distinct text stands first, in that order, and which of them each text is.

    By 64-bit hashes, held to the texts themselves; another seed is taken where two texts share one.
    """
    seed = 0
    while True:
        _, first, which = np.unique(texts.hash(seed).to_numpy(), return_index=True, return_inverse=True)
        if texts.equals(texts.gather(first[which])):
            break
        seed += 1
    order = np.argsort(first)
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return first[order], place[which]


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
