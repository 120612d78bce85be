"""The gates: forest plots against what is live, limits on their own scales, and what would settle those not sure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import figures, plots, sentence
from ..gates import read

if TYPE_CHECKING:
    from ..cases import CaseTable
    from ..model import ReportInput


def view(report: ReportInput, _table: CaseTable) -> dict[str, Any] | None:
    """Gates by kind; without any gate the section says so. None where nothing was evaluated."""
    if report.evaluation is None:
        return None
    every = read(report.evaluation)
    gates = [gate for gate in every if not gate.unchecked]
    shared = [gate for gate in gates if gate.relative and figures.unit_of(gate.metric) == "fraction"]
    fixed = [gate for gate in gates if gate not in shared]
    asked = (report.evaluation.get("gold_set") or {}).get("cases")
    unsure = [(gate, sentence.to_settle(gate, asked) or gate.reason) for gate in gates if gate.verdict == "inconclusive"]
    return {
        "gates": every,
        "unchecked": [gate for gate in every if gate.unchecked],
        "relative": shared,
        "fixed": fixed,
        "fixed_compared": any(gate.baseline is not None for gate in fixed),
        "shared_scale": plots.shared_scale(shared),
        "unsettled": unsure,
        "sees": any(gate.relative and gate.smallest_effect for gate in gates),
    }
