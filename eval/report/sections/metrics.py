"""All metrics with their intervals, by family."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import views

if TYPE_CHECKING:
    from ..cases import CaseTable
    from ..model import ReportInput


def view(report: ReportInput, _table: CaseTable) -> dict[str, Any] | None:
    """The metrics in groups; None where there are none."""
    groups = views.metric_groups(report.evaluation)
    return {"groups": groups} if groups else None
