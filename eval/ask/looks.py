"""Finished cases, shown from time to time to whoever decides whether to go on."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import polars as pl

from ..table import responses_frame
from .asked import Batch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..results import Response
    from .answers import Answers

SIZE = 20


class Looks:
    """Gathers answers until 20 cases have all of theirs, `repeats` of each of `sides`, and shows them to `enough`.

    There is one look at a time, in a thread, while the asking goes on: the slower the looks, the larger the batches.
    """

    def __init__(self, enough: Callable[[Batch], bool], sides: Sequence[Answers], *, repeats: int) -> None:
        self._enough, self._sides = enough, sides
        self._needed = repeats * len(sides)
        counts = pl.concat([side.reused.select("place") for side in sides])["place"].value_counts()
        self._before: dict[int, int] = dict(counts.iter_rows())
        self._open: dict[int, list[tuple[int, Response]]] = {}
        self._full = [place for place, count in self._before.items() if count >= self._needed]
        self._looking = False

    def add(self, response: Response, place: int, side: int) -> None:
        """One more answer to the case at `place` of the gold set."""
        answers = self._open.setdefault(place, [])
        answers.append((side, response))
        if len(answers) + self._before.get(place, 0) == self._needed:
            self._full.append(place)

    def due(self, *, fewest: int = SIZE) -> bool:
        """Whether so many cases are complete, and nobody is looking."""
        return not self._looking and len(self._full) >= fewest

    async def look(self) -> bool:
        """Whether the cases that became complete since the last look are enough."""
        places, self._full = self._full, []
        new = [answer for place in places for answer in self._open.pop(place, ())]
        self._looking = True
        try:
            return await asyncio.to_thread(self._show, places, new)
        finally:
            self._looking = False

    def _show(self, places: list[int], new: list[tuple[int, Response]]) -> bool:
        frames = [self._frame(places, new, side) for side in range(len(self._sides))]
        return self._enough(Batch(responses=frames[0], baseline_responses=frames[1] if len(frames) > 1 else None))

    def _frame(self, places: list[int], new: list[tuple[int, Response]], side: int) -> pl.DataFrame:
        before = self._sides[side].reused.filter(pl.col("place").is_in(places)).drop("place")
        return pl.concat([before, responses_frame(response for owner, response in new if owner == side)])
