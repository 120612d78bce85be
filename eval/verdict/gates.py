"""Judging a scored table: each rule of each gate, and one verdict."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..results import GateResult
from ..score.registry import Measure, measure
from .common import Common, common_cases
from .gate import Gate
from .paired import Paired, paired_means, paired_quantiles
from .stats import holm, holm_levels, normal_quantile
from .values import Material, applies, estimate, in_slice, material, sample_of, value_of
from .wording import allowance, figure, movement

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from ..results import Verdict

__all__ = ["Gate", "judge"]

LARGEST_ERROR_SHARE = 0.05
NO_BASELINE = "no baseline: only absolute limits were checked"


@dataclass(frozen=True, kw_only=True)
class _Drop:
    """One max_drop or max_rise rule with its paired difference."""

    gate: Gate
    rule: str
    limit: float
    paired: Paired
    stuff: Material

    @property
    def margin(self) -> float:
        """The difference (this minus live) at which the rule tips."""
        return -self.limit if self.rule == "max_drop" else self.limit

    @property
    def p(self) -> float | None:
        """Two-sided p of "the true difference is the margin"."""
        return None if self.paired.p_against is None else self.paired.p_against(self.margin)


def judge(
    scored: pl.DataFrame,
    baseline_scored: pl.DataFrame | None,
    gates: Sequence[Gate],
    *,
    seed: int = 0,
    confidence: float = 0.95,
) -> tuple[Verdict, list[GateResult]]:
    """Hold a scored table against its gates, and against the live image's table where there is one.

    `min` and `max` compare the estimate itself with the limit (0.5999 fails 0.6). `max_drop` and `max_rise` are
    non-inferiority tests of the paired difference on the common cases, all of them together at level 1 - confidence by Holm's
    correction. The verdict is fail if any rule fails, else inconclusive if any is, else pass. Without a baseline the drops are
    not checked, which their reason says, and do not block.

    Raises:
        UsageError: a gate names an unknown metric.
    """
    for gate in gates:
        measure(gate.metric)
    common = None if baseline_scored is None else common_cases(scored, baseline_scored)
    results: dict[tuple[int, str], GateResult] = {}
    drops: dict[tuple[int, str], _Drop] = {}
    for place, gate in enumerate(gates):
        for rule, limit in gate.rules:
            if rule in {"min", "max"}:
                results[place, rule] = _absolute(scored, gate, rule, limit, confidence)
            elif common is None:
                results[place, rule] = _unchecked(scored, gate, rule, limit, confidence)
            else:
                found = _difference(scored, common, gate, rule, limit, seed)
                if isinstance(found, GateResult):
                    results[place, rule] = found
                else:
                    drops[place, rule] = found
    results |= _judged(drops, confidence)
    ordered = [results[place, rule] for place, gate in enumerate(gates) for rule, _ in gate.rules]
    return overall(ordered), ordered


def overall(results: Sequence[GateResult]) -> Verdict:
    """fail before inconclusive before pass."""
    verdicts = {result.verdict for result in results}
    return "fail" if "fail" in verdicts else "inconclusive" if "inconclusive" in verdicts else "pass"


def _result(gate: Gate, rule: str, limit: float, verdict: Verdict, reason: str, **more: object) -> GateResult:
    where = dict(gate.slice) if gate.slice else None
    text = f"{rule} {limit:g}"
    return GateResult(metric=gate.metric, slice=where, rule=text, limit=limit, verdict=verdict, reason=reason, **more)  # type: ignore[arg-type]


def _absolute(scored: pl.DataFrame, gate: Gate, rule: str, limit: float, confidence: float) -> GateResult:
    found = measure(gate.metric)
    rows = in_slice(scored, gate.slice)
    stuff = material(rows, found)
    result = estimate(found, stuff.sample, confidence)
    if result.value is None:
        return _result(gate, rule, limit, "inconclusive", _why_empty(gate, rows, found, stuff))
    held = result.value >= limit if rule == "min" else result.value <= limit
    shown = f"{figure(gate.metric, result.value)} against {rule} {figure(gate.metric, limit)}"
    close = figure(gate.metric, result.value) == figure(gate.metric, limit) and not held
    if close:
        shown = f"{result.value:.6g} against {rule} {limit:g}"
    words = f"is {shown}"
    verdict: Verdict = "pass" if held else "fail"
    if held and _too_many_errors(stuff):
        verdict, words = "inconclusive", f"{words}, but {_errors(stuff)}"
    return _result(
        gate, rule, limit, verdict, words,
        value=result.value, ci_low=result.low, ci_high=result.high, confidence=confidence, n=result.n,
    )  # fmt: skip


def _unchecked(scored: pl.DataFrame, gate: Gate, rule: str, limit: float, confidence: float) -> GateResult:
    found = measure(gate.metric)
    rows = in_slice(scored, gate.slice)
    stuff = material(rows, found)
    result = estimate(found, stuff.sample, confidence)
    if result.value is None:
        return _result(gate, rule, limit, "inconclusive", _why_empty(gate, rows, found, stuff))
    return _result(gate, rule, limit, "pass", NO_BASELINE, value=result.value, n=result.n)


def _difference(scored: pl.DataFrame, common: Common, gate: Gate, rule: str, limit: float, seed: int) -> GateResult | _Drop:
    found = measure(gate.metric)
    rows = in_slice(scored, gate.slice)
    stuff = material(rows, found)
    if not len(stuff.sample.values):
        return _result(gate, rule, limit, "inconclusive", _why_empty(gate, rows, found, stuff))
    pairs = _pairs(common, gate, found)
    value = estimate(found, stuff.sample, 0.95).value
    if not len(pairs):
        reason = "has no case in common with live that both have a value for"
        return _result(gate, rule, limit, "inconclusive", reason, value=value)
    here, there = sample_of(pairs), pairs["other"].to_numpy()
    paired = paired_means(here, there) if found.quantile is None else paired_quantiles(here.values, there, found.quantile, seed)
    return _Drop(gate=gate, rule=rule, limit=limit, paired=paired, stuff=stuff)


def _pairs(common: Common, gate: Gate, found: Measure) -> pl.DataFrame:
    """The columns value, other, weight and cluster of the common cases of a gate's slice that both sides have values for."""
    import polars as pl

    if found.name != "errors.rate" and found.column not in common.there.columns:
        return pl.DataFrame()
    other = common.there.select("id", other=value_of(found))
    joined = in_slice(common.here, gate.slice).join(other, on="id", how="left", maintain_order="left")
    weight = pl.col("weight").fill_null(1.0)
    rows = joined.filter(applies(found, joined)).select("other", "cluster", value=value_of(found), weight=weight)
    return rows.filter(pl.col("value").is_not_null() & pl.col("other").is_not_null())


def _judged(drops: dict[tuple[int, str], _Drop], confidence: float) -> dict[tuple[int, str], GateResult]:
    tested = {key: drop.p for key, drop in drops.items() if drop.p is not None}
    p_values = [p for p in tested.values() if p is not None]
    adjusted = dict(zip(tested, holm(p_values), strict=True))
    levels = dict(zip(tested, holm_levels(p_values, 1 - confidence), strict=True))
    return {key: _against(drop, adjusted.get(key), 1 - levels.get(key, 1 - confidence)) for key, drop in drops.items()}


def _against(drop: _Drop, p_adjusted: float | None, confidence: float) -> GateResult:
    paired, gate = drop.paired, drop.gate
    low, high = paired.interval(confidence) if paired.interval is not None else (None, None)
    verdict, reason, needed = _decide(drop, low, high, confidence)
    if verdict == "pass" and _too_many_errors(drop.stuff):
        verdict, reason = "inconclusive", f"{reason}, but {_errors(drop.stuff)}"
    return _result(
        gate, drop.rule, drop.limit, verdict, reason,
        value=paired.here, baseline=paired.there, diff=paired.diff, ci_low=low, ci_high=high,
        p_adjusted=p_adjusted, confidence=confidence, n=paired.n, cases_needed=needed,
    )  # fmt: skip


def _decide(drop: _Drop, low: float | None, high: float | None, confidence: float) -> tuple[Verdict, str, int | None]:
    paired, name = drop.paired, drop.gate.metric
    if paired.identical:
        return "pass", f"did not move: {paired.note}", None
    words = movement(name, paired.diff, low, high)
    if (paired.diff < 0) == (drop.rule == "max_drop") and paired.diff:
        words = f"{words}; {allowance(name, drop.limit)}"
    if low is None or high is None:
        return "inconclusive", f"{words}: {paired.note}", None
    worst, best = (low, high) if drop.rule == "max_drop" else (-high, -low)
    if worst > -drop.limit:
        return "pass", words, None
    if best < -drop.limit:
        return "fail", words, None
    needed = cases_needed(paired, drop.margin, confidence)
    settle = (
        f"about {needed:,} would settle it if it stays so" if needed else "it lies on the limit, where no number settles it"
    )
    return "inconclusive", f"{words}: not sure on {paired.n} cases, {settle}", needed


def cases_needed(paired: Paired, margin: float, confidence: float) -> int | None:
    """How many cases would move the interval off the margin if the difference and its spread stayed as they are."""
    gap = abs(paired.diff - margin)
    if paired.interval is None or gap < 1e-9:
        return None
    low, high = paired.interval(confidence)
    z = normal_quantile(confidence)
    spread = (high - low) / 2 / z
    return max(paired.n + 1, math.ceil(paired.n * (z * spread / gap) ** 2))


def _too_many_errors(stuff: Material) -> bool:
    asked = len(stuff.sample.values) + stuff.errors
    return asked > 0 and stuff.errors / asked > LARGEST_ERROR_SHARE


def _errors(stuff: Material) -> str:
    return f"{stuff.errors} of {len(stuff.sample.values) + stuff.errors} cases ended in an infrastructure error"


def _why_empty(gate: Gate, rows: pl.DataFrame, found: Measure, stuff: Material) -> str:
    where = ", ".join(f"{name}={value}" for name, value in (gate.slice or {}).items())
    if not len(rows):
        return f"has no value: no case carries {where}" if where else "has no value: there are no cases"
    if stuff.errors:
        return f"has no value: {_errors(stuff)}"
    if stuff.missing:
        return f"has no value: the corpus lacks the evidence of all {stuff.missing} cases"
    if found.column in {"latency_ms", "input_tokens", "output_tokens", "cost_usd"}:
        return f"has no value: the service's answers give no {found.column}"
    needs = " or ".join(f"expected.{name}" for name in found.needs if name != "refusal") or "an unanswerable question"
    return f"has no value: no case {'of ' + where + ' ' if where else ''}has {needs}"


def moved(common: Common, names: Sequence[str]) -> tuple[list[str], list[str]]:
    """The ids of the common cases that got worse and better in the metrics named, those that moved most first.

    A case that fell in any metric is worse, whatever the others did.
    """
    import polars as pl

    shared = [name for name in dict.fromkeys(names) if name in common.here.columns and name in common.there.columns]
    if not shared:
        return [], []
    deltas = pl.DataFrame(
        {
            name: (common.here[name].cast(pl.Float64) - common.there[name].cast(pl.Float64)).fill_null(0.0).round(9)
            for name in shared
        }
    )
    falls = deltas.select(pl.sum_horizontal(pl.all().clip(upper_bound=0))).to_series().to_numpy()
    rises = deltas.select(pl.sum_horizontal(pl.all().clip(lower_bound=0))).to_series().to_numpy()
    ids = common.here["id"].to_list()
    worse = [int(row) for row in np.argsort(falls, kind="stable") if falls[row] < 0]
    better = [int(row) for row in np.argsort(-rises, kind="stable") if rises[row] > 0 and falls[row] == 0]
    return [ids[row] for row in worse], [ids[row] for row in better]
