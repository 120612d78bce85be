"""Finished cases, shown from time to time to whoever decides whether to go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ..table import responses_frame
from .asked import Batch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..results import Response
    from .answers import Answers

SIZE = 20
ENOUGH = "sequential: the verdict is certain"


class Looks:
    """Gathers answers until 20 cases have all of theirs, `repeats` of each of `sides`, and shows them to `enough`.

    Cases are shown in the `order` in which they are asked (places in the gold set): one that is complete is held back until
    all before it are, so that slow answers do not come last. There is one look at a time, while the asking goes on: the slower
    the looks, the larger the batches.
    """

    def __init__(
        self, enough: Callable[[Batch], bool], sides: Sequence[Answers], *, repeats: int, order: Sequence[int]
    ) -> None:
        self._enough, self._sides = enough, sides
        self._needed = repeats * len(sides)
        counts = pl.concat([side.reused.select("place") for side in sides])["place"].value_counts()
        self._before: dict[int, int] = dict(counts.iter_rows())
        self._open: dict[int, list[tuple[int, Response]]] = {}
        self._order, self._next = order, 0
        self._held = {place for place, count in self._before.items() if count >= self._needed}
        self._ready: list[int] = []
        self._looking = False
        self._release()

    def add(self, response: Response, place: int, side: int) -> None:
        """One more answer to the case at `place` of the gold set."""
        answers = self._open.setdefault(place, [])
        answers.append((side, response))
        if len(answers) + self._before.get(place, 0) == self._needed:
            self._held.add(place)
            self._release()

    def due(self, *, fewest: int = SIZE) -> bool:
        """Whether so many cases are complete, and nobody is looking."""
        return not self._looking and len(self._ready) >= fewest

    async def look(self) -> bool:
        """Whether the cases that became complete since the last look are enough, seen in another thread."""
        import asyncio

        taken = self._take()
        self._looking = True
        try:
            return await asyncio.to_thread(self._show, *taken)
        finally:
            self._looking = False

    def look_here(self) -> bool:
        """The same in this thread."""
        return self._show(*self._take())

    def _release(self) -> None:
        """Let those go that no case before them holds back."""
        while self._next < len(self._order) and (place := self._order[self._next]) in self._held:
            self._held.discard(place)
            self._ready.append(place)
            self._next += 1

    def _take(self) -> tuple[list[int], list[tuple[int, int, Response]]]:
        places, self._ready = self._ready, []
        return places, [(place, *answer) for place in places for answer in self._open.pop(place, ())]

    def _show(self, places: list[int], new: list[tuple[int, int, Response]]) -> bool:
        frames = [self._frame(places, new, side) for side in range(len(self._sides))]
        return self._enough(Batch(responses=frames[0], baseline_responses=frames[1] if len(frames) > 1 else None))

    def _frame(self, places: list[int], new: list[tuple[int, int, Response]], side: int) -> pl.DataFrame:
        """A side's answers to the cases, in the order of `places`."""
        own = [(place, response) for place, owner, response in new if owner == side]
        numbers = pl.Series([place for place, _ in own], dtype=pl.UInt32)
        given = responses_frame(response for _, response in own).with_columns(place=numbers)
        rows = pl.concat([self._sides[side].reused.filter(pl.col("place").is_in(places)), given])
        order = pl.DataFrame({"place": pl.Series(places, dtype=pl.UInt32)})
        return order.join(rows, on="place", maintain_order="left_right").select(pl.exclude("place"))
