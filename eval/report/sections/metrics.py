"""All metrics with their intervals, by family, beside what is live."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from ...errors import GoldgateError
from ...score.registry import Measure, measure
from ...verdict.drops import paired_of
from ...verdict.values import kind_of, stands, value_of
from .. import figures
from ..plots.bar import interval_bar
from ..sides import CONFIDENCE, Columns
from ..text import visible

if TYPE_CHECKING:
    from markupsafe import Markup

    from ..cases import CaseTable
    from ..model import ReportInput


@dataclass(frozen=True, kw_only=True)
class MetricView:
    """One line of the table of all metrics; `live`, `diff` and its interval are of the cases that both have values for."""

    leaf: str
    value: str
    bar: Markup
    spread: str
    n: str
    missing: int
    missing_said: str
    note: str
    live: str
    diff: str
    diff_spread: str


def view(report: ReportInput, table: CaseTable) -> dict[str, Any] | None:
    """The metrics in groups; None where there are none."""
    groups = groups_of(report.evaluation, table)
    return {"groups": groups, "compared": any(row.diff for _, rows in groups for row in rows)} if groups else None


def groups_of(evaluation: dict[str, Any] | None, table: CaseTable) -> list[tuple[str, list[MetricView]]]:
    """The metrics by family, in the order of the file."""
    columns = Columns(table) if table.live is not None and len(table) else None
    groups: dict[str, list[MetricView]] = {}
    for name, raw in ((evaluation or {}).get("metrics") or {}).items():
        family, _, leaf = visible(str(name)).partition(".")
        found = raw if isinstance(raw, dict) else {"value": raw}
        groups.setdefault(family, []).append(_metric(str(name), leaf or family, found, columns))
    return list(groups.items())


def _metric(name: str, leaf: str, raw: dict[str, Any], columns: Columns | None) -> MetricView:
    value = figures.number(raw.get("value"))
    low, high = figures.number(raw.get("ci_low")), figures.number(raw.get("ci_high"))
    missing = int(raw.get("missing") or 0)
    live, diff, diff_spread = ("", "", "") if columns is None else against_live(columns, name)
    return MetricView(
        leaf=leaf,
        value=figures.value(name, value),
        bar=interval_bar(value if figures.unit_of(name) == "fraction" else None, low, high),
        spread=figures.interval(name, low, high),
        n=f"{int(raw.get('n') or 0):,}",
        missing=missing,
        missing_said=f"! {missing:,}" if missing else "0",
        note=str(raw.get("note") or ""),
        live=live,
        diff=diff,
        diff_spread=diff_spread,
    )


def against_live(columns: Columns, name: str) -> tuple[str, str, str]:
    """Live's value, the paired difference and its interval in words; empty where the two cannot be compared."""
    try:
        found = measure(name)
    except GoldgateError:
        found = Measure(name=name, column=name)
    live = columns.table.live
    if live is None or not stands(found, columns.table.frame) or not stands(found, live):
        return "", "", ""
    if found.quantile is None and found.aggregate is None and columns.table.frame[found.column].dtype.is_numeric():
        return _of_means(columns, found)
    return _of_rows(columns, found)


def _of_means(columns: Columns, found: Measure) -> tuple[str, str, str]:
    sides = columns.sides(found.column, kind_of(found))
    change = sides.difference
    if change is None or change.value is None:
        return "", "", ""
    return _said(found.name, sides.mean_there, change.value, (change.low, change.high))


def _of_rows(columns: Columns, found: Measure) -> tuple[str, str, str]:
    """Quantiles and numbers of all cases together, by their influence functions."""
    here, live = columns.table.frame, columns.table.live
    both = pl.Series(columns.common)
    for side in (here, live):
        both &= side.select(value_of(found).is_not_null()).to_series() if side is not None else both
    if live is None or not both.any():
        return "", "", ""
    paired = paired_of(found, here.filter(both), live.filter(both), None)
    if figures.number(paired.diff) is None:
        return "", "", ""
    ends = paired.interval(CONFIDENCE) if paired.interval is not None else (None, None)
    return _said(found.name, paired.there, paired.diff, ends)


def _said(name: str, live: float, diff: float, ends: tuple[float | None, float | None]) -> tuple[str, str, str]:
    return figures.value(name, live), figures.difference(name, diff), figures.interval(name, *ends, signed=True)
