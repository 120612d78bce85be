"""Judging a scored table: each rule of each gate, and one verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..score.registry import measure
from . import reasons
from .common import common_cases
from .drops import Drop, difference, judged
from .gate import Gate
from .moved import moved
from .values import estimate, material, rows_for
from .wording import figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from ..results import GateResult, Verdict
    from .common import Common
    from .correction import Correction

__all__ = ["Gate", "judge", "moved", "overall"]


def judge(
    scored: pl.DataFrame,
    baseline_scored: pl.DataFrame | None,
    gates: Sequence[Gate],
    *,
    seed: int = 0,
    confidence: float = 0.95,
    correction: Correction = "holm",
    common: Common | None = None,
) -> tuple[Verdict, list[GateResult]]:
    """Hold a scored table against its gates, and against the live image's table where there is one.

    `min` and `max` compare the estimate itself with the limit (0.5999 fails 0.6). `max_drop` and `max_rise` are
    non-inferiority tests of the paired difference on the common cases: pass when its interval lies wholly on the allowed side
    of the margin, fail when wholly beyond, else inconclusive. The intervals are two-sided, 1 - confidence over the whole family
    of such rules by `correction` (Holm's, Benjamini and Hochberg's, or none), so that a false pass or a false failure each
    has at most half of it. The verdict is fail if any rule fails, else inconclusive if any is, else pass. Without a baseline
    the drops are not checked, which their reason says, and do not block.

    `common` are the common cases where the caller has them already.

    Raises:
        UsageError: a gate names an unknown metric, or there is no such correction.
    """
    for gate in gates:
        measure(gate.metric)
    if common is None and baseline_scored is not None:
        common = common_cases(scored, baseline_scored)
    found = [
        _found(scored, common, gate, rule, limit, confidence=confidence, seed=seed)
        for gate in gates
        for rule, limit in gate.rules
    ]
    family = iter(judged([part for part in found if isinstance(part, Drop)], confidence, correction))
    results = [next(family) if isinstance(part, Drop) else part for part in found]
    return overall(results), results


def overall(results: Sequence[GateResult]) -> Verdict:
    """fail before inconclusive before pass."""
    verdicts = {result.verdict for result in results}
    return "fail" if "fail" in verdicts else "inconclusive" if "inconclusive" in verdicts else "pass"


def _found(
    scored: pl.DataFrame, common: Common | None, gate: Gate, rule: str, limit: float, *, confidence: float, seed: int
) -> GateResult | Drop:
    if rule in {"min", "max"} or common is None:
        return _alone(scored, gate, rule, limit, confidence)
    return difference(scored, common, gate, rule, limit, seed)


def _alone(scored: pl.DataFrame, gate: Gate, rule: str, limit: float, confidence: float) -> GateResult:
    """A limit of this image alone, or a drop that has nothing to compare with."""
    found = measure(gate.metric)
    rows = rows_for(scored, found, gate.slice)
    stuff = material(rows, found)
    value = estimate(found, stuff, confidence)
    if value.value is None:
        reason = reasons.why_empty(gate.slice, rows, found, stuff) if not value.n else f"has no value: it is {value.note}"
        return reasons.result(gate, rule, limit, "inconclusive", reason)
    if rule not in {"min", "max"}:
        return reasons.result(gate, rule, limit, "pass", reasons.NO_BASELINE, value=value.value, n=value.n)
    held = value.value >= limit if rule == "min" else value.value <= limit
    verdict: Verdict = "pass" if held else "fail"
    words = f"is {_shown(gate.metric, rule, value.value, limit, held=held)}"
    if held and reasons.too_many_errors(stuff):
        verdict, words = "inconclusive", f"{words}, but {reasons.errors(stuff)}"
    return reasons.result(
        gate, rule, limit, verdict, words,
        value=value.value, ci_low=value.low, ci_high=value.high, confidence=confidence, n=value.n,
    )  # fmt: skip


def _shown(metric: str, rule: str, value: float, limit: float, *, held: bool) -> str:
    """Value and limit, with more digits where rounding would hide a miss."""
    if not held and figure(metric, value) == figure(metric, limit):
        return f"{value:.6g} against {rule} {limit:g}"
    return f"{figure(metric, value)} against {rule} {figure(metric, limit)}"
