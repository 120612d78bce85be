"""Whether probabilities and predicted values can be believed: calibration and residuals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ...score.labelled import NONE, Labelled
from ...table import expected_columns
from ...verdict.values import summarise
from .. import figures
from ..classifier import confidence_figure, confusion, reliability_figure
from ..regressor import (
    Side,
    central_intervals,
    coverage,
    error_figure,
    interval_of,
    predicted_figure,
    quantile_figure,
    quantile_levels,
    residual_figure,
)
from ..sides import CONFIDENCE, common, numbers, usable_rows

if TYPE_CHECKING:
    import polars as pl

    from ..cases import CaseTable
    from ..model import ReportInput
    from ..regressor import Level
    from ..sides import Floats, Mask

SHOWN = ("classification.ece", "classification.brier")
FEWEST = 3


def view(report: ReportInput, table: CaseTable) -> dict[str, Any] | None:
    """What there is for labels and for values; None where neither is expected."""
    if not len(table):
        return None
    expected = expected_columns(table.frame, {"label", "value"})
    parts = [_labels(report, table, expected["label"]), _values(table, expected["value"].fill_null(np.nan).to_numpy())]
    parts = [part for part in parts if part is not None]
    return {"parts": parts, "live": table.has_live} if parts else None


def _labels(report: ReportInput, table: CaseTable, expected: pl.Series) -> dict[str, Any] | None:
    frame, live = table.frame, table.live
    if not {"scores", "label"} <= set(frame.columns):
        return None
    if expected.null_count() == len(expected):
        return None
    here = Labelled(frame, expected)
    there = Labelled(live, expected) if live is not None and {"scores", "label"} <= set(live.columns) else None
    usable = usable_rows(frame)
    both = common(table) & usable_rows(live) if live is not None else np.zeros(len(frame), dtype=bool)
    if not (usable & ((here.predicted != NONE) & (here.expected != NONE))).any():
        return None
    figure = reliability_figure(here, there, usable, both)
    return {
        "figures": [figure, confidence_figure(here, there, usable, both)] if figure else [],
        "table": _measures(report, table, both) if figure else None,
        "confusion": confusion(here, there, usable, both),
    }


def _measures(report: ReportInput, table: CaseTable, both: Mask) -> dict[str, Any] | None:
    """ECE and Brier score as the evaluation has them, and what they are with live."""
    metrics = (report.evaluation or {}).get("metrics") or {}
    rows = []
    for name in SHOWN:
        raw = metrics.get(name) or {}
        if figures.number(raw.get("value")) is not None:
            spread = figures.interval(name, raw.get("ci_low"), raw.get("ci_high")) or figures.NONE
            live = (_live_value(table.live, name, both),) if table.has_live else ()
            rows.append((_title(name), figures.value(name, raw["value"]), spread, *live))
    return _tabled("Errors of the probabilities", ("", "this", "95 % interval"), rows, table) if rows else None


def _tabled(title: str, head: tuple[str, ...], rows: list[tuple[str, ...]], table: CaseTable) -> dict[str, Any]:
    return {"title": title, "head": (*head, *(("live",) if table.has_live else ())), "rows": rows}


def _title(name: str) -> str:
    return "ECE, 15 bins" if name.endswith("ece") else "Brier score"


def _live_value(live: pl.DataFrame | None, name: str, both: Mask) -> str:
    if live is None or name not in live.columns or not both.any():
        return figures.NONE
    return figures.value(name, summarise(live.filter(both), name, CONFIDENCE).value)


def _values(table: CaseTable, expected: Floats) -> dict[str, Any] | None:
    guess = numbers(table.frame, "value")
    if guess is None:
        return None
    known = usable_rows(table.frame) & ~np.isnan(guess) & ~np.isnan(expected)
    if known.sum() < FEWEST:
        return None
    this = Side(predicted=guess[known], expected=expected[known])
    there = _live_rows(table, expected)
    live = None if there is None else Side(predicted=there[0][there[1]], expected=expected[there[1]])
    levels, before = _levels(table.frame, expected, known), _levels(table.live, expected, None if there is None else there[1])
    drawn = [predicted_figure(this), residual_figure(this, live), error_figure(this, live)]
    drawn += [quantile_figure(levels, before)] if levels else []
    inside = _coverages(table, expected, (known, None if there is None else there[1]))
    return {"figures": drawn, "table": inside, "confusion": None}


def _live_rows(table: CaseTable, expected: Floats) -> tuple[Floats, Mask] | None:
    """What live predicted, and where that can be compared."""
    guess = numbers(table.live, "value")
    if guess is None or table.live is None:
        return None
    known = common(table) & usable_rows(table.live) & ~np.isnan(guess) & ~np.isnan(expected)
    return (guess, known) if known.sum() >= FEWEST else None


def _levels(frame: pl.DataFrame | None, expected: Floats, rows: Mask | None) -> list[Level]:
    return [] if frame is None or rows is None else quantile_levels(frame, expected, rows)


def _coverages(table: CaseTable, expected: Floats, sides: tuple[Mask, Mask | None]) -> dict[str, Any] | None:
    """Nominal against real coverage, of the service's own interval and of those between its quantiles."""
    mine = _within(table.frame, expected, sides[0])
    theirs = {} if table.live is None or sides[1] is None else _within(table.live, expected, sides[1])
    rows = [
        (name, _percent(part), interval_of(part), *((_percent(theirs.get(name)),) if table.has_live else ()))
        for name, part in mine.items()
    ]
    return _tabled("Expected values inside", ("interval", "this", "95 % interval"), rows, table) if rows else None


def _within(frame: pl.DataFrame, expected: Floats, rows: Mask) -> dict[str, Level]:
    own, levels = coverage(frame, expected, rows), quantile_levels(frame, expected, rows)
    central = {f"central {100 * part.level:g} %": part for part in central_intervals(frame, expected, rows, levels)}
    return ({} if own is None else {"its own, level not told": own}) | central


def _percent(part: Level | None) -> str:
    return figures.NONE if part is None else f"{100 * part.share:.1f} %"
