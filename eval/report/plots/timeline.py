"""A deployment over its seconds: tasks of the old and the new revision, traffic, and what happened when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from .. import figures
from .scale import Scale

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

TASKS, TRAFFIC, ROW = 96, 60, 20
ACROSS = 1000
PAD = 9
MOST_ROWS = 4
APART = 0.048
MINUTES_FROM = 180.0


def time_scale(last: float) -> Scale:
    """From the beginning to the last second that is shown, with room for the marks at both ends."""
    span = last or 1.0
    return Scale(low=-0.02 * span, high=1.03 * span)


def tasks(observations: Sequence[Mapping[str, Any]], last: float) -> Markup:
    """Running tasks of both sides as steps, and how many of the new ones are wanted; empty with fewer than two observations."""
    seen = [(float(one["after_seconds"]), one) for one in observations if "new" in one or "old" in one]
    if len(seen) < 2:
        return Markup("")
    counted = {
        name: [(at, float(tasks)) for at, one in seen if (tasks := _count(one, side, count)) is not None]
        for side, count, name in (("new", "desired", "wanted"), ("old", "running", "live"), ("new", "running", "this"))
    }
    scale, most = time_scale(last), round(max((tasks for points in counted.values() for _, tasks in points), default=0)) or 1
    lines = [_steps(points, scale, last, name, lambda tasks: _down(tasks / most, TASKS)) for name, points in counted.items()]
    grid = [_level(_down(tasks / most, TASKS), str(tasks)) for tasks in _whole_ticks(most)]
    first, ended = seen[0][1], seen[-1][1]
    told = f"From {_said(first)} to {_said(ended)}; the table below has every change."
    return _lane(TASKS, "Running tasks over the deployment", told, [*grid, _stretched(TASKS, lines)])


def traffic(observations: Sequence[Mapping[str, Any]], last: float) -> Markup:
    """The share of the traffic that the new revision was given; empty where it was never told."""
    seen = [(float(one["after_seconds"]), float(one["traffic"])) for one in observations if one.get("traffic") is not None]
    if not seen:
        return Markup("")
    scale = time_scale(last)
    line = _steps(seen, scale, last, "this", lambda percent: _down(percent / 100, TRAFFIC))
    grid = [_level(_down(share, TRAFFIC), f"{share:.0%}") for share in (0.0, 1.0)]
    told = f"It ended with {seen[-1][1]:g} % of the traffic."
    return _lane(TRAFFIC, "Traffic of the new revision", told, [*grid, _stretched(TRAFFIC, [line])])


def marks(events: Sequence[Mapping[str, Any]], last: float) -> Markup:
    """Numbered marks at their seconds, in rows where they would cover one another; `state` gives the colour."""
    scale = time_scale(last)
    rows: list[float] = []
    found = []
    for event in events:
        share = scale.share(float(event["after_seconds"]))
        row = next((at for at, end in enumerate(rows) if share - end >= APART), len(rows))
        rows[row:] = [share, *rows[row + 1 :]] if row < len(rows) else [share]
        found.append(_mark(event, scale, row % MOST_ROWS))
    height = ROW * min(len(rows), MOST_ROWS) + 22
    told = "Numbered as in the list below."
    return _lane(height, f"{len(events)} events of the deployment", told, [_axis(scale, height), *found])


def _mark(event: Mapping[str, Any], scale: Scale, row: int) -> Markup:
    x, y = scale.percent(float(event["after_seconds"])), ROW * row + ROW / 2
    state, number = event["state"], event["number"]
    return Markup(
        '<g class="event {}"><circle cx="{}" cy="{:.0f}" r="8"/><text x="{}" y="{:.1f}" text-anchor="middle">{}</text></g>'
    ).format(state, x, y, x, y + 3.8, number)


def _axis(scale: Scale, height: int) -> Markup:
    unit = 60.0 if scale.high > MINUTES_FROM else 1.0
    even = Scale(low=scale.low / unit, high=scale.high / unit)
    ticks = [tick * unit for tick in even.ticks(6) if tick >= 0]
    texts = (
        Markup(
            '<line class="nick" x1="{0}" x2="{0}" y1="{1}" y2="{2}"/><text x="{0}" y="{3}" text-anchor="middle">{4}</text>'
        ).format(scale.percent(tick), height - 20, height - 15, height - 3, _written(tick, scale))
        for tick in ticks
    )
    return Markup("").join(texts)


def _written(tick: float, scale: Scale) -> str:
    return f"{tick / 60:g} min" if scale.high > MINUTES_FROM else f"{tick:g} s"


def _steps(
    points: Sequence[tuple[float, float]], scale: Scale, last: float, name: str, down: Callable[[float], float]
) -> Markup:
    """Each value from its second to the next one's, the last to the end."""
    if not points:
        return Markup("")
    path = ""
    for place, (at, value) in enumerate(points):
        x, y = scale.share(at) * ACROSS, down(value)
        path += f"M{x:.1f} {y:.1f}" if place == 0 else f"H{x:.1f}V{y:.1f}"
    return Markup('<path class="{}" d="{}H{:.1f}"/>').format(name, path, scale.share(last) * ACROSS)


def _stretched(height: int, parts: Sequence[Markup]) -> Markup:
    return Markup('<svg viewBox="0 0 {} {}" width="100%" height="{}" preserveAspectRatio="none">{}</svg>').format(
        ACROSS, height, height, Markup("").join(parts)
    )


def _lane(height: int, title: str, description: str, parts: Sequence[Markup]) -> Markup:
    return Markup('<svg class="lane" width="100%" height="{}" role="img"><title>{}</title><desc>{}</desc>{}</svg>').format(
        height, title, description, Markup("").join(parts)
    )


def _level(y: float, label: str) -> Markup:
    return Markup('<line class="grid" x1="0" x2="100%" y1="{0:.1f}" y2="{0:.1f}"/><text x="0" y="{1:.1f}">{2}</text>').format(
        y, y - 3, label
    )


def _whole_ticks(most: int) -> list[int]:
    return sorted({0, most, *([most // 2] if most >= 4 and most % 2 == 0 else [])})


def _down(share: float, height: int) -> float:
    return PAD + 6 + (1 - share) * (height - 2 * PAD - 6)


def _count(seen: Mapping[str, Any], side: str, name: str) -> int | None:
    found = figures.number((seen.get(side) or {}).get(name))
    return None if found is None else round(found)


def _said(seen: Mapping[str, Any]) -> str:
    new, old = _count(seen, "new", "running"), _count(seen, "old", "running")
    parts = [] if new is None else [figures.plural(new, "new task")]
    parts += [] if old is None else [f"{old:,} old"]
    return " and ".join(parts) or "an unknown number of tasks"
