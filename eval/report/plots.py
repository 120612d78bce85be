"""Plots as inline SVG: forest rows, cumulative latency, history. Colours come from the page's style sheet."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from . import figures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .gates import Gate
    from .model import HistoryPoint

WIDTH, HEIGHT = 560, 240
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 14, 34
_CURVE_POINTS = 160


@dataclass(frozen=True, kw_only=True)
class Scale:
    """A range of values laid over 0 to 100 % of a width."""

    low: float
    high: float

    def share(self, amount: float) -> float:
        """Where a value lies, 0 to 1, clipped at the ends."""
        return min(1.0, max(0.0, (amount - self.low) / ((self.high - self.low) or 1.0)))

    def percent(self, amount: float) -> str:
        """The same for an SVG attribute: `23.40%`."""
        return f"{100 * self.share(amount):.2f}%"

    def ticks(self, most: int = 5) -> list[float]:
        """Round values inside the range, at most about `most` of them."""
        span = self.high - self.low
        if span <= 0:
            return [self.low]
        rough = span / most
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough)
        first = math.ceil(self.low / step - 1e-9)
        return [round(index * step, 12) for index in range(first, math.floor(self.high / step + 1e-9) + 1)]


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


def interval_bar(value: float | None, low: float | None, high: float | None) -> Markup:
    """A fraction on a scale from 0 to 1 with its interval, small enough for a table's cell."""
    if value is None or not -0.001 <= value <= 1.001:
        return Markup("")
    scale = Scale(low=-0.02, high=1.02)
    spread = Markup("")
    if low is not None and high is not None:
        spread = Markup('<line class="interval" x1="{}" x2="{}" y1="9" y2="9"/>').format(
            scale.percent(low), scale.percent(high)
        )
    return Markup(
        '<svg class="bar" width="100%" height="18" aria-hidden="true"><line class="rail" x1="2%" x2="98%" y1="9" y2="9"/>{}'
        '<circle class="point" cx="{}" cy="9" r="4"/></svg>'
    ).format(spread, scale.percent(value))


def ecdf(this: Sequence[float], live: Sequence[float], limit: float | None) -> Markup:
    """Cumulative share of cases over latency in ms, live grey and dashed under this run's blue."""
    if not this:
        return Markup("")
    tops = [_quantile(sorted(side), 0.99) for side in (this, live) if side]
    scale = Scale(low=0.0, high=1.12 * max([*tops, limit or 0.0]) or 1.0)
    parts = [_grid(scale)]
    if limit is not None:
        parts.append(_limit_line(scale, limit))
    curves = [(name, side) for name, side in (("live", live), ("this", this)) if side]
    parts += [Markup('<path class="{}" d="{}"/>').format(name, _steps(side, scale)) for name, side in curves]
    words = f"Half of the cases were answered within {figures.milliseconds(_quantile(sorted(this), 0.5))}"
    return _frame("Latency: cumulative share of cases", f"{words}; the table below has the percentiles.", parts)


def history(points: Sequence[HistoryPoint], metric: str, bound: float | None) -> Markup:
    """One metric over the evaluations of this service, oldest first, with its interval; blocked runs carry a cross."""
    known = [(place, point, shown) for place, point in enumerate(points) if (shown := _estimate(point, metric)) is not None]
    if len(known) < 2:
        return Markup("")
    ends = [end for _, _, shown in known for end in shown] + ([bound] if bound is not None else [])
    span = (max(ends) - min(ends)) or 0.02
    scale = Scale(low=min(ends) - 0.15 * span, high=max(ends) + 0.15 * span)
    spots = [(_across(place, len(points)), *(_down(scale.share(end)) for end in shown)) for place, _, shown in known]
    band = (
        " ".join(f"{x:.1f},{low:.1f}" for x, _, low, _ in spots)
        + " "
        + " ".join(f"{x:.1f},{hi:.1f}" for x, _, _, hi in spots[::-1])
    )
    parts = [_levels(scale)]
    if bound is not None:
        y = _down(scale.share(bound))
        parts.append(Markup('<line class="bound" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"/>').format(LEFT, WIDTH - RIGHT, y, y))
    parts.append(Markup('<polygon class="band" points="{}"/>').format(band))
    parts.append(Markup('<polyline class="trend" points="{}"/>').format(" ".join(f"{x:.1f},{y:.1f}" for x, y, _, _ in spots)))
    parts += [_run(point, x, y) for (_, point, _), (x, y, _, _) in zip(known, spots, strict=True)]
    parts += [_day(known[0][1], spots[0][0]), _day(known[-1][1], spots[-1][0])]
    return _frame(f"{figures.plain_name(metric)} over {len(known)} evaluations", "A cross marks a run that was blocked.", parts)


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


def _frame(title: str, description: str, parts: Sequence[Markup]) -> Markup:
    return Markup('<svg class="plot" viewBox="0 0 {} {}" role="img"><title>{}</title><desc>{}</desc>{}</svg>').format(
        WIDTH, HEIGHT, title, description, Markup("").join(parts)
    )


def _x(scale: Scale, amount: float) -> float:
    return LEFT + scale.share(amount) * (WIDTH - LEFT - RIGHT)


def _down(share: float) -> float:
    return TOP + (1 - share) * (HEIGHT - TOP - BOTTOM)


def _across(place: int, count: int) -> float:
    return LEFT + 10 + place / max(count - 1, 1) * (WIDTH - LEFT - RIGHT - 20)


def _grid(scale: Scale) -> Markup:
    levels = [_level(_down(share), f"{share:.0%}") for share in (0, 0.25, 0.5, 0.75, 1)]
    return Markup("").join([*levels, *(_tick(scale, tick) for tick in scale.ticks(7))])


def _tick(scale: Scale, amount: float) -> Markup:
    label = "0 ms" if amount == 0 else f"{amount:,.10g}"
    return Markup('<text class="tick" x="{:.1f}" y="{}" text-anchor="middle">{}</text>').format(
        _x(scale, amount), HEIGHT - BOTTOM + 18, label
    )


def _levels(scale: Scale) -> Markup:
    return Markup("").join(_level(_down(scale.share(tick)), f"{tick:.3g}") for tick in scale.ticks(4))


def _level(y: float, label: str) -> Markup:
    return Markup(
        '<line class="grid" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"/>'
        '<text class="tick" x="{}" y="{:.1f}" text-anchor="end">{}</text>'
    ).format(LEFT, WIDTH - RIGHT, y, y, LEFT - 8, y + 4, label)


def _limit_line(scale: Scale, limit: float) -> Markup:
    x = _x(scale, limit)
    return Markup(
        '<line class="bound" x1="{0:.1f}" x2="{0:.1f}" y1="{1}" y2="{2}"/>'
        '<text class="bound-label" x="{3:.1f}" y="{4}" text-anchor="end">p95 limit {5}</text>'
    ).format(x, TOP, HEIGHT - BOTTOM, x - 6, HEIGHT - BOTTOM - 10, figures.milliseconds(limit))


def _steps(values: Sequence[float], scale: Scale) -> str:
    """A step curve through at most `_CURVE_POINTS` quantiles; what lies past the scale ends at its edge."""
    ordered = sorted(values)
    count = len(ordered)
    places = sorted(
        {round(part * (count - 1) / min(count, _CURVE_POINTS)) for part in range(_CURVE_POINTS + 1)} & set(range(count))
    )
    path = [f"M{LEFT} {_down(0):.1f}"]
    for place in [*places, count - 1] if places[-1] != count - 1 else places:
        if ordered[place] > scale.high:
            break
        path.append(f"H{_x(scale, ordered[place]):.1f}V{_down((place + 1) / count):.1f}")
    return "".join([*path, f"H{WIDTH - RIGHT}"])


def _quantile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, math.ceil(share * len(ordered)) - 1)]


def percentiles(values: Sequence[float]) -> list[float | None]:
    """p50, p90, p95, p99 and the maximum (nearest rank) of latencies."""
    ordered = sorted(values)
    return [_quantile(ordered, share) if ordered else None for share in (0.5, 0.9, 0.95, 0.99, 1.0)]


def _estimate(point: HistoryPoint, metric: str) -> tuple[float, float, float] | None:
    shown = point.metrics.get(metric) or {}
    value = figures.number(shown.get("value"))
    if value is None:
        return None
    low, high = figures.number(shown.get("ci_low")), figures.number(shown.get("ci_high"))
    return value, value if low is None else low, value if high is None else high


def _run(point: HistoryPoint, x: float, y: float) -> Markup:
    if point.verdict == "fail":
        shape = Markup('<path class="blocked" d="M{:.1f} {:.1f}l8 8m0-8l-8 8"/>').format(x - 4, y - 4)
    else:
        shape = Markup('<circle class="run" cx="{:.1f}" cy="{:.1f}" r="3.5"/>').format(x, y)
    return shape


def _day(point: HistoryPoint, x: float) -> Markup:
    return Markup('<text class="tick" x="{:.1f}" y="{}" text-anchor="middle">{}</text>').format(
        x, HEIGHT - BOTTOM + 18, figures.day(point.at)
    )
