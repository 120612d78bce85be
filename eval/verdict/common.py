"""Which cases two tables share: the same id and the same content."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

CONTENT = ("input", "expected")
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
    """The cases that both tables ask with the same input and expect the same of; the others are named, not compared."""
    if here["id"].equals(there["id"]):
        same = _content(here).eq_missing(_content(there))
        if same.all():
            return Common(here=here, there=there)
        return Common(here=here.filter(same), there=there.filter(same), changed=here["id"].filter(~same).to_list())
    return _joined(here, there)


def _joined(here: pl.DataFrame, there: pl.DataFrame) -> Common:
    mine = pl.DataFrame({"id": here["id"], "row": pl.int_range(len(here), eager=True), "content": _content(here)})
    theirs = pl.DataFrame({"id": there["id"], "other": pl.int_range(len(there), eager=True), "content_there": _content(there)})
    both = mine.join(theirs, on="id", how="inner", maintain_order="left")
    same = both["content"].eq_missing(both["content_there"])
    kept = both.filter(same)
    return Common(
        here=here[kept["row"]],
        there=there[kept["other"]],
        only_here=here["id"].filter(~here["id"].is_in(both["id"].implode())).to_list(),
        only_there=there["id"].filter(~there["id"].is_in(both["id"].implode())).to_list(),
        changed=both["id"].filter(~same).to_list(),
    )


def _content(frame: pl.DataFrame) -> pl.Series:
    """The content of each case as one text; a plain table of metrics has none, and its ids alone count."""
    parts = [pl.col(name).cast(pl.String).fill_null("") for name in CONTENT if name in frame.columns]
    if frame.schema.get("evidence_missing") == pl.List(pl.String):
        parts.append(pl.col("evidence_missing").fill_null([]).list.sort().list.join("\x1f"))
    if not parts:
        return pl.Series([""]).new_from_index(0, len(frame))
    return frame.select(pl.concat_str(parts, separator="\x1e")).to_series()
