"""Stopping the asking once the verdict cannot change at the stated level."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from ..score.registry import measure
from . import reasons
from .betting import Bettor, confidence_sequence
from .common import common_cases
from .correction import holm, holm_levels
from .gates import overall
from .values import applies, clusters_of, in_slice, stands, value_of, weights_of
from .wording import allowance, figure, movement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ..results import GateResult, Verdict
    from ..score.registry import Measure
    from .gate import Gate

    Floats = NDArray[np.float64]

LIVE = "live\x1f"
SHARE = 0.5
"""The part of 1 - confidence that is spent on looking; the rest is left for the test of all cases at the end."""


@dataclass(frozen=True, kw_only=True)
class Decision:
    """The verdict after `asked` cases, sure at the stated level, with a result for each rule."""

    verdict: Verdict
    results: list[GateResult]
    asked: int


@dataclass(kw_only=True)
class _Watch:
    """One rule with the bets on it; `bettor` is null where it cannot be decided before the end."""

    gate: Gate
    rule: str
    limit: float
    found: Measure
    bettor: Bettor | None
    total: int
    values: list[Floats] = field(default_factory=list)
    live: float = 0.0
    count: int = 0
    errors: int = 0

    @property
    def relative(self) -> bool:
        """Whether the rule compares with live."""
        return self.rule in {"max_drop", "max_rise"}

    @property
    def held(self) -> bool:
        """Whether the bets speak for the allowed side."""
        if self.bettor is None:
            return False
        above = self.bettor.p_above < self.bettor.p_below
        return above == (self.rule == "max" if self.found.quantile is not None else self.rule in {"min", "max_drop"})

    @property
    def taken(self) -> Floats:
        """The values (or differences) so far, in the order in which they came."""
        return np.concatenate(self.values) if self.values else np.empty(0)

    def bets(self, values: Floats) -> Floats:
        """What is bet on: the values, or for a quantile which of them lie on the lower side of its limit."""
        if self.found.quantile is None:
            return values
        return (values <= self.limit if self.rule == "max" else values < self.limit).astype(np.float64)


class Monitor:
    """Watches the rules while cases are asked in random order, and says when the verdict is certain.

    Fractions that are means of cases standing alone, of equal weight, are decided early: drops and rises by bets on the paired
    differences (of a population of such cases), min and max by bets on the mean of the whole gold set, from which the cases are
    drawn without putting back; min and max of a quantile by bets on the share of values below its limit, as long as every case
    has a value. All other rules (cost, aggregates, clusters) stay open until the end. Half of 1 - `confidence` is spent on
    looking, over all rules by Holm's correction of p-values that hold at any time; judge the whole table at
    `final_confidence` where the asking was not stopped, and both together keep the level.
    """

    def __init__(
        self,
        gates: Sequence[Gate],
        live: pl.DataFrame | None,
        cases: pl.DataFrame,
        *,
        confidence: float = 0.95,
        beside: bool = False,
    ) -> None:
        """`live` are the stored rows of what is live, `cases` the gold set's columns.

        With `beside` what is live is asked too, and its rows come with the others.

        Raises:
            UsageError: a gate names an unknown metric.
        """
        self._alpha = (1 - confidence) * SHARE
        self.final_confidence = 1 - (1 - confidence) * (1 - SHARE)
        self._cases, self._live, self._beside = cases, live, beside
        self._even = weights_of(cases).n_unique() <= 1
        self._asked = 0
        self._watches = [self._watch(gate, rule, limit) for gate in gates for rule, limit in gate.rules]
        self._there = self._live_values(None if live is None else common_cases(cases, live).there)

    def update(self, rows: pl.DataFrame, beside: pl.DataFrame | None = None) -> Decision | None:
        """Take in further scored rows, each case once and in the order asked; the decision as soon as there is one.

        `beside` are live's scored rows of the same cases, where the two are asked together.
        """
        self._asked += len(rows)
        known = self._there if beside is None else self._live_values(beside)
        known = known.filter(pl.col("id").is_in(rows["id"].implode()))
        rows = rows.join(known, on="id", how="left", maintain_order="left")
        for watch in self._watches:
            self._take(watch, rows)
        return self._decision()

    def _watch(self, gate: Gate, rule: str, limit: float) -> _Watch:
        found = measure(gate.metric)
        rows = in_slice(self._cases, gate.slice)
        total = len(rows.filter(applies(found, rows)))
        watch = _Watch(gate=gate, rule=rule, limit=limit, found=found, bettor=None, total=total)
        watch.bettor = self._bettor(watch, rows)
        return watch

    def _bettor(self, watch: _Watch, rows: pl.DataFrame) -> Bettor | None:
        found = watch.found
        if not self._even or not watch.total or found.aggregate is not None:
            return None
        if found.quantile is not None:
            share = turning_share(found.quantile, watch.total)
            return None if watch.relative else Bettor(share, 0.0, 1.0, guess=share, total=watch.total)
        if found.unit != "fraction":
            return None
        if not watch.relative:
            return Bettor(watch.limit, 0.0, 1.0, guess=0.5, total=watch.total) if 0 <= watch.limit <= 1 else None
        clustered = clusters_of(rows) is not None
        compared = self._beside or (self._live is not None and stands(found, self._live))
        if not compared or clustered or watch.limit >= 1:
            return None
        return Bettor(-watch.limit if watch.rule == "max_drop" else watch.limit, -1.0, 1.0, guess=0.0)

    def _live_values(self, there: pl.DataFrame | None) -> pl.DataFrame:
        """Live's values of the compared metrics by the id of the case, out of its rows."""
        if there is None:
            return self._cases.select("id").clear()
        compared = {watch.found.name: watch.found for watch in self._watches if watch.relative and watch.bettor is not None}
        values = [value_of(found).alias(LIVE + name) for name, found in compared.items() if stands(found, there)]
        return there.select("id", *values)

    def _take(self, watch: _Watch, rows: pl.DataFrame) -> None:
        if (
            watch.bettor is None
            or not stands(watch.found, rows)
            or (watch.relative and LIVE + watch.found.name not in rows.columns)
        ):
            return
        live = pl.col(LIVE + watch.found.name) if watch.relative else pl.lit(0.0)
        pairs = in_slice(rows, watch.gate.slice).select("error", value=value_of(watch.found), live=live)
        watch.errors += len(pairs.filter(pl.col("value").is_null() & pl.col("error").is_not_null()))
        if not _to_be_bet_on(pairs, watch.found):
            watch.bettor = None
            return
        pairs = pairs.drop_nulls(["value", "live"])
        watch.live += float(pairs["live"].sum())
        moves = (pairs["value"] - pairs["live"]).to_numpy()
        watch.values.append(moves)
        watch.count += len(moves)
        watch.bettor.add(watch.bets(moves))

    def _decision(self) -> Decision | None:
        watched = [watch for watch in self._watches if watch.bettor is not None]
        p_values = [watch.bettor.p for watch in watched if watch.bettor is not None]
        adjusted = holm(p_values)
        levels = holm_levels(p_values, self._alpha)
        sure = {id(watch): place for place, watch in enumerate(watched) if adjusted[place] <= self._alpha}
        fallen = any(not watch.held for watch in watched if id(watch) in sure)
        if not fallen and (len(sure) < len(self._watches) or any(_too_many_errors(watch) for watch in watched)):
            return None
        results = [
            self._open(watch)
            if id(watch) not in sure
            else self._decided(watch, adjusted[sure[id(watch)]], 1 - levels[sure[id(watch)]])
            for watch in self._watches
        ]
        return Decision(verdict=overall(results), results=results, asked=self._asked)

    def _open(self, watch: _Watch) -> GateResult:
        reason = f"was not decided: the asking stopped after {self._asked:,} cases, when another rule had failed"
        return reasons.result(watch.gate, watch.rule, watch.limit, "inconclusive", reason)

    def _decided(self, watch: _Watch, p: float, confidence: float) -> GateResult:
        values, gate = watch.taken, watch.gate
        verdict: Verdict = "pass" if watch.held else "fail"
        if watch.found.quantile is not None:
            value, share = float(np.quantile(values, watch.found.quantile)), float(watch.bets(values).mean())
            words = f"is {figure(gate.metric, value)} against {watch.rule} {figure(gate.metric, watch.limit)}, with {share:.1%}"
            return reasons.result(
                gate, watch.rule, watch.limit, verdict, f"{words} of the answers below it: sure after {self._asked:,} cases",
                value=value, p_adjusted=p, confidence=confidence, n=len(values),
            )  # fmt: skip
        bounds = (-1.0 if watch.relative else 0.0), 1.0
        low, high = confidence_sequence(
            values, *bounds, confidence, guess=0.0 if watch.relative else 0.5, total=None if watch.relative else watch.total
        )
        mean = float(values.mean())
        if watch.relative:
            live = watch.live / len(values)
            figures = {"value": live + mean, "baseline": live, "diff": mean}
            words = f"{movement(gate.metric, mean, low, high)}; {allowance(gate.metric, watch.limit)}"
        else:
            figures = {"value": mean}
            words = f"is {figure(gate.metric, mean)} against {watch.rule} {figure(gate.metric, watch.limit)}"
        return reasons.result(
            gate, watch.rule, watch.limit, verdict, f"{words}: sure after {self._asked:,} cases",
            ci_low=low, ci_high=high, p_adjusted=p, confidence=confidence, n=len(values), **figures,
        )  # fmt: skip


def turning_share(quantile: float, total: int) -> float:
    """The share such that a quantile of `total` values lies below a limit if more of them do, and above it if fewer do.

    It lies between the order statistics of rank floor(h) + 1 and ceil(h) + 1, h = (total - 1) * quantile (numpy's definition).
    Exactly at the share returned it lies between a value below the limit and one above, and is not decided.
    """
    place = round((total - 1) * quantile, 9)
    return (math.ceil(place) if place % 1 else place + 0.5) / total


def _to_be_bet_on(pairs: pl.DataFrame, found: Measure) -> bool:
    """Whether the values seen are as the bets suppose: fractions within 0..1, and of a quantile one of every case."""
    if found.quantile is not None:
        return pairs["value"].null_count() == 0
    bounded = pairs.select(pl.col("value", "live").drop_nulls().is_between(0, 1).all())
    return all(bounded.row(0))


def _too_many_errors(watch: _Watch) -> bool:
    asked = watch.count + watch.errors
    return asked > 0 and watch.errors / asked > reasons.LARGEST_ERROR_SHARE
