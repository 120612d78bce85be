"""The answers of one subject as they come in, as columns at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ..table import responses_frame
from .texts import Texts

if TYPE_CHECKING:
    from ..results import Response

AT_ONCE = 20_000


class Answers:
    """Grows by one response at a time; holds at most `at_once` of them as objects, the rest as columns.

    `reused` is what was answered before, with the column `place`.
    """

    def __init__(self, reused: pl.DataFrame, *, at_once: int = AT_ONCE) -> None:
        self.reused = reused
        self.errors = 0
        self._at_once = at_once
        self._frames = [reused]
        self._rows: list[Response] = []
        self._places: list[int] = []
        self._texts = Texts()
        self._packed = 0

    def __len__(self) -> int:
        return self.reused.height + self._packed + len(self._rows) + len(self._texts)

    def add(self, response: Response, place: int) -> None:
        """One more; `place` is that of its case in the gold set."""
        self._rows.append(response)
        self._places.append(place)
        self.errors += response.error is not None
        if len(self._rows) >= self._at_once:
            self._pack()

    def extend(self, texts: Texts) -> None:
        """Many more that are nothing but a text."""
        self._texts.extend(texts)
        if len(self._texts) >= self._at_once:
            self._pack()

    def frame(self) -> pl.DataFrame:
        """All of them, in the order of the gold set and the repeats."""
        self._pack()
        return pl.concat(self._frames).sort("place", "repeat").drop("place")

    def _pack(self) -> None:
        places = pl.Series(self._places, dtype=pl.UInt32)
        self._frames += [responses_frame(self._rows).with_columns(place=places), self._texts.frame()]
        self._packed += len(self._rows) + len(self._texts)
        self._rows, self._places, self._texts = [], [], Texts()
