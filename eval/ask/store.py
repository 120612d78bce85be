"""Where answers are kept while a run asks, and found again by the next one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from . import rows
from .journal import Journal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ..case import GoldSet
    from ..results import Response
    from .cache import ResponseCache
    from .subject import Subject
    from .texts import Texts


class Store:
    """The journal of a run and the cache across runs; both may be absent.

    Rows are bound to a case by its content hash: an edited case is asked again. With a baseline the cache is added to but not
    read, since latencies are compared in pairs. `paid_usd` is what the answers in the journal have cost.
    """

    def __init__(
        self,
        gold: GoldSet,
        subjects: Sequence[Subject],
        *,
        repeats: int,
        journal_path: Path | None,
        cache: ResponseCache | None,
    ) -> None:
        self._places = gold.frame.select("id", "case").with_row_index("place")
        self._hashes: list[str] = gold.frame["case"].to_list()
        self._repeats = repeats
        self._sides = len(subjects)
        self._shelves = [cache.shelf(subject) if cache is not None else None for subject in subjects]
        baseline = subjects[1].identity if len(subjects) > 1 else None
        self.paid_usd = 0.0
        self._new: list[rows.Row] = []
        self._journal = None
        if journal_path is not None:
            self._journal = Journal(journal_path, subject=subjects[0].identity, baseline=baseline)

    @property
    def cached(self) -> bool:
        """Whether answers are kept across runs, too."""
        return any(shelf is not None for shelf in self._shelves)

    @property
    def journaled(self) -> bool:
        """Whether there is a journal."""
        return self._journal is not None

    def open(self, *, resume: bool) -> list[pl.DataFrame]:
        """What is answered already, for each side: the columns of `responses_frame`, and `place` of the case in the gold set.

        Raises:
            UsageError: the journal belongs to another subject.
            OutsideError: the journal cannot be written.
        """
        found = []
        if self._journal is not None:
            found.append(self._journal.open(resume=resume))
            self.paid_usd = float(found[0]["cost_usd"].sum())
        if self._sides == 1 and self._shelves[0] is not None:
            found.insert(0, self._shelves[0].read())
        every = pl.concat([rows.newest(part) for part in found]) if found else pl.DataFrame(schema=rows.SCHEMA)
        own = rows.newest(every).filter(pl.col("repeat") <= self._repeats).join(self._places, on=["id", "case"])
        return [own.filter(pl.col("side") == side).drop("side", "case") for side in range(self._sides)]

    def keep(self, response: Response, place: int, side: int) -> int:
        """Take an answer of a side to the case at `place` of the gold set; how many are waiting for the next `flush`."""
        self._new.append(rows.Row(response, self._hashes[place], side))
        return len(self._new)

    def flush(self) -> None:
        """Write what was taken."""
        new, self._new = self._new, []
        if self._journal is not None and new:
            self._journal.add(new)
        for side, shelf in enumerate(self._shelves):
            if shelf is not None:
                shelf.add(row for row in new if row.side == side)

    def write(self, texts: Texts) -> None:
        """Write the candidate's answers to the journal at once."""
        if self._journal is not None:
            self._journal.add_lines(texts.lines(self._hashes))

    def sync(self) -> None:
        """Bring to the disk what was kept."""
        if self._journal is not None:
            self._journal.sync()

    def close(self) -> list[str]:
        """Write, sync and close; what went wrong with the cache, if anything."""
        shelves = [shelf for shelf in self._shelves if shelf is not None]
        try:
            self.flush()
        finally:
            for shelf in shelves:
                shelf.close()
            if self._journal is not None:
                self._journal.close()
        return [shelf.fault for shelf in shelves if shelf.fault is not None]
