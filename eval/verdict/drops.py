"""max_drop and max_rise: non-inferiority of this image to the live one, on the same cases."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from ..case import TAG
from ..score.registry import measure
from . import reasons
from .correction import adjust, levels
from .paired import paired_aggregates, paired_means, paired_quantiles
from .special import normal_quantile
from .values import in_slice, kind_of, material, narrow, rows_for, sample_of, stands, value_of, weights_of
from .wording import allowance, distance, movement

if TYPE_CHECKING:
    from ..results import GateResult, Verdict
    from ..score.registry import Measure
    from .common import Common
    from .correction import Correction
    from .gate import Gate
    from .paired import Paired
    from .values import Material

PLACE = "\x1frow"


@dataclass(frozen=True, kw_only=True)
class Drop:
    """One max_drop or max_rise rule with its paired difference; `unchanged`: the service said the same in every pair."""

    gate: Gate
    rule: str
    limit: float
    paired: Paired
    stuff: Material
    unchanged: bool = False

    @property
    def margin(self) -> float:
        """The difference (this minus live) at which the rule tips."""
        return -self.limit if self.rule == "max_drop" else self.limit

    @property
    def p(self) -> float | None:
        """Two-sided p of "the true difference is the margin"; null where nothing is tested."""
        if self.unchanged or self.paired.p_against is None:
            return None
        return self.paired.p_against(self.margin)


def difference(scored: pl.DataFrame, common: Common, gate: Gate, rule: str, limit: float, seed: int) -> GateResult | Drop:
    """The paired difference behind a rule, or a result where there is none."""
    found = measure(gate.metric)
    rows = rows_for(scored, found, gate.slice)
    stuff = material(rows, found)
    if not len(stuff.sample.values):
        return reasons.result(gate, rule, limit, "inconclusive", reasons.why_empty(gate.slice, rows, found, stuff))
    here, there = pairs(common, gate, found)
    if not len(here):
        return reasons.result(gate, rule, limit, "inconclusive", reasons.NO_PAIRS, n=0)
    paired = paired_of(found, here, there, seed)
    unchanged = paired.identical and bool(common.same_response.gather(here[PLACE]).all())
    return Drop(gate=gate, rule=rule, limit=limit, paired=paired, stuff=stuff, unchanged=unchanged)


def pairs(common: Common, gate: Gate, found: Measure) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The common cases of a gate's slice that both sides have values for, row by row; with their place among the common."""
    if not (stands(found, common.here) and stands(found, common.there)):
        return common.here.clear(), common.there.clear()
    kept = common.here.select(value_of(found).is_not_null()).to_series()
    kept &= common.there.select(value_of(found).is_not_null()).to_series()
    mine = narrow(common.here, [found], [TAG + name for name in gate.slice or ()])
    here = in_slice(mine.with_columns(pl.int_range(pl.len()).alias(PLACE)).filter(kept), gate.slice)
    return here, narrow(common.there, [found])[here[PLACE]]


def paired_of(found: Measure, here: pl.DataFrame, there: pl.DataFrame, seed: int | None) -> Paired:
    """The paired difference of a measure over rows that stand side by side."""
    rows = here.select("cluster", weights_of(here), value=value_of(found))
    sample = sample_of(rows, kind=kind_of(found))
    if found.aggregate is not None:
        return paired_aggregates(found.aggregate(here), found.aggregate(there), sample.clusters)
    other = there.select(value_of(found).alias("other")).to_series().to_numpy()
    if found.quantile is not None:
        return paired_quantiles(sample, other, found.quantile, seed)
    return paired_means(sample, other)


def judged(drops: list[Drop], confidence: float, correction: Correction) -> list[GateResult]:
    """Every drop at the level that the correction of the whole family leaves it."""
    tested = [p for drop in drops if (p := drop.p) is not None]
    adjusted = iter(adjust(tested, correction))
    own_levels = iter(levels(tested, 1 - confidence, correction))
    return [
        _against(drop, None, confidence) if drop.p is None else _against(drop, next(adjusted), 1 - next(own_levels))
        for drop in drops
    ]


def _against(drop: Drop, p_adjusted: float | None, confidence: float) -> GateResult:
    paired, gate = drop.paired, drop.gate
    testable = paired.interval is not None and not drop.unchanged
    low, high = paired.interval(confidence) if testable and paired.interval is not None else (None, None)
    verdict, reason, needed = _decide(drop, low, high, confidence)
    if verdict == "pass" and reasons.too_many_errors(drop.stuff):
        verdict, reason = "inconclusive", f"{reason}, but {reasons.errors(drop.stuff)}"
    return reasons.result(
        gate, drop.rule, drop.limit, verdict, reason,
        value=paired.here, baseline=paired.there, diff=paired.diff, ci_low=low, ci_high=high,
        p_adjusted=p_adjusted, confidence=confidence, n=paired.n, cases_needed=needed,
        smallest_effect=paired.smallest_effect(confidence),
    )  # fmt: skip


def _decide(drop: Drop, low: float | None, high: float | None, confidence: float) -> tuple[Verdict, str, int | None]:
    paired, name = drop.paired, drop.gate.metric
    if paired.identical and (drop.unchanged or low is None):
        enough = drop.unchanged or kind_of(measure(name)) != "fraction"
        return "pass" if enough else "inconclusive", f"did not move: {paired.note}", None
    words = f"did not move: {paired.note}" if paired.identical else movement(name, paired.diff, low, high)
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
    if paired.identical:
        hidden = f"which can hide a {'fall' if drop.rule == 'max_drop' else 'rise'} of {distance(name, worst)}"
        return "inconclusive", f"{words}, {hidden}; {allowance(name, drop.limit)}{_settling(needed)}", needed
    settle = (
        f"about {needed:,} would settle it if it stays so" if needed else "it lies on the limit, where no number settles it"
    )
    return "inconclusive", f"{words}: not sure on {paired.n} cases, {settle}", needed


def _settling(needed: int | None) -> str:
    return f", about {needed:,} cases that stay so would settle it" if needed else ""


def cases_needed(paired: Paired, margin: float, confidence: float) -> int | None:
    """How many cases would move the interval off the margin if the difference and its spread stayed as they are."""
    gap = abs(paired.diff - margin)
    if paired.interval is None or gap < 1e-9:
        return None
    if paired.identical:
        z2 = normal_quantile(confidence) ** 2
        return max(paired.n + 1, math.ceil(z2 * (1 - gap) / gap) + 1)
    low, high = paired.interval(confidence)
    z = normal_quantile(confidence)
    spread = (high - low) / 2 / z
    return max(paired.n + 1, math.ceil(paired.n * (z * spread / gap) ** 2))
