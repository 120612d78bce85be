"""How the cases were asked: pace, retries, cache, what ended early."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..cases import CaseTable
    from ..model import ReportInput


def view(_report: ReportInput, _table: CaseTable) -> dict[str, Any] | None:
    """None."""
    return None
