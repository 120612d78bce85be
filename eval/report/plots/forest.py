"""Gates as a forest plot: estimate, interval and bound of each in a row of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from .. import figures
from .scale import Scale

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..gates import Gate


def shared_scale(gates: Sequence[Gate]) -> Scale:
    """One scale of differences for all gates that compare with live in points: zero, all intervals and all margins inside."""
    ends = [0.0]
    for gate in gates:
        margin = (gate.bound or 0.0) * (1 if gate.rule == "max_rise" else -1)
        ends += [end for end in (gate.low, gate.high, gate.diff, margin) if end is not None]
    span = (max(ends) - min(ends)) or 0.02
    return Scale(low=min(ends) - 0.12 * span, high=max(ends) + 0.08 * span)


def own_scale(gate: Gate) -> Scale:
    """A scale for one gate alone: its interval and its bound, with some room at both ends."""
    estimate = gate.diff if gate.relative else gate.value
    bound = -(gate.bound or 0.0) if gate.rule == "max_drop" else gate.bound
    ends = [end for end in (gate.low, gate.high, estimate, bound, 0.0 if gate.relative else None) if end is not None] or [0.0]
    span = (max(ends) - min(ends)) or abs(ends[0]) or 1.0
    return Scale(low=min(ends) - 0.18 * span, high=max(ends) + 0.18 * span)


def forest_axis(scale: Scale) -> Markup:
    """The heading of the shared forest column: ticks in points."""
    marks = [
        Markup('<text x="{}" y="11" text-anchor="middle">{}</text>').format(
            scale.percent(tick), "0" if tick == 0 else figures.typeset(f"{100 * tick:+.3g}")
        )
        for tick in scale.ticks(6)
        if 0.04 < scale.share(tick) < 0.96
    ]
    return Markup('<svg class="axis" width="100%" height="14" aria-hidden="true">{}</svg>').format(Markup("").join(marks))


def forest_row(gate: Gate, scale: Scale, *, label_bound: bool) -> Markup:
    """One gate: the side past the bound shaded, the bound dashed, interval and estimate in the verdict's colour."""
    estimate = gate.diff if gate.relative else gate.value
    if estimate is None or gate.bound is None:
        return Markup("")
    bound = -gate.bound if gate.rule == "max_drop" else gate.bound
    parts = [_zone(gate, scale, bound)]
    if gate.relative:
        parts.append(_upright(scale.percent(0.0), "zero"))
    parts.append(_upright(scale.percent(bound), "bound"))
    if label_bound:
        parts.append(_bound_label(gate, scale, bound))
    if gate.low is not None and gate.high is not None:
        low, high = sorted((gate.low, gate.high))
        parts.append(_span(scale.percent(low), scale.percent(high)))
    parts.append(Markup('<circle class="point" cx="{}" cy="15" r="5"/>').format(scale.percent(estimate)))
    return Markup('<svg class="forest {}" width="100%" height="30" role="img"><title>{}</title>{}</svg>').format(
        gate.verdict, describe(gate), Markup("").join(parts)
    )


def describe(gate: Gate) -> str:
    """A gate's plot in words, for those who do not see it."""
    bound = figures.NONE if gate.bound is None else figures.value(gate.metric, gate.bound)
    if gate.relative:
        spread = figures.interval(gate.metric, gate.low, gate.high, signed=True)
        side = f"difference {figures.difference(gate.metric, gate.diff, unit=True)}"
        bound = f"allowed {figures.margin(gate.metric, gate.bound or 0)}"
    else:
        spread = figures.interval(gate.metric, gate.low, gate.high)
        side = f"value {figures.value(gate.metric, gate.value)}"
        bound = f"{'at least' if gate.rule == 'min' else 'at most'} {bound}"
    middle = f", {gate.level} interval {spread}" if spread else ""
    return f"{gate.name}, {figures.slice_label(gate.slice)}: {side}{middle}, {bound}: {gate.word}"


def _zone(gate: Gate, scale: Scale, bound: float) -> Markup:
    edge = scale.share(bound)
    left = gate.rule in ("max_drop", "min")
    start, width = (0.0, edge) if left else (edge, 1 - edge)
    return Markup('<rect class="zone" x="{:.2f}%" width="{:.2f}%" y="0" height="30"/>').format(100 * start, 100 * width)


def _upright(x: str, name: str) -> Markup:
    return Markup('<line class="{}" x1="{}" x2="{}" y1="0" y2="30"/>').format(name, x, x)


def _bound_label(gate: Gate, scale: Scale, bound: float) -> Markup:
    right_of = scale.share(bound) < 0.5
    text = figures.difference(gate.metric, bound) if gate.relative else figures.value(gate.metric, bound)
    return Markup('<text class="bound-label" x="{}" dx="{}" y="10" text-anchor="{}">{}</text>').format(
        scale.percent(bound), 4 if right_of else -4, "start" if right_of else "end", figures.typeset(text)
    )


def _span(low: str, high: str) -> Markup:
    return Markup(
        '<line class="interval" x1="{0}" x2="{1}" y1="15" y2="15"/><line class="end" x1="{0}" x2="{0}" y1="11" y2="19"/>'
        '<line class="end" x1="{1}" x2="{1}" y1="11" y2="19"/>'
    ).format(low, high)
