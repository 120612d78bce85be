"""How the cases were asked: pace, concurrency, retries, cache, and what ended it early."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .. import figures
from ..asked import asked, in_time
from ..plots.figure import Figure
from ..plots.frame import Axis, Frame
from ..plots.lines import held
from ..plots.scale import Scale

if TYPE_CHECKING:
    from ..asked import Asked
    from ..cases import CaseTable
    from ..model import ReportInput
    from ..sides import Floats

SLICES_OF_TIME = 40
FEWEST_A_SLICE = 5
BUSY = 0.8


def view(report: ReportInput, table: CaseTable) -> dict[str, Any] | None:
    """Facts, pace and concurrency; None where nothing tells of an asking."""
    evaluation = report.evaluation or {}
    asking = evaluation.get("asking") if isinstance(evaluation.get("asking"), dict) else {}
    parts = _parts(evaluation)
    if not asking and not parts and not evaluation.get("stopped"):
        return None
    beside = bool((evaluation.get("baseline") or {}).get("beside"))
    drawn = [figure for figure in (_pace(table, beside=beside), _concurrency(asking or {})) if figure is not None]
    return {
        "facts": [*_facts(asking or {}, evaluation), *parts],
        "figures": drawn,
        "ended": _ended(evaluation),
        "notes": _notes(asking or {}),
    }


def _facts(asking: dict[str, Any], evaluation: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Label, figure and what stands under it, as far as the record has them."""
    facts = []
    timing = evaluation.get("timing") or {}
    if (questions := figures.number(asking.get("questions"))) is not None:
        answered = figures.number(asking.get("answered")) or 0
        facts.append(("Questions", f"{questions:,.0f}", f"{answered:,.0f} answered"))
    seconds = figures.number(timing.get("seconds"))
    if seconds is not None:
        rate = figures.number(timing.get("requests_per_second"))
        facts.append(("Time", figures.seconds(seconds), f"{rate:,.4g} a second" if rate else ""))
    for name, label, more in (
        ("errors", "Errors", "no answer in the end"),
        ("retries", "Second tries", "of any question"),
        ("reused", "Taken over", "from the journal or the cache"),
        ("backoffs", "Slowed down", "times, because the service was in trouble"),
    ):
        count = figures.number(asking.get(name))
        if count or (count is not None and name == "errors"):
            facts.append((label, f"{count:,.0f}", more))
    if cost := figures.number(asking.get("cost_usd")):
        budget = figures.number((evaluation.get("cost") or {}).get("budget_usd"))
        facts.append(("Spent on answers", figures.usd(cost), f"budget {figures.usd(budget)}" if budget else ""))
    return facts


def _parts(evaluation: dict[str, Any]) -> list[tuple[str, str, str]]:
    """What part of the whole this is, or of how many parts it was put together."""
    shard, merged = evaluation.get("shard"), figures.number(evaluation.get("merged"))
    facts = []
    if isinstance(shard, dict):
        facts.append(("Shard", f"{shard.get('index')} of {shard.get('count')}", "the others were asked apart"))
    if merged:
        facts.append(("Put together", figures.plural(int(merged), "shard"), "asked apart, judged as one"))
    return facts


def _ended(evaluation: dict[str, Any]) -> str:
    """Why not all cases were asked, or after how many the verdict was certain."""
    decided = evaluation.get("sequential")
    if isinstance(decided, dict):
        after, asked, cases = (int(figures.number(decided.get(key)) or 0) for key in ("decided_after", "asked", "cases"))
        return (
            f"The verdict was certain after {after:,} of {cases:,} cases; {asked:,} had been asked when it ended. "
            "Asked in random order, with limits that hold however often one looks."
        )
    stopped = str(evaluation.get("stopped") or "")
    return f"Not all cases were asked: {stopped.rstrip('.')}. Without them the verdict is not sure at best." if stopped else ""


def _notes(asking: dict[str, Any]) -> list[str]:
    notes = [str(note) for note in asking.get("notes") or []]
    share, lag = (figures.number(asking.get(key)) for key in ("loop_share", "loop_lag_ms"))
    if share is not None and share > BUSY:
        notes.append(
            f"The asking itself was at work {100 * share:.0f} % of the time and came {figures.milliseconds(lag or 0)} late "
            "(95th percentile): it, and not the service, may decide the latencies."
        )
    return notes


def _pace(table: CaseTable, *, beside: bool) -> Figure | None:
    """How many answers of this image came a second, over the time since the first question."""
    found = asked(table) if len(table) else None
    came = finished(found) if found is not None else np.empty(0)
    if len(came) < 2 * FEWEST_A_SLICE or came[-1] <= 0:
        return None
    count = max(2, min(SLICES_OF_TIME, len(came) // FEWEST_A_SLICE))
    edges = np.linspace(0.0, float(came[-1]), count + 1)
    rate = np.histogram(came, edges)[0] / (edges[1] - edges[0])
    unit, name = in_time(float(came[-1]))
    frame = Frame(
        x=Axis(scale=Scale(low=0.0, high=float(came[-1]) / unit), label=f"{name} since the first question"),
        y=Axis(scale=Scale(low=0.0, high=1.1 * float(rate.max()) or 1.0), label="answers a second"),
    )
    alone = ", live's not counted" if beside else ""
    words = f"{_rate(len(came) / came[-1])} answers a second on the mean, {_rate(float(rate.max()))} at most{alone}."
    return Figure(
        title="Pace",
        plot=frame.svg("Answers a second over the run", words, [held(frame, edges[:-1] / unit, rate, "this")]),
        said=(words,),
        head=("from", "to", "answers a second"),
        rows=tuple(
            (figures.seconds(a), figures.seconds(b), _rate(amount))
            for a, b, amount in zip(edges[:-1].tolist(), edges[1:].tolist(), rate.tolist(), strict=True)
        ),
    )


def _rate(amount: float) -> str:
    return f"{amount:,.0f}" if amount >= 100 else f"{amount:.3g}"


def finished(found: Asked) -> Floats:
    """When each answer was there, in seconds since the first question, in order."""
    return np.sort(found.seconds + np.nan_to_num(found.latency) / 1e3)


def _concurrency(asking: dict[str, Any]) -> Figure | None:
    """How many questions might be on their way at once."""
    told = asking.get("concurrency")
    pairs = [part for part in told or [] if isinstance(part, list | tuple) and len(part) == 2]
    steps = [(figures.number(at), figures.number(limit)) for at, limit in pairs]
    known = [(at, limit) for at, limit in steps if at is not None and limit is not None]
    end = figures.number(asking.get("seconds"))
    if len(known) < 2 or not end:
        return None
    xs, ys = np.array([at for at, _ in known]), np.array([limit for _, limit in known])
    frame = Frame(
        x=Axis(scale=Scale(low=0.0, high=max(end, float(xs[-1]))), label="seconds since the start"),
        y=Axis(scale=Scale(low=0.0, high=1.1 * float(ys.max())), label="questions at once"),
    )
    words = f"From {ys[0]:,.0f} to {ys[-1]:,.0f} at once, {ys.max():,.0f} at most."
    return Figure(
        title="Questions at once",
        plot=frame.svg("Limit of questions at once over the run", words, [held(frame, xs, ys, "this")]),
        said=(words,),
        head=("from", "at once"),
        rows=tuple((figures.seconds(at), f"{limit:,.0f}") for at, limit in known),
    )
