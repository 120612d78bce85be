"""The main metric over the evaluations of this service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import opening, plots
from ..gates import read

if TYPE_CHECKING:
    from ..cases import CaseTable
    from ..model import ReportInput


def view(report: ReportInput, _table: CaseTable) -> dict[str, Any] | None:
    """Curve and table; None with fewer than two evaluations."""
    main = opening.main_gate(report.evaluation)
    metric = main.metric if main else ""
    floors = (gate.bound for gate in read(report.evaluation) if gate.metric == metric and gate.rule == "min" and not gate.slice)
    curve = plots.history(report.history, metric, next(floors, None))
    return {"curve": curve, "metric": metric, "points": report.history} if curve else None
