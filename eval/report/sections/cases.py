"""The cases: the first regressions as plain HTML, all of them for the list that JavaScript shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import views

if TYPE_CHECKING:
    from ..cases import CaseTable
    from ..model import ReportInput


def view(_report: ReportInput, table: CaseTable) -> dict[str, Any] | None:
    """The plain rows and what the list says of itself; None without cases."""
    if not len(table):
        return None
    plain = views.plain_rows(table)
    total = table.counts["worse"] if table.has_live else table.counts["wrong"] + table.counts["error"]
    left = total - len(plain)
    return {
        "table": table,
        "plain": plain,
        "plain_empty": "No case got worse." if table.has_live else "No case is wrong.",
        "plain_more": f"{left:,} more are in the list that JavaScript shows." if left > 0 else "",
        "note": views.cases_note(table),
        "judged": views.judged_note(table),
    }
