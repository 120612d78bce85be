"""The cases that moved against live."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ..score.registry import measure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .common import Common


def moved(common: Common, names: Sequence[str], limit: int | None = None) -> tuple[list[str], list[str]]:
    """The ids of the common cases that got worse and better in the metrics named, those that moved most first.

    A case that fell in any metric is worse, whatever the others did; for a metric of which less is better a rise is a fall.
    `limit` is the most ids of either side.
    """
    shared = [name for name in dict.fromkeys(names) if name in common.here.columns and name in common.there.columns]
    if not shared:
        return [], []
    deltas = pl.DataFrame([_gain(common, name) for name in shared])
    sides = pl.DataFrame(
        {
            "id": common.here["id"],
            "fall": deltas.select(pl.sum_horizontal(pl.all().clip(upper_bound=0))).to_series(),
            "rise": deltas.select(pl.sum_horizontal(pl.all().clip(lower_bound=0))).to_series(),
        }
    )
    worse = sides.filter(pl.col("fall") < 0).sort("fall", maintain_order=True)
    better = sides.filter((pl.col("rise") > 0) & (pl.col("fall") == 0)).sort("rise", descending=True, maintain_order=True)
    return worse["id"].head(limit or len(worse)).to_list(), better["id"].head(limit or len(better)).to_list()


def _gain(common: Common, name: str) -> pl.Series:
    """How much better each common case is than with live; 0 where either side has no value."""
    gain = (common.here[name].cast(pl.Float64) - common.there[name].cast(pl.Float64)).fill_null(0.0).fill_nan(0.0).round(9)
    return (-gain if measure(name).higher_is_better is False else gain).alias(name)
