"""Figures and reasons in plain words."""

from __future__ import annotations

from ..score.registry import measure


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
