"""What a classifier's labels and probabilities are worth: reliability by confidence, and which labels are taken for which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..score.labelled import NONE, Labelled
from ..verdict.stats import wilson
from . import figures
from .plots.dots import points, whiskers
from .plots.figure import Figure, side_by_side
from .plots.frame import Axis, Frame
from .plots.histogram import bars, fraction_edges, histogram_frame, outline, shares
from .plots.lines import line
from .plots.scale import Scale, percent
from .sides import CONFIDENCE, QUARTERS, quarters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup
    from numpy.typing import NDArray

    from .sides import Floats, Mask

MOST_BINS = 10
FEWEST_A_BIN = 15
MOST_LABELS = 8
OTHER, NO_LABEL = "other labels", "no label"
_SHADES = 5
_NAMES = ("n", "mean", "min", "p25", "p50", "p75", "max")


@dataclass(frozen=True, kw_only=True)
class Bin:
    """Cases of like confidence: how sure the service was on the mean, how often it was right with its interval, how many."""

    confidence: float
    right: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, kw_only=True)
class Cell:
    """Cases of one expected and one predicted label, their share of the expected one, and how many more than with live."""

    count: int
    share: str
    change: str
    shade: str
    hit: bool


def reliability(confidence: Floats, came: Floats, most: int = MOST_BINS) -> list[Bin]:
    """Bins of equally many cases by confidence, at least 15 in each; edges are quantiles as in scikit-learn."""
    count = max(1, min(most, len(confidence) // FEWEST_A_BIN))
    edges = np.quantile(confidence, np.linspace(0, 1, count + 1))
    place = np.searchsorted(edges[1:-1], confidence)
    n = np.bincount(place, minlength=count)
    sure, right = (np.bincount(place, weights=values, minlength=count) for values in (confidence, came))
    return [
        Bin(confidence=a / size, right=b / size, low=low, high=high, n=size)
        for a, b, size in zip(sure.tolist(), right.tolist(), n.tolist(), strict=True)
        if size
        for low, high in [wilson(b, size, CONFIDENCE)]
    ]


def reliability_figure(here: Labelled, there: Labelled | None, usable: Mask, common: Mask) -> Figure | None:
    """How often the likeliest outcome came, by its probability; None where scores are no probabilities."""
    mine = _bins(here, usable)
    if not mine:
        return None
    theirs = _bins(there, common) if there is not None else []
    left = 0.0 if min(part.confidence for part in (*mine, *theirs)) < 0.4 else 0.4
    frame = Frame(
        x=Axis(scale=Scale(low=left, high=1.0), label="probability of the likeliest outcome", text=percent),
        y=Axis(scale=Scale(low=0.0, high=1.0), label="it came true", text=percent, ticks=QUARTERS),
    )
    marks = [frame.diagonal(), *(_series(frame, theirs, "live") if theirs else []), *_series(frame, mine, "this")]
    words = _words(mine)
    return Figure(
        title="Reliability",
        plot=frame.svg("Reliability of probabilities", words, marks),
        said=(words, "Each point holds equally many cases; on the dotted line probabilities are right."),
        head=("", "probability", "came true", "95 % interval", "n"),
        rows=tuple(_row(name, part) for name, side in (("this", mine), ("live", theirs)) for part in side),
    )


def confidence_figure(here: Labelled, there: Labelled | None, usable: Mask, common: Mask) -> Figure:
    """How sure the service is, over the cases of both sides."""
    sides = {"this": _confidences(here, usable)} | ({} if there is None else {"live": _confidences(there, common)})
    sides = {name: values for name, values in sides.items() if len(values)}
    bins = fraction_edges()
    heights = {name: shares(values, bins) for name, values in sides.items()}
    frame = histogram_frame(bins, list(heights.values()), "probability of the likeliest outcome", percent)
    marks = [bars(frame, bins, heights["this"]), *([outline(frame, bins, heights["live"])] if "live" in heights else [])]
    words = f"Half of the cases have {100 * float(np.median(sides['this'])):.1f} % or more."
    return Figure(
        title="How sure it is",
        plot=frame.svg("Distribution of the probability of the likeliest outcome", words, marks),
        said=(words,),
        head=("", *sides),
        rows=side_by_side(_NAMES, {name: _spread_cells(values) for name, values in sides.items()}),
    )


def _spread_cells(values: Floats) -> tuple[str, ...]:
    return (f"{len(values):,}", f"{values.mean():.3f}", *(f"{part:.3f}" for part in quarters(values)))


def _confidences(labelled: Labelled, rows: Mask) -> Floats:
    confidence, _ = labelled.confidence
    return confidence[rows & ~np.isnan(confidence)]


def _bins(labelled: Labelled, rows: Mask) -> list[Bin]:
    confidence, came = labelled.confidence
    known = rows & ~np.isnan(confidence)
    return reliability(confidence[known], came[known]) if known.any() else []


def _series(frame: Frame, bins: Sequence[Bin], name: str) -> list[Markup]:
    xs, ys = np.array([part.confidence for part in bins]), np.array([part.right for part in bins])
    lows, highs = np.array([part.low for part in bins]), np.array([part.high for part in bins])
    return [line(frame, xs, ys, name), whiskers(frame, xs, lows, highs, name), points(frame, xs, ys, name)]


def _words(bins: Sequence[Bin]) -> str:
    """Over- or underconfident, by the gap over all cases."""
    total = sum(part.n for part in bins)
    sure = sum(part.confidence * part.n for part in bins) / total
    right = sum(part.right * part.n for part in bins) / total
    gap = 100 * (sure - right)
    said = "too sure" if gap > 0 else "too unsure"
    how = f"{abs(gap):.1f} points {said} on the mean" if abs(gap) >= 0.05 else "as sure as it may be on the mean"
    return f"Sure to {100 * sure:.1f} %, right in {100 * right:.1f} %: {how}."


def _row(name: str, part: Bin) -> tuple[str, ...]:
    spread = figures.interval("", part.low, part.high)
    return (name, f"{part.confidence:.3f}", f"{part.right:.3f}", spread, f"{part.n:,}")


def confusion(here: Labelled, there: Labelled | None, usable: Mask, common: Mask) -> dict[str, Any] | None:
    """Expected labels down, predicted ones across, the most frequent 8 by name; None where nothing is expected."""
    counted = usable & (here.expected != NONE)
    if not counted.any():
        return None
    names = top_labels(here, counted)
    counts = _counts(here, names, counted)
    change = None
    if there is not None and (both := counted & common).any():
        change = _counts(here, names, both) - _counts(there, names, both)
    columns = [*names, OTHER, NO_LABEL]
    shown = [place for place in range(len(columns)) if place < len(names) or counts[:, place].any()]
    rows = [
        {"label": columns[place], "n": f"{int(counts[place].sum()):,}", "cells": _cells(counts, change, place, shown)}
        for place in range(len(names) + 1)
        if counts[place].any()
    ]
    return {
        "columns": [columns[place] for place in shown],
        "rows": rows,
        "compared": change is not None,
        "n": int(counted.sum()),
        "left_out": len(np.unique(here.expected[counted])) - len(names),
    }


def top_labels(labelled: Labelled, rows: Mask) -> list[str]:
    """Up to 8 labels, those that are expected or predicted most often, in alphabetical order."""
    size = len(labelled.names) + 1
    often = np.bincount(labelled.expected[rows] + 1, minlength=size) + np.bincount(labelled.predicted[rows] + 1, minlength=size)
    order = np.argsort(-often[1:], kind="stable")[:MOST_LABELS]
    return [labelled.names[place] for place in sorted(order.tolist()) if often[place + 1]]


def _counts(labelled: Labelled, names: Sequence[str], rows: Mask) -> NDArray[np.int64]:
    """Rows by expected and predicted label: the named ones, then all others, then none."""
    known = {name: place for place, name in enumerate(names)}
    other, nothing = len(names), len(names) + 1
    places = np.array([known.get(name, other) for name in labelled.names] + [nothing])
    size = len(names) + 2
    codes = places[labelled.expected[rows]] * size + places[labelled.predicted[rows]]
    return np.bincount(codes, minlength=size * size).reshape(size, size)


def _cells(counts: NDArray[np.int64], change: NDArray[np.int64] | None, row: int, shown: Sequence[int]) -> list[Cell]:
    total = int(counts[row].sum())
    return [
        Cell(
            count=int(counts[row, place]),
            share=f"{100 * counts[row, place] / total:.0f} %",
            change="" if change is None or not change[row, place] else f"{change[row, place]:+,}",
            shade=_shade(counts[row, place] / total),
            hit=place == row,
        )
        for place in shown
    ]


def _shade(share: float) -> str:
    step = round(share * _SHADES)
    return f"share-{step}" if step else ""
