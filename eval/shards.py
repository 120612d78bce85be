"""Shards of a gold set: every case belongs to one of n by its content, whatever else the set holds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from .errors import UsageError

if TYPE_CHECKING:
    import polars as pl

    from .case import GoldSet

PLACE = "note:place"
HEX_DIGITS = 8
_WRITTEN = re.compile(r"(?P<index>\d{1,6})/(?P<count>\d{1,6})", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Shard:
    """The `index`-th of `count` shards, counted from 1.

    Raises:
        UsageError: the two are not 1 <= index <= count.
    """

    index: int
    count: int

    def __post_init__(self) -> None:
        if not 1 <= self.index <= self.count:
            msg = f'there is no shard "{self}".'
            raise UsageError(msg, next_step="Shards are counted from 1: of eight, the first is 1/8 and the last 8/8.")

    @classmethod
    def parse(cls, text: str) -> Self:
        """The shard of a text such as "2/8"; raises UsageError where it is none."""
        found = _WRITTEN.fullmatch(text.strip())
        if found is None:
            msg = f'"{text}" is no shard.'
            raise UsageError(msg, next_step='Write it as i/n, for instance "2/8" for the second of eight.')
        return cls(index=int(found["index"]), count=int(found["count"]))

    def __str__(self) -> str:
        return f"{self.index}/{self.count}"

    def to_json(self) -> dict[str, int]:
        """The field `shard` of evaluation.json."""
        return {"index": self.index, "count": self.count}


def select(gold: GoldSet, shard: Shard) -> GoldSet:
    """The cases of a gold set that belong to a shard, in their order; there may be none.

    A case's shard is the number in the first 32 bits of its content hash, modulo the number of shards. So a case that is added
    or edited moves no other, and the shards are only about equal: of N cases each has N/n, give or take a few times sqrt(N/n).
    The cases of a cluster may stand in different shards: nothing is judged before they are together again.
    """
    import polars as pl

    number = pl.col("case").str.slice(0, HEX_DIGITS).str.to_integer(base=16, dtype=pl.Int64)
    return gold.with_frame(gold.frame.filter(number % shard.count == shard.index - 1))


def with_places(table: pl.DataFrame, gold: GoldSet) -> pl.DataFrame:
    """A shard's table of cases with the place of each case in the whole gold set (from 0), by which `merge` orders them."""
    places = gold.frame.select("id").with_row_index(PLACE)
    return table.drop(PLACE, strict=False).join(places, on="id", how="left", maintain_order="left")
