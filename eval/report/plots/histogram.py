"""How values spread: bins, filled bars for this image, a dashed outline for what is live."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from markupsafe import Markup

from .frame import Axis, Frame
from .scale import Scale, compact, percent

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .frame import Floats

FRACTION_BINS = 20
FEWEST, MOST = 8, 40
_TAIL = 0.005
_FAR = 1.5


def fraction_edges() -> Floats:
    """Twenty bins from 0 to 1."""
    return np.linspace(0.0, 1.0, FRACTION_BINS + 1)


def edges(values: Floats, *, whole: bool = False) -> Floats:
    """Bins of equal width for values of any range: Freedman and Diaconis (1981), 8 to 40 of them, of a whole width for `whole`.

    Where the outermost 0.5 % at both ends would take more than a third of the width, they are put into the last bins.
    """
    low, inner, q1, q3, outer, high = np.quantile(values, (0.0, _TAIL, 0.25, 0.75, 1 - _TAIL, 1.0)).tolist()
    if outer > inner and high - low > _FAR * (outer - inner):
        low, high = inner, outer
    width = 2 * (q3 - q1) / len(values) ** (1 / 3)
    if whole:
        return _whole_edges(math.floor(low), math.ceil(high), width)
    if high <= low:
        low, high = low - (abs(low) or 1.0) / 2, high + (abs(high) or 1.0) / 2
    count = math.ceil((high - low) / width) if width > 0 else FEWEST
    return np.linspace(low, high, min(MOST, max(FEWEST, count)) + 1)


def _whole_edges(low: int, high: int, width: float) -> Floats:
    """Bins that hold equally many whole numbers, with room around one alone."""
    room = 2 if low == high else 0
    low, high = low - room, high + room
    step = 1 if high - low < MOST else max(math.ceil((high - low + 1) / MOST), math.floor(width))
    return np.arange(low, high + step + 1, step, dtype=np.float64) - 0.5


def shares(values: Floats, bins: Floats) -> Floats:
    """The share of the values in each bin; those beyond the ends count to the outermost."""
    counts, _ = np.histogram(np.clip(values, bins[0], bins[-1]), bins)
    found: Floats = counts / max(1, len(values))
    return found


def histogram_frame(
    bins: Floats, sides: Sequence[Floats], label: str, text: Callable[[float], str] = compact, *, of: str = "cases"
) -> Frame:
    """The frame for the shares in bins of one side or two."""
    top = max((float(side.max()) for side in sides if len(side)), default=1.0) or 1.0
    ends = Scale(low=float(bins[0]), high=float(bins[-1]))
    return Frame(
        x=Axis(scale=ends, label=label, text=text),
        y=Axis(scale=Scale(low=0, high=1.08 * top), label=f"share of {of}", text=percent),
    )


def bars(frame: Frame, bins: Floats, heights: Floats) -> Markup:
    """Filled bars, for this image."""
    xs, floor = frame.across(bins), frame.y_of(0.0)
    spots = zip(xs[:-1].tolist(), xs[1:].tolist(), frame.down(heights).tolist(), heights.tolist(), strict=True)
    path = "".join(f"M{a + 0.5:.1f} {floor:.1f}V{y:.1f}H{b - 0.5:.1f}V{floor:.1f}Z" for a, b, y, share in spots if share)
    return Markup('<path class="bars" d="{}"/>').format(path)


def outline(frame: Frame, bins: Floats, heights: Floats) -> Markup:
    """The contour of the bars, dashed, for what is live; nothing along empty bins."""
    xs, ys, floor = frame.across(bins).tolist(), frame.down(heights).tolist(), frame.y_of(0.0)
    filled = np.r_[False, heights > 0, False]
    starts, ends = np.flatnonzero(filled[1:] & ~filled[:-1]).tolist(), np.flatnonzero(~filled[1:] & filled[:-1]).tolist()
    path = "".join(
        f"M{xs[start]:.1f} {floor:.1f}" + "".join(f"V{ys[k]:.1f}H{xs[k + 1]:.1f}" for k in range(start, end)) + f"V{floor:.1f}"
        for start, end in zip(starts, ends, strict=True)
    )
    return Markup('<path class="live" d="{}"/>').format(path)
