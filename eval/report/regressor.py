"""What a regressor's numbers are worth: predicted over expected, residuals, and whether intervals and quantiles hold."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from ..verdict.stats import wilson
from . import figures
from .plots.dots import dots, points, thinned, whiskers
from .plots.figure import Figure, side_by_side
from .plots.frame import Axis, Frame
from .plots.histogram import bars, edges, histogram_frame, outline, shares
from .plots.lines import band, line
from .plots.scale import SPREAD_FOR_LOG, Scale, around, percent
from .sides import CONFIDENCE

if TYPE_CHECKING:
    from .sides import Floats, Mask

SPANS = 12
FEWEST_A_SPAN = 15
_RESIDUAL_NAMES = ("n", "mean", "p5", "p25", "p50", "p75", "p95")
_LEVELS = (0.1, 0.5, 0.9)
_TAILS = (0.0025, 0.9975)
_ROUNDING = 1e-9
_ENDS = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, kw_only=True)
class Side:
    """Predicted and expected numbers of the cases that have both."""

    predicted: Floats
    expected: Floats

    @property
    def residual(self) -> Floats:
        """Predicted less expected."""
        return self.predicted - self.expected


@dataclass(frozen=True, kw_only=True)
class Level:
    """How often the expected value lay at or below the quantile of a level (or within an interval), with its interval."""

    level: float
    share: float
    low: float
    high: float
    n: int


def predicted_figure(this: Side) -> Figure:
    """Predicted over expected, thinned where there are many, and the means of both by size."""
    both = np.r_[this.predicted, this.expected]
    scale = _value_scale(both)
    frame = Frame(x=Axis(scale=scale, label="expected"), y=Axis(scale=scale, label="predicted"))
    shown = thinned(len(this.expected))
    order = np.argsort(this.expected, kind="stable")
    varied = np.ptp(this.expected) > 0 and np.ptp(this.predicted) > 0
    words = f"Correlation {np.corrcoef(this.expected, this.predicted)[0, 1]:.3f}. " if varied else ""
    return Figure(
        title="Predicted over expected",
        plot=frame.svg(
            "Predicted over expected values",
            f"{words}On the dotted line both are the same.",
            [frame.diagonal(), dots(frame, this.expected[order][shown], this.predicted[order][shown], "this")],
        ),
        said=(f"{words}{_dotted(len(shown), len(this.expected))}{_beyond(scale, this)}",),
        head=("expected", "n", "mean expected", "mean predicted", "mean residual"),
        rows=tuple(_sized(this, rows) for rows in np.array_split(order, _span_count(len(order)))),
    )


def _dotted(shown: int, n: int) -> str:
    return f"Dots are {shown:,} of {n:,} cases, evenly chosen." if shown < n else f"{n:,} cases."


def _sized(side: Side, rows: np.ndarray[tuple[int], np.dtype[np.int64]]) -> tuple[str, ...]:
    wanted, guess = side.expected[rows], side.predicted[rows]
    means = float(wanted.mean()), float(guess.mean())
    ends = f"{_plain(wanted.min())} to {_plain(wanted.max())}"
    return (ends, f"{len(rows):,}", *map(_plain, means), _signed(means[1] - means[0]))


def residual_figure(this: Side, live: Side | None) -> Figure:
    """Residuals over the prediction, with the running median and the band from the 10th to the 90th percentile."""
    xs, low, middle, high, counts = running(this)
    ends = np.quantile(this.residual, _TAILS)
    frame = Frame(
        x=Axis(scale=_value_scale(this.predicted), label="predicted"),
        y=Axis(scale=around(*ends.tolist(), 0.0), label="predicted less expected"),
    )
    shown = thinned(len(this.predicted))
    marks = [frame.level(0.0), dots(frame, this.predicted[shown], this.residual[shown], "this")]
    if len(xs) > 1:
        marks += [band(frame, xs, low, high, "this"), line(frame, xs, middle, "this")]
    if live is not None and len(xs) > 1:
        theirs = running(live)
        marks.append(line(frame, theirs[0], theirs[2], "live"))
    words = "The line is the running median, the band holds 80 % of the cases."
    return Figure(
        title="Residuals over the prediction",
        plot=frame.svg("Residuals over the prediction", words, marks),
        said=(words,),
        head=("predicted, median", "n", "p10", "p50", "p90"),
        rows=tuple(
            (_plain(x), f"{n:,}", _signed(a), _signed(b), _signed(c))
            for x, n, a, b, c in zip(xs.tolist(), counts, low.tolist(), middle.tolist(), high.tolist(), strict=True)
        ),
    )


def running(side: Side) -> tuple[Floats, Floats, Floats, Floats, list[int]]:
    """Median prediction and the 10th, 50th, 90th percentile of the residual, in spans of equally many cases; their sizes."""
    order = np.argsort(side.predicted, kind="stable")
    spans = np.array_split(order, _span_count(len(order)))
    found = np.array([[np.median(side.predicted[rows]), *np.quantile(side.residual[rows], _LEVELS)] for rows in spans])
    return found[:, 0], found[:, 1], found[:, 2], found[:, 3], [len(rows) for rows in spans]


def _span_count(n: int) -> int:
    return max(1, min(SPANS, n // FEWEST_A_SPAN))


def error_figure(this: Side, live: Side | None) -> Figure:
    """The distribution of the residuals of both sides."""
    sides = {"this": this.residual} | ({} if live is None else {"live": live.residual})
    bins = edges(np.concatenate(list(sides.values())))
    heights = {name: shares(values, bins) for name, values in sides.items()}
    frame = histogram_frame(bins, list(heights.values()), "predicted less expected")
    marks = [bars(frame, bins, heights["this"])]
    marks += [outline(frame, bins, heights["live"])] if "live" in heights else []
    words = f"Mean residual {_mean_of(this.residual)}, median {_signed(float(np.median(this.residual)))}."
    return Figure(
        title="Residuals",
        plot=frame.svg("Distribution of the residuals", words, marks),
        said=(words,),
        head=("", *sides),
        rows=side_by_side(_RESIDUAL_NAMES, {name: _residual_cells(values) for name, values in sides.items()}),
    )


def _residual_cells(values: Floats) -> tuple[str, ...]:
    places = np.quantile(values, (0.05, 0.25, 0.5, 0.75, 0.95)).tolist()
    return (f"{len(values):,}", _mean_of(values), *map(_signed, places))


def quantile_figure(this: list[Level], live: list[Level]) -> Figure:
    """How often the expected value lies at or below each quantile, over the quantile's level."""
    frame = Frame(
        x=Axis(scale=Scale(low=0.0, high=1.0), label="level of the quantile", text=percent, ticks=_ENDS),
        y=Axis(scale=Scale(low=0.0, high=1.0), label="expected value at or below it", text=percent, ticks=_ENDS),
    )
    marks = [frame.diagonal()]
    for name, levels in (("live", live), ("this", this)):
        if levels:
            xs, ys = np.array([part.level for part in levels]), np.array([part.share for part in levels])
            lows, highs = np.array([part.low for part in levels]), np.array([part.high for part in levels])
            marks += [line(frame, xs, ys, name), whiskers(frame, xs, lows, highs, name), points(frame, xs, ys, name)]
    worst = max(this, key=lambda part: abs(part.share - part.level))
    words = f"Farthest off: {100 * worst.share:.1f} % of the values lie at or below the quantile of {100 * worst.level:g} %."
    return Figure(
        title="Quantiles",
        plot=frame.svg("Calibration of the quantiles", words, marks),
        said=(words, "On the dotted line they hold what they say."),
        head=("", "level", "at or below", "95 % interval", "n"),
        rows=tuple(_level_row(name, part) for name, levels in (("this", this), ("live", live)) for part in levels),
    )


def _level_row(name: str, part: Level) -> tuple[str, ...]:
    return (name, f"{100 * part.level:g} %", f"{100 * part.share:.1f} %", interval_of(part), f"{part.n:,}")


def interval_of(part: Level) -> str:
    """`85.0 to 89.1 %`."""
    return f"{100 * part.low:.1f} to {100 * part.high:.1f} %"


def quantile_levels(frame: pl.DataFrame, expected: Floats, rows: Mask) -> list[Level]:
    """For each level of the quantiles, how often the expected value lies at or below."""
    if "quantiles" not in frame.columns:
        return []
    flat = pl.DataFrame({"expected": expected, "quantiles": frame["quantiles"]}).filter(pl.Series(rows))
    flat = flat.filter(pl.col("quantiles").list.len() > 0).explode("quantiles").unnest("quantiles").drop_nulls()
    counted = flat.group_by("quantile").agg(n=pl.len(), below=(pl.col("expected") <= pl.col("value")).sum()).sort("quantile")
    return [_level(level, below, n) for level, n, below in counted.iter_rows()]


def central_intervals(frame: pl.DataFrame, expected: Floats, rows: Mask, levels: list[Level]) -> list[Level]:
    """How often the expected value lies between two quantiles that stand symmetric about the median, by their distance."""
    known = [part.level for part in levels]
    pairs = [(low, high) for low in known for high in known if low < high and abs(low + high - 1) < 1e-9]
    return [_between(frame, expected, rows, low, high) for low, high in pairs]


def _between(frame: pl.DataFrame, expected: Floats, rows: Mask, low: float, high: float) -> Level:
    ends = [_quantile_values(frame, level) for level in (low, high)]
    known = rows & ~np.isnan(ends[0]) & ~np.isnan(ends[1])
    inside = (ends[0] <= expected) & (expected <= ends[1]) & known
    return _level(round(high - low, 9), int(inside.sum()), int(known.sum()))


def _quantile_values(frame: pl.DataFrame, level: float) -> Floats:
    part = pl.element().struct
    found = frame["quantiles"].list.eval(part.field("value").filter((part.field("quantile") - level).abs() < 1e-9)).list.first()
    return found.cast(pl.Float64).fill_null(np.nan).to_numpy()


def coverage(frame: pl.DataFrame, expected: Floats, rows: Mask) -> Level | None:
    """How often the expected value lies in the interval that the service gave, ends included; its level is not known (0)."""
    if "interval" not in frame.columns:
        return None
    ends = [frame["interval"].list.get(place, null_on_oob=True).fill_null(np.nan).to_numpy() for place in (0, 1)]
    known = rows & ~np.isnan(ends[0]) & ~np.isnan(ends[1])
    if not known.any():
        return None
    inside = (ends[0] <= expected) & (expected <= ends[1]) & known
    return _level(0.0, int(inside.sum()), int(known.sum()))


def _level(level: float, count: int, n: int) -> Level:
    low, high = wilson(count, n, CONFIDENCE)
    return Level(level=level, share=count / n, low=low, high=high, n=n)


def _value_scale(values: Floats) -> Scale:
    """A scale for values of either sign; logarithmic for positive ones that spread over more than 20 medians.

    Where few values lie so far out that they would take more than half of it, it ends at 0.25 % on both sides.
    """
    low, high = float(values.min()), float(values.max())
    if low > 0 and high > SPREAD_FOR_LOG * float(np.median(values)):
        return Scale(low=low * 0.9, high=high * 1.1, log=True)
    inner = np.quantile(values, _TAILS).tolist()
    far = inner[1] > inner[0] and high - low > 2 * (inner[1] - inner[0])
    found = around(*inner) if far else around(low, high)
    return replace(found, low=max(0.0, found.low)) if low >= 0 else found


def _beyond(scale: Scale, side: Side) -> str:
    """How many cases are drawn on the edge because they lie beyond it."""
    values = np.stack([side.predicted, side.expected])
    count = int(((values < scale.low) | (values > scale.high)).any(axis=0).sum())
    return f" {figures.plural(count, 'case')} beyond the edge {'is' if count == 1 else 'are'} drawn on it." if count else ""


def _mean_of(residuals: Floats) -> str:
    """The mean; 0 where it is nothing but rounding beside the residuals."""
    average = float(residuals.mean())
    return "0" if abs(average) < _ROUNDING * float(np.abs(residuals).max()) else _signed(average)


def _plain(amount: float) -> str:
    return figures.value("regression.mae", float(amount))


def _signed(amount: float) -> str:
    return figures.difference("regression.mae", float(amount))
