"""Cumulative shares: how many of the cases lie at or below a value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from markupsafe import Markup

from .frame import LEFT, RIGHT, WIDTH, Axis, Frame
from .scale import Scale, compact, percent

if TYPE_CHECKING:
    from collections.abc import Callable

    from .frame import Floats

CURVE_POINTS = 160
SHARES = Axis(scale=Scale(low=0.0, high=1.0), label="share of cases", text=percent, ticks=(0.0, 0.25, 0.5, 0.75, 1.0))
PERCENTILES = (0.5, 0.9, 0.95, 0.99, 1.0)


def ecdf_frame(scale: Scale, label: str, text: Callable[[float], str] = compact) -> Frame:
    """The frame of cumulative shares over a scale."""
    return Frame(x=Axis(scale=scale, label=label, text=text), y=SHARES)


def steps(frame: Frame, values: Floats, name: str) -> Markup:
    """A step curve through at most 160 quantiles; what lies past the scale ends at its edge."""
    ordered = np.sort(values)
    count = len(ordered)
    places = np.unique(np.linspace(0, count - 1, min(count, CURVE_POINTS)).round().astype(np.int64))
    places = places[ordered[places] <= frame.x.scale.high]
    spots = zip(frame.across(ordered[places]).tolist(), frame.down((places + 1) / count).tolist(), strict=True)
    path = "".join(f"H{x:.1f}V{y:.1f}" for x, y in spots)
    return Markup('<path class="{}" d="M{} {:.1f}{}H{}"/>').format(name, LEFT, frame.y_of(0.0), path, WIDTH - RIGHT)


def percentiles(values: Floats) -> list[float | None]:
    """p50, p90, p95, p99 and the maximum, between neighbours as the metrics have them; None without values."""
    found: list[float | None] = np.quantile(values, PERCENTILES).tolist() if len(values) else [None] * len(PERCENTILES)
    return found
