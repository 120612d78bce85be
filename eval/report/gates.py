"""The gates of an evaluation.json, read once and spoken of everywhere: rule, bound, difference and verdict."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from . import figures
from .text import visible

Rule = Literal["max_drop", "max_rise", "min", "max"]
Verdict = Literal["pass", "fail", "inconclusive"]

SIGNS: dict[str, str] = {"pass": "✓", "fail": "✕", "inconclusive": "?"}
WORDS: dict[str, str] = {"pass": "Pass", "fail": "Fail", "inconclusive": "Not sure"}
_ORDER = {"fail": 0, "inconclusive": 1, "pass": 2}
_NUMBER = r"-?\d+(?:\.\d+)?(?:e-?\d+)?"


@dataclass(frozen=True, kw_only=True)
class Gate:
    """One gate. `bound` is positive: the allowed fall or rise, or the limit; `low` and `high` bound `diff` where the rule
    compares with live, else `value`; `smallest_effect` is the smallest true difference that its cases tell from none."""

    metric: str
    slice: Any
    rule: Rule
    bound: float | None
    value: float | None
    baseline: float | None
    diff: float | None
    low: float | None
    high: float | None
    p_adjusted: float | None
    verdict: Verdict
    reason: str
    n: int | None
    confidence: float | None
    cases_needed: int | None
    smallest_effect: float | None = None

    @property
    def relative(self) -> bool:
        """Whether the gate compares with what is live."""
        return self.rule in ("max_drop", "max_rise")

    @property
    def unchecked(self) -> bool:
        """Whether it compares with live and nothing was live to compare with, so that it neither held nor failed."""
        return self.relative and self.diff is None and self.verdict == "pass"

    @property
    def crosses(self) -> bool:
        """Whether it is undecided because the interval of the difference holds the bound."""
        if self.verdict != "inconclusive" or not self.relative or self.bound is None or self.low is None or self.high is None:
            return False
        return self.low <= (self.bound if self.rule == "max_rise" else -self.bound) <= self.high

    @property
    def state(self) -> str:
        """The verdict as a class of the page; empty where nothing was judged."""
        return "" if self.unchecked else self.verdict

    @property
    def name(self) -> str:
        """The metric in plain words."""
        return figures.plain_name(self.metric)

    @property
    def sign(self) -> str:
        """✓, ✕, ? or, unchecked, a dot."""
        return "·" if self.unchecked else SIGNS[self.verdict]

    @property
    def word(self) -> str:
        """Pass, Fail, Not sure or Not checked."""
        return "Not checked" if self.unchecked else WORDS[self.verdict]

    @property
    def level(self) -> str:
        """The level of the interval: `95 %`, or what the correction for several comparisons left of it: `98.3 %`."""
        return f"{100 * (self.confidence or 0.95):.3g} %"

    @property
    def room(self) -> float | None:
        """How far the estimate stands from the bound on the allowed side; negative when it is past it."""
        if self.bound is None:
            return None
        if self.relative:
            worse = self.diff if self.rule == "max_rise" else None if self.diff is None else -self.diff
            return None if worse is None else self.bound - worse
        if self.value is None:
            return None
        return self.value - self.bound if self.rule == "min" else self.bound - self.value


def listed(evaluation: dict[str, Any] | None) -> list[Gate]:
    """All gates in the order of the file."""
    return [_gate(entry) for entry in (evaluation or {}).get("gates") or [] if isinstance(entry, dict)]


def read(evaluation: dict[str, Any] | None) -> list[Gate]:
    """All gates, failed ones first, then those not decided; within a verdict in the order of the file."""
    return sorted(listed(evaluation), key=lambda gate: _ORDER[gate.verdict])


def _gate(raw: dict[str, Any]) -> Gate:
    metric = visible(str(raw.get("metric", "")))
    rule, bound = _rule(raw, metric)
    verdict = raw.get("verdict")
    return Gate(
        metric=metric,
        slice=raw.get("slice"),
        rule=rule,
        bound=None if bound is None else abs(bound),
        value=figures.number(raw.get("value")),
        baseline=figures.number(raw.get("baseline")),
        diff=figures.number(raw.get("diff")),
        low=figures.number(raw.get("ci_low")),
        high=figures.number(raw.get("ci_high")),
        p_adjusted=figures.number(raw.get("p_adjusted")),
        verdict=verdict if verdict in SIGNS else "inconclusive",
        reason=visible(str(raw.get("reason") or "")),
        n=raw["n"] if isinstance(raw.get("n"), int) else None,
        confidence=figures.number(raw.get("confidence")),
        cases_needed=raw["cases_needed"] if isinstance(raw.get("cases_needed"), int) else None,
        smallest_effect=figures.number(raw.get("smallest_effect")),
    )


def _rule(raw: dict[str, Any], metric: str) -> tuple[Rule, float | None]:
    """The rule however it is written: "max_drop 0.02", {"max_drop": 0.02}, or a name with `limit` beside it."""
    written = raw.get("rule")
    bound = next((figures.number(raw[key]) for key in ("limit", "bound", "margin") if key in raw), None)
    if isinstance(written, dict):
        name, first = next(((str(key), val) for key, val in written.items() if figures.number(val) is not None), ("", None))
        bound = figures.number(first) if first is not None else bound
    else:
        name = str(written or "")
        match = re.search(_NUMBER, re.sub(r"@\d+", "", name))
        bound = float(match[0]) if match else bound
    lowered = name.lower().replace(" ", "_").replace("-", "_")
    if "drop" in lowered or "fall" in lowered:
        return ("max_rise" if figures.lower_is_better(metric) and "drop" not in lowered else "max_drop"), bound
    if "rise" in lowered or "increase" in lowered:
        return "max_rise", bound
    if lowered.startswith("max") or "<=" in name or "at_most" in lowered:
        return "max", bound
    return "min", bound
