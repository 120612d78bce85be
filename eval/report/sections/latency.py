"""Latency: how many cases were answered within which time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import plots
from ..gates import read

if TYPE_CHECKING:
    from ..cases import CaseTable
    from ..model import ReportInput


def view(report: ReportInput, table: CaseTable) -> dict[str, Any] | None:
    """Curve and percentiles; None where no latency is known."""
    this, live = (table.values("latency_ms", live=side).to_list() for side in (False, True))
    if not this:
        return None
    limits = (
        gate.bound
        for gate in read(report.evaluation)
        if gate.metric == "latency.p95_ms" and gate.rule == "max" and not gate.slice
    )
    return {
        "curve": plots.ecdf(this, live, next(limits, None)),
        "this": plots.percentiles(this),
        "live": plots.percentiles(live) if live else None,
    }
