"""Estimates with their intervals as bars: in a table's cell, and this image's beside live's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from .frame import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Axis, Frame
from .scale import Scale, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    Estimate = tuple[float, float | None, float | None]

_THICK = 34


def interval_bar(value: float | None, low: float | None, high: float | None, name: str = "") -> Markup:
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
        '<svg class="bar{}" width="100%" height="18" aria-hidden="true"><line class="rail" x1="2%" x2="98%" y1="9" y2="9"/>{}'
        '<circle class="point" cx="{}" cy="9" r="4"/></svg>'
    ).format(f" {name}" if name else "", spread, scale.percent(value))


def share_bars(sides: Sequence[tuple[str, Estimate]], title: str, description: str) -> Markup:
    """Shares from 0 to 100 % as lying bars, one a side (`live`, `this`), each with its interval and its figure."""
    frame = Frame(
        x=Axis(scale=Scale(low=0.0, high=1.0), label="share of cases", text=percent),
        y=Axis(scale=Scale(low=0.0, high=1.0), label="", ticks=(0.0,), text=lambda _tick: ""),
    )
    room = (HEIGHT - TOP - BOTTOM) / len(sides)
    marks = [
        _lying(frame, name, shown, TOP + (place + 0.5) * room - _THICK / 2 + 8) for place, (name, shown) in enumerate(sides)
    ]
    return frame.svg(title, description, marks)


def _lying(frame: Frame, name: str, shown: Estimate, y: float) -> Markup:
    value, low, high = shown
    end = frame.x_of(value)
    parts = [
        Markup('<rect class="lying-{}" x="{}" y="{:.1f}" width="{:.1f}" height="{}"/>').format(
            name, LEFT, y, max(end - LEFT, 0.5), _THICK
        ),
        Markup('<text class="side" x="{}" y="{:.1f}" text-anchor="end">{}</text>').format(LEFT - 6, y + 21, name),
    ]
    middle = y + _THICK / 2
    if low is not None and high is not None:
        ends = frame.x_of(low), frame.x_of(high)
        parts.append(
            Markup('<path class="whisker-{3}" d="M{0:.1f} {2:.1f}H{1:.1f}M{0:.1f} {4:.1f}v10M{1:.1f} {4:.1f}v10"/>').format(
                *ends, middle, name, middle - 5
            )
        )
    left = value > 0.5
    parts.append(
        Markup('<text class="figure" x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>').format(
            min(end, WIDTH - RIGHT) if left else end, y - 5, "end" if left else "start", f"{100 * value:.1f} %"
        )
    )
    return Markup("").join(parts)
