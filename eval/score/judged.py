"""Ranked passages beside the grades that the gold set gives them, for all rows at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from numpy.typing import NDArray

RELEVANT_FROM = 1.0
ODD = np.uint64(0x9E3779B97F4A7C15)
"""Spreads row numbers over all 64 bits: 2**64 over the golden ratio (Knuth, TAOCP 3, 6.4)."""


@dataclass(frozen=True)
class Found:
    """The judged passages that were retrieved, by row and then rank, as arrays of one length; ranks count from 1."""

    row: NDArray[np.int64]
    rank: NDArray[np.int64]
    grade: NDArray[np.float64]

    def only(self, where: NDArray[np.bool_]) -> Found:
        """Those for which `where` is true."""
        return Found(self.row[where], self.rank[where], self.grade[where])

    def down_to(self, cut: int | None) -> Found:
        """Those among the first `cut`; all without one."""
        return self if cut is None else self.only(self.rank <= cut)

    @property
    def nth(self) -> NDArray[np.int64]:
        """The place of each among those of its row, counted from 1."""
        places = np.arange(len(self.row))
        starts = np.r_[True, self.row[1:] != self.row[:-1]] if len(self.row) else np.empty(0, dtype=bool)
        return places - np.maximum.accumulate(np.where(starts, places, 0)) + 1


class Judged:
    """What was retrieved for each row and how it is judged.

    `retrieved` is List[String] in rank order, each id once; `evidence` List[Struct{id, grade}]. A passage is relevant from the
    grade `level` (trec_eval's -l); one without a grade counts as not relevant.
    """

    def __init__(self, retrieved: pl.Series, evidence: pl.Series, *, level: float = RELEVANT_FROM) -> None:
        self._retrieved = retrieved
        self._level = level
        self._grades = _flat(evidence)
        self.judged: NDArray[np.bool_] = (evidence.list.len().fill_null(0) > 0).to_numpy()

    def __len__(self) -> int:
        return len(self._retrieved)

    @cached_property
    def shown(self) -> NDArray[np.float64]:
        """How many passages were retrieved, a row."""
        return self._retrieved.list.len().fill_null(0).cast(pl.Float64).to_numpy()

    @cached_property
    def relevant(self) -> NDArray[np.float64]:
        """How many passages are relevant, a row."""
        return self.summed(self._grades.filter(pl.col("grade") >= self._level)["row"].to_numpy())

    @cached_property
    def ideal(self) -> Found:
        """The passages with a grade above 0 as the best ranking would show them."""
        best = self._grades.filter(pl.col("grade") > 0).sort("row", "grade", descending=[False, True], maintain_order=True)
        found = Found(best["row"].to_numpy(), np.zeros(len(best), dtype=np.int64), best["grade"].to_numpy())
        return Found(found.row, found.nth, found.grade)

    @cached_property
    def graded(self) -> Found:
        """The retrieved passages that have a grade above 0 or are relevant."""
        counts = self.shown.astype(np.int64)
        rows = np.repeat(np.arange(len(self)), counts)
        ids = self._retrieved.explode(empty_as_null=False, keep_nulls=False)
        wanted = self._grades.filter((pl.col("grade") > 0) | (pl.col("grade") >= self._level))
        places, grades = _found(rows, ids, wanted, len(self))
        row = rows[places]
        return Found(row, places - (np.cumsum(counts) - counts)[row] + 1, grades)

    @cached_property
    def hits(self) -> Found:
        """The relevant passages that were retrieved."""
        return self.graded.only(self.graded.grade >= self._level)

    def summed(self, rows: NDArray[np.int64], values: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
        """The sum of `values` a row, 0 where there are none; how many without values."""
        return np.bincount(rows, weights=values, minlength=len(self)).astype(np.float64)


def _flat(evidence: pl.Series) -> pl.DataFrame:
    """row, id, grade of all expected passages, in the order of the rows."""
    counts = evidence.list.len().fill_null(0).to_numpy()
    rows = np.repeat(np.arange(len(evidence), dtype=np.int64), counts)
    flat = evidence.explode(empty_as_null=False, keep_nulls=False).struct
    return pl.DataFrame({"row": rows, "id": flat.field("id"), "grade": flat.field("grade").cast(pl.Float64)})


def _found(
    rows: NDArray[np.int64], ids: pl.Series, wanted: pl.DataFrame, length: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The places of the ids that are wanted in their row, rising, and the grades that they have there.

    First those ids are left out of which no wanted id of their row shares the last byte of the hash, which are most; the
    others are joined by hash and row as one number, and kept where the ids are the same.
    """
    hashes, rows_wanted = _hashes(wanted["id"]), wanted["row"].to_numpy()
    shared = np.zeros(length << 8, dtype=bool)
    shared[_slots(rows_wanted, hashes)] = True
    all_hashes = _hashes(ids)
    places = np.flatnonzero(shared[_slots(rows, all_hashes)])
    likely = pl.DataFrame({"key": _keys(rows[places], all_hashes[places]), "place": places})
    known = wanted.select(pl.lit(pl.Series(_keys(rows_wanted, hashes))).alias("key"), "row", "id", "grade")
    both = likely.join(known, on="key")
    same = (ids.gather(both["place"]) == both["id"]) & (pl.Series(rows[both["place"].to_numpy()]) == both["row"])
    both = both.filter(same).sort("place")
    return both["place"].to_numpy(), both["grade"].to_numpy()


def _hashes(ids: pl.Series) -> NDArray[np.uint64]:
    return ids.hash().to_numpy()


def _slots(rows: NDArray[np.int64], hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
    """One of the 256 places of each row, by the last byte of the hash."""
    slots: NDArray[np.int64] = rows << 8 | hashes.astype(np.uint8)
    return slots


def _keys(rows: NDArray[np.int64], hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Equal for equal rows and hashes; seldom else."""
    return hashes ^ (rows.astype(np.uint64) * ODD)
