"""When the questions of a run were asked, as columns of its table tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from .sides import numbers

if TYPE_CHECKING:
    from .cases import CaseTable
    from .sides import Floats, Mask


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Questions in the order in which they were asked: seconds since the first, latency in ms (NaN without an answer).

    `failed` ended in an error, `again` were answered at a second try or later; `untimed` errors have no time and are no row.
    """

    seconds: Floats
    latency: Floats
    failed: Mask
    again: Mask
    untimed: int


def asked(table: CaseTable) -> Asked | None:
    """Every question of a run, repeats too where they are known; None where nobody knows when they were asked."""
    frame = table.frame if table.repeats is None else table.repeats
    latency = numbers(frame, "latency_ms")
    if latency is None or "asked_at" not in frame.columns:
        return None
    moments = frame["asked_at"].cast(pl.String).str.to_datetime(strict=False, time_zone="UTC", time_unit="us")
    known = moments.is_not_null().to_numpy()
    if not known.any():
        return None
    failed = where(frame, "error", pl.col("error").fill_null("") != "")
    again = where(frame, "attempts", pl.col("attempts") > 1) & ~failed
    stamps = moments.to_physical().to_numpy()[known]
    order = np.argsort(stamps, kind="stable")
    return Asked(
        seconds=(stamps[order] - stamps[order[0]]) / 1e6,
        latency=np.where(failed, np.nan, latency)[known][order],
        failed=failed[known][order],
        again=again[known][order],
        untimed=int((failed & ~known).sum()),
    )


def where(frame: pl.DataFrame, column: str, condition: pl.Expr) -> Mask:
    """Where a condition on a column holds; nowhere without the column."""
    if column not in frame.columns:
        return np.zeros(len(frame), dtype=bool)
    return frame.select(condition.fill_null(value=False)).to_series().to_numpy()


def in_time(seconds: float) -> tuple[float, str]:
    """The unit in seconds and the name of an axis over that long a time."""
    return (60.0, "minutes") if seconds > 300 else (1.0, "seconds")
