"""One metric over the evaluations of a service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from .. import figures
from .scale import Scale

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..model import HistoryPoint

WIDTH, HEIGHT = 560, 240
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 14, 34


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


def _frame(title: str, description: str, parts: Sequence[Markup]) -> Markup:
    return Markup('<svg class="plot" viewBox="0 0 {} {}" role="img"><title>{}</title><desc>{}</desc>{}</svg>').format(
        WIDTH, HEIGHT, title, description, Markup("").join(parts)
    )


def _down(share: float) -> float:
    return TOP + (1 - share) * (HEIGHT - TOP - BOTTOM)


def _across(place: int, count: int) -> float:
    return LEFT + 10 + place / max(count - 1, 1) * (WIDTH - LEFT - RIGHT - 20)


def _levels(scale: Scale) -> Markup:
    return Markup("").join(_level(_down(scale.share(tick)), f"{tick:.3g}") for tick in scale.ticks(4))


def _level(y: float, label: str) -> Markup:
    return Markup(
        '<line class="grid" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"/>'
        '<text class="tick" x="{}" y="{:.1f}" text-anchor="end">{}</text>'
    ).format(LEFT, WIDTH - RIGHT, y, y, LEFT - 8, y + 4, label)


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
