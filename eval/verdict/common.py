"""Which cases two tables share: the same id and the same content."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

CONTENT = ("input", "expected")


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


def common_cases(here: pl.DataFrame, there: pl.DataFrame) -> Common:
    """The cases that both tables ask with the same input and expect the same of; the others are named, not compared."""
    mine, theirs = here.with_columns(_key=_content(here)), there.with_columns(_key=_content(there))
    both = mine.join(theirs.select("id", other="_key"), on="id", how="inner", maintain_order="left")
    same = both.filter(pl.col("_key") == pl.col("other"))["id"]
    order = pl.DataFrame({"id": same})
    return Common(
        here=order.join(here, on="id", how="left", maintain_order="left"),
        there=order.join(there, on="id", how="left", maintain_order="left"),
        only_here=here.join(there, on="id", how="anti")["id"].to_list(),
        only_there=there.join(here, on="id", how="anti")["id"].to_list(),
        changed=both.filter(pl.col("_key") != pl.col("other"))["id"].to_list(),
    )


def _content(frame: pl.DataFrame) -> pl.Expr:
    """The content of each case as one text; a plain table of metrics has none, and its ids alone count."""
    parts = [pl.col(name).fill_null("") for name in CONTENT if name in frame.columns]
    if "evidence_missing" in frame.columns:
        parts.append(pl.col("evidence_missing").fill_null([]).list.sort().list.join("\x1f"))
    return pl.concat_str(parts, separator="\x1e") if parts else pl.lit("")
