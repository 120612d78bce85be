"""Lines through points, bands around them, and steps that hold until the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from .frame import RIGHT, WIDTH

if TYPE_CHECKING:
    from .frame import Floats, Frame


def line(frame: Frame, xs: Floats, ys: Floats, name: str) -> Markup:
    """A line through points, of the class `name` (`this` or `live`)."""
    return Markup('<path class="{}" d="M{}"/>').format(name, _through(frame.across(xs), frame.down(ys)))


def band(frame: Frame, xs: Floats, lows: Floats, highs: Floats, name: str) -> Markup:
    """The space between two lines over the same places."""
    there, back = _through(frame.across(xs), frame.down(highs)), _through(frame.across(xs)[::-1], frame.down(lows)[::-1])
    return Markup('<path class="band-{}" d="M{}L{}Z"/>').format(name, there, back)


def held(frame: Frame, xs: Floats, ys: Floats, name: str) -> Markup:
    """Values that hold from their place until the next, the last one to the edge."""
    first, *rest = zip(frame.across(xs).tolist(), frame.down(ys).tolist(), strict=True)
    path = f"M{first[0]:.1f} {first[1]:.1f}" + "".join(f"H{x:.1f}V{y:.1f}" for x, y in rest)
    return Markup('<path class="{}" d="{}H{}"/>').format(name, path, WIDTH - RIGHT)


def _through(xs: Floats, ys: Floats) -> str:
    return "L".join(f"{x:.1f} {y:.1f}" for x, y in zip(xs.tolist(), ys.tolist(), strict=True))
