"""One metric over the evaluations of a service, as a strip of the full width: strips below one another share their x."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from .. import figures
from .scale import Scale, around

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..trends import Series, Spot

HEIGHT = 92
PAD = 8
ACROSS = 1000


def strip(series: Series, count: int, kinds: Sequence[str]) -> Markup:
    """A series over `count` evaluations: values joined, their intervals as a band, what was allowed dashed; `kinds` says for
    each evaluation whether it is release, rollback, run, or this."""
    scale = strip_scale(series)
    lines = Markup('<svg viewBox="0 0 {} {}" width="100%" height="{}" preserveAspectRatio="none">{}{}{}</svg>').format(
        ACROSS,
        HEIGHT,
        HEIGHT,
        _band(series.spots, scale, count),
        _bounds(series.spots, scale, count),
        _line(series, scale, count),
    )
    grid = Markup("").join(
        Markup('<line class="grid" x1="0" x2="100%" y1="{0:.1f}" y2="{0:.1f}"/>').format(_down(scale, tick))
        for tick in ticks(scale)
    )
    marks = Markup("").join(_mark(spot, scale, count, kinds[spot.place]) for spot in series.spots)
    return Markup('<svg class="strip" width="100%" height="{}" role="img"><title>{}</title><desc>{}</desc>{}{}{}</svg>').format(
        HEIGHT, _title(series), _description(series), grid, lines, marks
    )


def strip_axis(series: Series) -> Markup:
    """The ticks of a strip, to stand left of it."""
    scale = strip_scale(series)
    texts = Markup("").join(
        Markup('<text x="100%" dx="-6" y="{:.1f}" text-anchor="end">{}</text>').format(
            _down(scale, tick) + 4, figures.value(series.metric, tick)
        )
        for tick in ticks(scale)
    )
    return Markup('<svg class="strip-axis" width="100%" height="{}" aria-hidden="true">{}</svg>').format(HEIGHT, texts)


def strip_scale(series: Series) -> Scale:
    """All values, intervals and bounds of a series, with some room; an unbroken zero of errors is no more than a line."""
    ends = [end for spot in series.spots for end in (spot.value, spot.low, spot.high, spot.bound) if end is not None]
    return around(*ends, room=0.06)


def ticks(scale: Scale) -> list[float]:
    """Two or three round values of a strip."""
    found = scale.ticks(3)
    return found if len(found) < 4 else found[::2]


def _band(spots: Sequence[Spot], scale: Scale, count: int) -> Markup:
    known = [(_x(spot.place, count), spot.low, spot.high) for spot in spots if spot.low is not None and spot.high is not None]
    if len(known) < 2:
        return Markup("")
    there = [f"{x:.1f},{_down(scale, high):.1f}" for x, _, high in known]
    back = [f"{x:.1f},{_down(scale, low):.1f}" for x, low, _ in reversed(known)]
    return Markup('<polygon class="band" points="{}"/>').format(" ".join([*there, *back]))


def _bounds(spots: Sequence[Spot], scale: Scale, count: int) -> Markup:
    """What was allowed at each evaluation, over the width that belongs to it."""
    half = ACROSS / count / 2
    pieces = [
        f"M{_x(spot.place, count) - half:.1f} {_down(scale, spot.bound):.1f}H{_x(spot.place, count) + half:.1f}"
        for spot in spots
        if spot.bound is not None
    ]
    return Markup('<path class="bound" d="{}"/>').format("".join(pieces)) if pieces else Markup("")


def _line(series: Series, scale: Scale, count: int) -> Markup:
    points = " ".join(f"{_x(spot.place, count):.1f},{_down(scale, spot.value):.1f}" for spot in series.spots)
    return Markup('<polyline class="trend" points="{}"/>').format(points)


def _mark(spot: Spot, scale: Scale, count: int, kind: str) -> Markup:
    x, y = f"{_x(spot.place, count) / ACROSS:.2%}", _down(scale, spot.value)
    this = " now" if kind == "this" else ""
    if spot.verdict == "fail":
        return Markup(
            '<svg x="{}" y="{:.1f}" class="spot"><path class="blocked{}" d="M-4.5 -4.5L4.5 4.5M4.5 -4.5L-4.5 4.5"/></svg>'
        ).format(x, y, this)
    shape = "unsure" if spot.verdict == "inconclusive" else "run" if kind == "run" else "out"
    return Markup('<circle class="{}{}" cx="{}" cy="{:.1f}" r="{}"/>').format(shape, this, x, y, 5 if this else 3.5)


def _x(place: int, count: int) -> float:
    return (place + 0.5) / count * ACROSS


def _down(scale: Scale, amount: float) -> float:
    return PAD + (1 - scale.share(amount)) * (HEIGHT - 2 * PAD)


def _title(series: Series) -> str:
    return f"{figures.plain_name(series.metric)}, {figures.slice_label(series.slice)}, over {len(series.spots)} evaluations"


def _description(series: Series) -> str:
    first, last = series.spots[0], series.spots[-1]
    told = f"From {figures.value(series.metric, first.value)} to {figures.value(series.metric, last.value)}"
    failed = sum(spot.verdict == "fail" for spot in series.spots)
    return f"{told}; {figures.plural(failed, 'failed gate')}; all figures stand in the table below."
