"""What a model judged, and how far people agree with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..cases import CaseTable
    from ..model import ReportInput


def view(_report: ReportInput, _table: CaseTable) -> dict[str, Any] | None:
    """None."""
    return None
