"""What differs from what is live: commits, configuration, gold set, image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..cases import CaseTable
    from ..model import ReportInput


def view(report: ReportInput, _table: CaseTable) -> dict[str, Any] | None:
    """The blocks of changes; None where nothing is known."""
    return {"blocks": report.changes} if report.changes else None
