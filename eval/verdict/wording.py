"""Figures and reasons in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..score.registry import measure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..results import GateResult, Verdict


def figure(metric: str, value: float) -> str:
    """A value of a metric: 0.781, 398 ms, $0.0029, 1,204 tokens."""
    match measure(metric).unit:
        case "ms":
            return f"{value:,.0f} ms" if abs(value) >= 10 else f"{value:.2g} ms"
        case "usd":
            return f"${value:,.4f}" if abs(value) < 1 else f"${value:,.2f}"
        case "tokens":
            return f"{value:,.0f} tokens"
        case _:
            return f"{value:.3f}"


def distance(metric: str, value: float) -> str:
    """A difference without its sign: 6.1 points, 41 ms, $0.0003."""
    size = abs(value)
    return f"{size * 100:.1f} points" if measure(metric).unit == "fraction" else figure(metric, size)


def span(metric: str, low: float | None, high: float | None) -> str:
    """An interval in brackets after an estimate, or nothing."""
    if low is None or high is None:
        return ""
    if measure(metric).unit == "fraction":
        return f" ({low * 100:+.1f} to {high * 100:+.1f})"
    return f" ({'-' if low < 0 else '+'}{figure(metric, abs(low))} to {'-' if high < 0 else '+'}{figure(metric, abs(high))})"


def movement(metric: str, diff: float, low: float | None, high: float | None) -> str:
    """How a metric moved against live, with its interval: fell by 6.1 points (-9.0 to -3.2)."""
    if not diff:
        return f"did not move on average{span(metric, low, high)}"
    return f"{'fell' if diff < 0 else 'rose'} by {distance(metric, diff)}{span(metric, low, high)}"


def allowance(metric: str, limit: float) -> str:
    """How far a metric may move: 3.0 are allowed."""
    if not limit:
        return "none is allowed"
    size = distance(metric, limit).removesuffix(" points")
    return f"{size} {'is' if size == '1.0' else 'are'} allowed"


def named(metric: str, where: Mapping[str, str] | None) -> str:
    """A metric and its slice: recall@10 on difficulty=hard."""
    short = metric.partition(".")[2] if measure(metric).unit == "fraction" and metric != "errors.rate" else metric
    tags = ", ".join(f"{name}={value}" for name, value in (where or {}).items())
    return f"{short} on {tags}" if tags else short


def headline(verdict: Verdict, gates: Sequence[GateResult], cases: int) -> str:
    """The outcome in one sentence: the first failing gate, else the first open one, else that all hold."""
    if not gates:
        return f"No gate is set; {cases} cases were scored."
    for kind in ("fail", "inconclusive"):
        found = [gate for gate in gates if gate.verdict == kind]
        if found and kind == verdict:
            more = len(found) - 1
            rest = f" {more} more {'gates fail' if more > 1 else 'gate fails'}." if more else ""
            start = named(found[0].metric, found[0].slice)
            return f"{start} {found[0].reason}." + (rest if kind == "fail" else "")
    return f"All {len(gates)} gates hold on {cases} cases." if len(gates) > 1 else f"The one gate holds on {cases} cases."
