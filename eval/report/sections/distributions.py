"""How each metric spreads over the cases, this image over what is live."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ...errors import GoldgateError
from ...score.registry import measure
from ...verdict.stats import is_binary
from .. import figures
from ..gates import listed
from ..plots.bar import share_bars
from ..plots.figure import Figure, side_by_side
from ..plots.histogram import bars, edges, fraction_edges, histogram_frame, outline, shares
from ..plots.scale import SPREAD_FOR_LOG, amounts
from ..plots.steps import ecdf_frame, steps
from ..sides import Columns, quarters

if TYPE_CHECKING:
    from collections.abc import Iterable

    from markupsafe import Markup

    from ...verdict.stats import Estimate, Sample
    from ..cases import CaseTable
    from ..model import ReportInput
    from ..sides import Floats, Sides

FEWEST_SHOWN = 3
NAMES = ("n", "mean", "95 % interval", "min", "p25", "p50", "p75", "max")


def view(report: ReportInput, table: CaseTable) -> dict[str, Any] | None:
    """Gated and deciding metrics first, the rest behind; None where no metric has a value a case."""
    columns = Columns(table) if len(table) else None
    drawn = {name: columns.sides(name) for name in table.metrics if not _of_all_cases(name)} if columns else {}
    drawn = {name: sides for name, sides in drawn.items() if len(sides.this.values)}
    if not drawn:
        return None
    gated = list(dict.fromkeys(gate.metric for gate in listed(report.evaluation)))
    order = sorted(drawn, key=lambda name: (name not in table.main, gated.index(name) if name in gated else len(gated)))
    first = order[: max(FEWEST_SHOWN, sum(name in table.main for name in order))]
    rest = order[len(first) :]
    return {
        "main": [spread_of(name, drawn[name]) for name in first],
        "rest": [spread_of(name, drawn[name]) for name in rest],
        "live": any(sides.compared for sides in drawn.values()),
        "undrawn": [figures.plain_name(name) for name in table.metrics if _of_all_cases(name)],
    }


def spread_of(name: str, sides: Sides) -> Figure:
    """One metric: a share where every value is 0 or 1, else its distribution; behind it means and quartiles."""
    title = figures.plain_name(name)
    unit = {"ms": "ms", "usd": "USD", "count": "tokens", "number": title, "fraction": title}[figures.unit_of(name)]
    told = {"this": _told(name, sides.this, sides.mean)}
    told |= {"live": _told(name, sides.live, sides.live_mean)} if sides.compared else {}
    words = said(name, sides)
    return Figure(
        title=title,
        plot=_plot(name, unit, sides, " ".join(words)),
        said=words,
        head=("", *told),
        rows=side_by_side(NAMES, told),
    )


def said(name: str, sides: Sides) -> tuple[str, ...]:
    """Mean and n; the difference over the pairs with its interval; how many moved which way."""
    here = sides.mean
    lines = [f"Mean {_with_interval(name, here)}, n {here.n:,}."]
    change = sides.difference
    if change is not None and change.value is not None:
        spread = figures.interval(name, change.low, change.high, signed=True)
        lines.append(
            f"Against live {figures.difference(name, change.value, unit=True)}{f' ({spread})' if spread else ''}: "
            f"{'{:,} up, {:,} down, {:,} the same'.format(*sides.moved)}."
        )
    return tuple(lines)


def _of_all_cases(name: str) -> bool:
    """Whether a metric is a number of all cases together, so that a case has none of its own."""
    try:
        return measure(name).aggregate is not None
    except GoldgateError:
        return False


def _told(name: str, sample: Sample, found: Estimate) -> tuple[str, ...]:
    spread = figures.interval(name, found.low, found.high) or figures.NONE
    places = (figures.value(name, amount) for amount in quarters(sample.values))
    return (f"{found.n:,}", figures.value(name, found.value), spread, *places)


def _with_interval(name: str, found: Estimate) -> str:
    spread = figures.interval(name, found.low, found.high)
    return f"{figures.value(name, found.value)}{f' ({spread})' if spread else ''}"


def _plot(name: str, unit: str, sides: Sides, words: str) -> Markup:
    this, live = sides.this.values, sides.live.values
    both = np.r_[this, live]
    title = f"Distribution of {figures.plain_name(name)}"
    if sides.this.kind == "fraction" and is_binary(both):
        return share_bars(list(_shares(sides)), f"Share of cases with {figures.plain_name(name)}", words)
    if both.min() > 0 and both.max() > SPREAD_FOR_LOG * float(np.median(both)):
        return cumulative(unit, this, live, title, words)
    whole = figures.unit_of(name) == "count"
    bins = fraction_edges() if _is_fraction(sides, both) else edges(both, whole=whole)
    return histogram(bins, unit, this, live, title, words)


def _is_fraction(sides: Sides, values: Floats) -> bool:
    return sides.this.kind == "fraction" and values.min() >= 0 and values.max() <= 1


def histogram(bins: Floats, unit: str, this: Floats, live: Floats, title: str, words: str) -> Markup:
    """Shares in bins, this image filled, live as a dashed outline."""
    here, there = shares(this, bins), shares(live, bins)
    frame = histogram_frame(bins, [here, there], unit)
    marks = [bars(frame, bins, here), *([outline(frame, bins, there)] if len(live) else [])]
    return frame.svg(title, words, marks)


def cumulative(unit: str, this: Floats, live: Floats, title: str, words: str) -> Markup:
    """Cumulative shares, where the values spread over too many orders of size for bins."""
    frame = ecdf_frame(amounts(np.r_[this, live]), unit)
    marks = [*([steps(frame, live, "live")] if len(live) else []), steps(frame, this, "this")]
    return frame.svg(title, words, marks)


def _shares(sides: Sides) -> Iterable[tuple[str, tuple[float, float | None, float | None]]]:
    for name, found in (("live", sides.live_mean), ("this", sides.mean)):
        if found.value is not None:
            yield name, (found.value, found.low, found.high)
