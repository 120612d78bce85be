"""Which cases two tables share: the same id and the same content."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import polars as pl

CONTENT = ("input", "expected", "evidence_missing")
SAID = ("answer", "retrieved", "citations", "label", "scores", "value", "interval", "quantiles")


@dataclass(frozen=True, kw_only=True)
class Common:
    """`here` and `there` hold the common cases row by row in the same order; the lists name the rest."""

    here: pl.DataFrame
    there: pl.DataFrame
    only_here: list[str] = field(default_factory=list)
    only_there: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.here)

    @cached_property
    def same_response(self) -> pl.Series:
        """Whether the service said the same on both sides, row by row; false where neither table holds what it said."""
        known = [name for name in SAID if name in self.here.columns and name in self.there.columns]
        same = pl.Series([bool(known)], dtype=pl.Boolean).new_from_index(0, len(self.here))
        for name in known:
            same &= self.here[name].eq_missing(self.there[name])
        return same


def common_cases(here: pl.DataFrame, there: pl.DataFrame) -> Common:
    """The cases that both tables ask with the same input and expect the same of; the others are named, not compared.

    What only one of the tables tells (a plain table of metrics has no inputs) does not count.
    """
    if here["id"].equals(there["id"]):
        return _unchanged(here, there)
    rows = pl.DataFrame({"id": here["id"], "row": pl.int_range(len(here), eager=True)})
    others = pl.DataFrame({"id": there["id"], "other": pl.int_range(len(there), eager=True)})
    both = rows.join(others, on="id", how="inner", maintain_order="left")
    return replace(
        _unchanged(here[both["row"]], there[both["other"]]),
        only_here=rows.join(both, on="id", how="anti")["id"].to_list(),
        only_there=others.join(both, on="id", how="anti")["id"].to_list(),
    )


def _unchanged(here: pl.DataFrame, there: pl.DataFrame) -> Common:
    same = pl.Series([True]).new_from_index(0, len(here))
    for name in CONTENT:
        if name in here.columns and name in there.columns:
            same &= _plain(here[name]).eq_missing(_plain(there[name]))
    if same.all():
        return Common(here=here, there=there)
    return Common(here=here.filter(same), there=there.filter(same), changed=here["id"].filter(~same).to_list())


def _plain(column: pl.Series) -> pl.Series:
    """A column so that equal contents are equal: lists sorted and never null."""
    if column.dtype == pl.List(pl.String):
        return column.list.sort().list.join("\x1f").fill_null("")
    return column.cast(pl.String)
