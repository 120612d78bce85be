"""Cases whose answers are complete, gathered for whoever decides whether to go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ..table import responses_frame
from .asked import Batch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..results import Response
    from .answers import Answers


class Batches:
    """Gathers answers until `size` cases have all of theirs: `repeats` of each of `sides`."""

    def __init__(self, sides: Sequence[Answers], *, repeats: int, size: int) -> None:
        self._sides, self._size = sides, size
        self._needed = repeats * len(sides)
        counts = pl.concat([side.reused.select("place") for side in sides])["place"].value_counts()
        self._before: dict[int, int] = dict(counts.iter_rows())
        self._open: dict[int, list[tuple[int, Response]]] = {}
        self._full: list[int] = []

    def first(self) -> Batch | None:
        """The cases that an earlier run had answered in full; null when there is none."""
        places = [place for place, count in self._before.items() if count >= self._needed]
        return self._batch(places) if places else None

    def add(self, response: Response, place: int, side: int) -> Batch | None:
        """One more answer; the batch that it completes, or null."""
        answers = self._open.setdefault(place, [])
        answers.append((side, response))
        if len(answers) + self._before.get(place, 0) < self._needed:
            return None
        self._full.append(place)
        return self.flush() if len(self._full) >= self._size else None

    def flush(self) -> Batch | None:
        """The cases that are complete and were not given out yet; null when there is none."""
        places, self._full = self._full, []
        return self._batch(places) if places else None

    def _batch(self, places: list[int]) -> Batch:
        new = [answer for place in places for answer in self._open.pop(place, ())]
        frames = [self._frame(places, new, side) for side in range(len(self._sides))]
        return Batch(responses=frames[0], baseline_responses=frames[1] if len(frames) > 1 else None)

    def _frame(self, places: list[int], new: list[tuple[int, Response]], side: int) -> pl.DataFrame:
        before = self._sides[side].reused.filter(pl.col("place").is_in(places)).drop("place")
        return pl.concat([before, responses_frame(response for owner, response in new if owner == side)])
