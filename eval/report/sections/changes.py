"""What differs from what is live: commits, configuration, packages, image, and the gold set case by case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..cases import CaseTable
    from ..gold_diff import GoldDiff
    from ..model import ReportInput


def view(report: ReportInput, _table: CaseTable) -> dict[str, Any] | None:
    """The blocks of changes and the cases of the gold set that differ; None where nothing is known."""
    gold = _gold(report)
    return {"blocks": report.changes, "gold": gold} if report.changes or gold else None


def _gold(report: ReportInput) -> GoldDiff | None:
    """The differing cases, where the evaluation counted any and both tables are there."""
    baseline = (report.evaluation or {}).get("baseline") or {}
    counted = any(baseline.get(side) for side in ("only_here", "only_there", "changed"))
    if not counted or report.cases is None or report.baseline_cases is None:
        return None
    from ..gold_diff import gold_diff

    found = gold_diff(report.cases, report.baseline_cases)
    return found if found.total else None
