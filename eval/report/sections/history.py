"""Every gated metric over the evaluations of this service, the run at hand as the last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import figures, plots
from ..model import HistoryPoint
from ..trends import Series, gated, series

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..cases import CaseTable
    from ..model import ReportInput
    from ..trends import Spot

OPEN = 3
KINDS = {"release": "released", "rollback": "rolled back to", "run": "not released", "this": "this run"}


def view(report: ReportInput, _table: CaseTable) -> dict[str, Any] | None:
    """Strips that share their x, and one table behind them; None with fewer than two evaluations."""
    points = [point for point in report.history if point.run_id != report.run_id]
    if report.evaluation is None or not points:
        return None
    points.append(_this(report))
    found = series(points)
    kinds = [*(point.kind for point in points[:-1]), "this"]
    if not found:
        return None
    strips = [_strip(one, len(points), kinds) for one in found]
    return {
        "strips": strips[:OPEN],
        "more": strips[OPEN:],
        "points": [_labelled(point, kind) for point, kind in zip(points, kinds, strict=True)],
        "head": [(figures.plain_name(one.metric), figures.slice_label(one.slice)) for one in found],
        "rows": _rows(points, kinds, found),
        "note": report.history_note,
        "blocked": any(spot.verdict == "fail" for one in found for spot in one.spots),
        "unsure": any(spot.verdict == "inconclusive" for one in found for spot in one.spots),
    }


def _this(report: ReportInput) -> HistoryPoint:
    evaluation = report.evaluation or {}
    return HistoryPoint(
        at=report.created_at,
        run_id=report.run_id,
        commit=report.commit,
        verdict=str(evaluation.get("verdict", "")),
        gates=tuple(gated(evaluation)),
    )


def _strip(one: Series, count: int, kinds: Sequence[str]) -> dict[str, Any]:
    last = one.spots[-1]
    return {
        "metric": one.metric,
        "slice": figures.slice_label(one.slice),
        "value": figures.value(one.metric, last.value) if last.place == count - 1 else figures.NONE,
        "spread": figures.interval(one.metric, last.low, last.high) if last.place == count - 1 else "",
        "axis": plots.strip_axis(one),
        "plot": plots.strip(one, count, kinds),
    }


def _labelled(point: HistoryPoint, kind: str) -> dict[str, Any]:
    return {"point": point, "kind": kind, "said": KINDS[kind]}


def _rows(points: Sequence[HistoryPoint], kinds: Sequence[str], found: Sequence[Series]) -> list[dict[str, Any]]:
    """The newest first: what it was, and each metric with its interval and its bound."""
    spots = [{spot.place: spot for spot in one.spots} for one in found]
    order = reversed(range(len(points)))
    return [
        {
            **_labelled(points[place], kinds[place]),
            "cells": [_cell(one, known.get(place)) for one, known in zip(found, spots, strict=True)],
        }
        for place in order
    ]


def _cell(one: Series, spot: Spot | None) -> dict[str, str] | None:
    if spot is None:
        return None
    return {
        "value": figures.value(one.metric, spot.value),
        "spread": figures.interval(one.metric, spot.low, spot.high),
        "bound": "" if spot.bound is None else figures.value(one.metric, spot.bound),
        "verdict": spot.verdict,
    }
