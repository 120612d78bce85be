"""A metric over the last runs as a line of a few letters' width, its end marked by the verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from .. import figures
from ..gates import SIGNS
from ..plots import Scale
from ..sentence import TITLES
from ..text import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .index import RunSummary

WIDTH, HEIGHT = 76, 20
NOT_EVALUATED = "not evaluated"
_ROOM = 4.0
_STATES = ("pass", "fail", "inconclusive")
_PICTURE = Markup(
    '<svg class="spark %s" viewBox="0 0 %d %d" width="%d" height="%d" role="img"><title>%s</title>'
    '<polyline class="trend" points="%s"/>%s</svg>'
)
_FIGURE = Markup('<div class="figure"><dt>%s</dt><dd><b>%s</b>%s</dd></div>')
_CROSS = Markup('<path class="mark" d="M%.0f %.1fl6 6m0-6l-6 6"/>')
_DOT = Markup('<circle class="mark" cx="%.0f" cy="%.1f" r="3"/>')


class Spark(NamedTuple):
    """One metric of one run: its name and value as text, and its trend up to that run."""

    name: str
    value: str
    line: Markup

    @property
    def figure(self) -> Markup:
        """Name, value and line as they stand in a list of figures."""
        return _FIGURE % (visible(self.name), self.value, self.line)


def state_of(verdict: str) -> str:
    """The state that colours a verdict; of the words of their own only `not evaluated` is no failure."""
    return verdict if verdict in _STATES else "inconclusive" if verdict == NOT_EVALUATED else "fail"


def sparks(trail: Sequence[RunSummary], most: int) -> list[Spark]:
    """The first `most` metrics of the last run of `trail` (oldest first), each over the runs that have it."""
    run = trail[-1]
    return [_spark(name, trail) for name in list(run.metrics)[:most]]


def _spark(metric: str, trail: Sequence[RunSummary]) -> Spark:
    values = [run.metrics[metric] for run in trail if metric in run.metrics]
    name, said = figures.plain_name(metric), figures.value(metric, values[-1])
    line = _line(values, state_of(trail[-1].verdict), _told(metric, values, trail[-1].verdict))
    return Spark(name=name, value=said, line=line)


def _told(metric: str, values: Sequence[float], verdict: str) -> str:
    """The line in words: from where to where, and between which values it moved."""
    first, last, low, high = (figures.value(metric, amount) for amount in (values[0], values[-1], min(values), max(values)))
    name = figures.plain_name(metric)
    if len(values) == 1:
        return f"{name} {last}, no earlier run"
    ended = TITLES.get(verdict, verdict).lower()
    return f"{name} over {len(values)} runs: from {first} to {last}, between {low} and {high}; last run {ended}"


def _line(values: Sequence[float], state: str, told: str) -> Markup:
    low, high = min(values), max(values)
    scale = Scale(low=low, high=high) if high > low else Scale(low=low - 1, high=high + 1)
    step = (WIDTH - 2 * _ROOM) / max(1, len(values) - 1)
    left = WIDTH - _ROOM - step * (len(values) - 1)
    spots = [
        (left + step * at, HEIGHT - _ROOM - scale.share(amount) * (HEIGHT - 2 * _ROOM)) for at, amount in enumerate(values)
    ]
    points = " ".join(f"{x:.0f},{y:.1f}" for x, y in spots) if len(spots) > 1 else ""
    return _PICTURE % (state, WIDTH, HEIGHT, WIDTH, HEIGHT, visible(told), points, _mark(*spots[-1], state))


def _mark(x: float, y: float, state: str) -> Markup:
    """A dot for a pass, a cross for a failure, a ring for what is not sure: told apart without colour."""
    return _CROSS % (x - 3, y - 3) if state == "fail" else _DOT % (x, y)


def sign(verdict: str) -> str:
    """✓, ✕ or ? before a verdict's word."""
    return SIGNS.get(state_of(verdict), "✕")
