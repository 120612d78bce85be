"""Single cases and estimates: dots, crosses, rings, and the whiskers of an interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from markupsafe import Markup

from .frame import TOP

if TYPE_CHECKING:
    from .frame import Floats, Frame

MOST = 600
_APART = 3.0


def thinned(count: int, most: int = MOST, first: int = 0) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """The places of at most `most` of `count` things, evenly chosen, the `first` ones all among them."""
    if count <= most:
        return np.arange(count)
    rest = np.linspace(first, count - 1, most - first).round().astype(np.int64)
    return np.unique(np.r_[np.arange(first), rest])


def dots(frame: Frame, xs: Floats, ys: Floats, name: str) -> Markup:
    """Small round marks, all in one path (lines of no length with round ends)."""
    spots = zip(frame.across(xs).tolist(), frame.down(ys).tolist(), strict=True)
    return Markup('<path class="dots-{}" d="{}"/>').format(name, "".join(f"M{x:.1f} {y:.1f}h0" for x, y in spots))


def points(frame: Frame, xs: Floats, ys: Floats, name: str) -> Markup:
    """Estimates: filled circles, for `live` hollow squares."""
    spots = zip(frame.across(xs).tolist(), frame.down(ys).tolist(), strict=True)
    if name == "live":
        square = Markup('<rect class="point-live" x="{:.1f}" y="{:.1f}" width="7" height="7"/>')
        return Markup("").join(square.format(x - 3.5, y - 3.5) for x, y in spots)
    return Markup("").join(Markup('<circle class="point-this" cx="{:.1f}" cy="{:.1f}" r="4"/>').format(x, y) for x, y in spots)


def whiskers(frame: Frame, xs: Floats, lows: Floats, highs: Floats, name: str) -> Markup:
    """The interval of each estimate as an upright line."""
    ends = zip(frame.across(xs).tolist(), frame.down(lows).tolist(), frame.down(highs).tolist(), strict=True)
    path = "".join(f"M{x:.1f} {low:.1f}V{high:.1f}" for x, low, high in ends)
    return Markup('<path class="whisker-{}" d="{}"/>').format(name, path)


def strip(frame: Frame, xs: Floats, shape: str, row: int) -> Markup:
    """Marks on the `row`-th line from the top, one for those that would lie over one another: `cross` or `ring`."""
    y = TOP + 7 + 13 * row
    spots = np.unique((frame.across(xs) / _APART).round()) * _APART
    if shape == "cross":
        path = "".join(f"M{x - 3:.0f} {y - 3}l6 6m0-6l-6 6" for x in spots.tolist())
    else:
        path = "".join(f"M{x - 3:.0f} {y}a3 3 0 1 0 6 0a3 3 0 1 0 -6 0" for x in spots.tolist())
    return Markup('<path class="{}" d="{}"/>').format(shape, path)
