"""Latency: how many cases were answered within which time, and how that went on during the run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .. import figures
from ..asked import asked, in_time
from ..gates import read
from ..plots.dots import dots, strip, thinned
from ..plots.figure import Figure
from ..plots.frame import Axis, Frame
from ..plots.lines import band, line
from ..plots.scale import Scale, amounts
from ..plots.steps import ecdf_frame, percentiles, steps
from ..sides import Columns

if TYPE_CHECKING:
    from ..asked import Asked
    from ..cases import CaseTable
    from ..model import ReportInput
    from ..sides import Floats

NAMES = ("p50", "p90", "p95", "p99", "max")
SPANS = 30
FEWEST_A_SPAN = 10
FIRST = 10
SLOW_START = 1.5
_TAIL = 0.995
_MANY = 400


def view(report: ReportInput, table: CaseTable) -> dict[str, Any] | None:
    """Curve, percentiles and course; None where no latency is known."""
    if not len(table):
        return None
    sides = Columns(table).sides("latency_ms")
    this, live = sides.this.values, sides.live.values
    if not len(this):
        return None
    course = _course(table)
    return {
        "figures": [_within(this, live, _limit(report)), *([course] if course else [])],
        "table": _table(this, live, report.evaluation),
        "live": len(live) > 0,
        "beside": _beside(report.evaluation) if len(live) else "",
    }


def _limit(report: ReportInput) -> float | None:
    gates = read(report.evaluation)
    return next(
        (gate.bound for gate in gates if (gate.metric, gate.rule) == ("latency.p95_ms", "max") and not gate.slice), None
    )


def _within(this: Floats, live: Floats, limit: float | None) -> Figure:
    """The cumulative shares of both sides, up to their 99.5th percentile."""
    both = np.r_[this, live]
    top = max(limit or 0.0, *(_reach(side) for side in (this, live) if len(side)))
    frame = ecdf_frame(amounts(both, top), "ms")
    marks = [frame.upright(limit, f"p95 limit {figures.milliseconds(limit)}")] if limit is not None else []
    marks += [steps(frame, live, "live")] if len(live) else []
    marks.append(steps(frame, this, "this"))
    half, most = (figures.milliseconds(float(np.quantile(this, share))) for share in (0.5, 0.95))
    said = f"Half of the cases were answered within {half}, 95 % within {most}."
    return Figure(
        title="Answered within",
        plot=frame.svg("Latency: cumulative share of cases", said, marks),
        said=(said,),
    )


def _reach(values: Floats) -> float:
    """How far an axis reaches: to the largest value, of many to all but the outermost 0.5 %."""
    return float(np.quantile(values, _TAIL)) if len(values) >= _MANY else float(values.max())


def _table(this: Floats, live: Floats, evaluation: dict[str, Any] | None) -> dict[str, Any]:
    """Percentiles down, both sides across, with the intervals of this image's that the evaluation has."""
    metrics = (evaluation or {}).get("metrics") or {}
    mine, theirs = percentiles(this), percentiles(live)
    rows = []
    for place, name in enumerate(NAMES):
        raw = metrics.get(f"latency.{name}_ms") or {}
        spread = figures.interval("_ms", raw.get("ci_low"), raw.get("ci_high")) or figures.NONE
        rows.append((name, _ms(mine[place]), spread, *([_ms(theirs[place])] if len(live) else [])))
    counts = ("n", f"{len(this):,}", "", *([f"{len(live):,}"] if len(live) else []))
    return {"head": ("", "this", "95 % interval", *(["live"] if len(live) else [])), "rows": (*rows, counts)}


def _ms(amount: float | None) -> str:
    return figures.NONE if amount is None else figures.milliseconds(amount)


def _beside(evaluation: dict[str, Any] | None) -> str:
    """Whether the times of both can be compared."""
    baseline = (evaluation or {}).get("baseline") or {}
    if baseline.get("beside"):
        return "Live was asked beside this image, case by case in random order: both met the same moment and machine."
    when = str(baseline.get("released_at") or "")
    released = f" It was released {figures.moment(when)}." if when else ""
    return f"Live's times were measured when it was evaluated itself, perhaps on another machine.{released}"


def _course(table: CaseTable) -> Figure | None:
    """Latency over the time within the run; None where nobody knows when the cases were found."""
    found = asked(table)
    if found is None:
        return None
    answered = ~np.isnan(found.latency)
    xs, ys = found.seconds[answered], found.latency[answered]
    if len(xs) < 2 or xs[-1] <= 0:
        return None
    unit, name = in_time(float(found.seconds[-1]))
    top = float(ys.max()) * (1.25 if found.failed.any() or found.again.any() else 1.0)
    frame = Frame(
        x=Axis(scale=Scale(low=0.0, high=float(found.seconds[-1]) / unit), label=f"{name} since the first question"),
        y=Axis(scale=amounts(ys, top), label="ms"),
    )
    spans = _spans(xs, ys)
    said, title = _course_words(found, ys), "Latency within the run"
    return Figure(
        title="Over the run",
        plot=frame.svg(title, " ".join(said), _course_marks(frame, found, spans, unit)),
        said=said,
        head=("from", "answers", "p50", "p95"),
        rows=tuple(
            (figures.seconds(start), f"{count:,}", figures.milliseconds(middle), figures.milliseconds(high))
            for start, _, count, middle, high in spans
        ),
    )


def _course_marks(frame: Frame, found: Asked, spans: list[tuple[float, float, int, float, float]], unit: float) -> list[Any]:
    answered = np.flatnonzero(~np.isnan(found.latency))
    shown = answered[thinned(len(answered), first=FIRST)]
    middles = np.array([span[1] for span in spans]) / unit
    halves, highs = (np.array([span[place] for span in spans]) for place in (3, 4))
    marks = [dots(frame, found.seconds[shown] / unit, found.latency[shown], "this")]
    if len(spans) > 1:
        marks += [band(frame, middles, halves, highs, "this"), line(frame, middles, halves, "this")]
    marks += [strip(frame, found.seconds[found.failed] / unit, "cross", 0)] if found.failed.any() else []
    marks += [strip(frame, found.seconds[found.again] / unit, "ring", 1)] if found.again.any() else []
    return marks


def _spans(seconds: Floats, latency: Floats) -> list[tuple[float, float, int, float, float]]:
    """Start, middle, answers, median and 95th percentile of up to 30 spans with equally many answers."""
    count = max(1, min(SPANS, len(seconds) // FEWEST_A_SPAN))
    parts = zip(np.array_split(seconds, count), np.array_split(latency, count), strict=True)
    return [(float(xs[0]), float(np.median(xs)), len(xs), *np.quantile(ys, (0.5, 0.95)).tolist()) for xs, ys in parts]


def _course_words(found: Asked, latency: Floats) -> tuple[str, ...]:
    said = []
    if len(latency) >= 3 * FIRST:
        first, rest = float(np.median(latency[:FIRST])), float(np.median(latency[FIRST:]))
        if first > SLOW_START * rest:
            times = f"{figures.milliseconds(first)}, the rest {figures.milliseconds(rest)}"
            said.append(f"A slow start: the first {FIRST} answers took {times} (medians).")
    shown = len(thinned(len(latency), first=FIRST))
    dotted = f"{shown:,} of {len(latency):,} answers" if shown < len(latency) else "each answer"
    said.append(f"Dots are {dotted}, the line is the running median, the band reaches up to the running p95.")
    failed, again = int(found.failed.sum()), int(found.again.sum())
    if failed:
        said.append(f"✕ {figures.plural(failed, 'error')}.")
    if again:
        said.append(f"○ {figures.plural(again, 'answer')} at a second try or later.")
    if found.untimed:
        said.append(
            f"{figures.plural(found.untimed, 'error')} without a time {'is' if found.untimed == 1 else 'are'} not drawn."
        )
    return tuple(said)
