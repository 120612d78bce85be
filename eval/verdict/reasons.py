"""The result of a rule, and why it could not be judged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..results import GateResult

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from ..results import Verdict
    from ..score.registry import Measure
    from .gate import Gate
    from .values import Material

LARGEST_ERROR_SHARE = 0.05
NO_BASELINE = "no baseline: only absolute limits were checked"
NO_PAIRS = "has no case in common with live that both have a value for"


def result(gate: Gate, rule: str, limit: float, verdict: Verdict, reason: str, **figures: Any) -> GateResult:
    """One rule of a gate, with the figures that there are."""
    where = dict(gate.slice) if gate.slice else None
    text = f"{rule} {limit:g}"
    return GateResult(metric=gate.metric, slice=where, rule=text, limit=limit, verdict=verdict, reason=reason, **figures)


def too_many_errors(stuff: Material) -> bool:
    """Whether more than 5 % of the answers that a metric needs are missing by faults of the infrastructure."""
    asked = len(stuff.sample.values) + stuff.errors
    return asked > 0 and stuff.errors / asked > LARGEST_ERROR_SHARE


def errors(stuff: Material) -> str:
    """How many cases ended in an infrastructure error."""
    return f"{stuff.errors} of {len(stuff.sample.values) + stuff.errors} cases ended in an infrastructure error"


def why_empty(where: Mapping[str, str] | None, rows: pl.DataFrame, found: Measure, stuff: Material) -> str:
    """Why a metric has no value on the rows of a slice."""
    place = ", ".join(f"{name}={value}" for name, value in (where or {}).items())
    if not len(rows):
        return f"has no value: no case carries {place}" if place else "has no value: there are no cases"
    if stuff.errors:
        return f"has no value: {errors(stuff)}"
    if stuff.missing:
        return f"has no value: the corpus lacks the evidence of all {stuff.missing} cases"
    if found.column in {"latency_ms", "input_tokens", "output_tokens", "cost_usd"}:
        return f"has no value: the service's answers give no {found.column}"
    needs = " or ".join(f"expected.{name}" for name in found.needs if name != "refusal") or "an unanswerable question"
    return f"has no value: no case {'of ' + place + ' ' if place else ''}has {needs}"
