"""Gated metrics over the evaluations of a service: what one evaluation gives to the history, and series through all of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import figures
from .gates import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from .model import HistoryPoint


@dataclass(frozen=True, kw_only=True)
class Spot:
    """One value of a series: of the evaluation at `place`, with its interval where it is known.

    `bound` is the limit that held, or what was live then less (for a rise: plus) the margin; `verdict` is that of the metric's
    own gates.
    """

    place: int
    value: float
    low: float | None
    high: float | None
    bound: float | None
    verdict: str


@dataclass(frozen=True, kw_only=True)
class Series:
    """One gated metric on one slice over all evaluations that measured it, oldest first."""

    metric: str
    slice: Any
    spots: tuple[Spot, ...]


def gated(evaluation: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The gates of an evaluation.json as its history keeps them: `{metric, slice, rule, limit, value, low, high, baseline,
    verdict}`, the interval that of the value."""
    found = []
    for gate in listed(dict(evaluation)):
        low, high = (gate.low, gate.high) if not gate.relative else _spread(evaluation, gate.metric, gate.slice)
        found.append(
            {
                "metric": gate.metric,
                "slice": dict(figures.slice_pairs(gate.slice)) or None,
                "rule": gate.rule,
                "limit": gate.bound,
                "value": gate.value,
                "low": low,
                "high": high,
                "baseline": gate.baseline,
                "verdict": "unchecked" if gate.unchecked else gate.verdict,
            }
        )
    return found


def series(points: Sequence[HistoryPoint]) -> list[Series]:
    """A series for each metric and slice that a gate of the last point holds, in the order of its gates, with two values at
    least."""
    last = points[-1].gates if points else ()
    wanted = list(dict.fromkeys(_key(gate) for gate in last))
    every = [Series(metric=key[0], slice=_slice_of(last, key), spots=tuple(_spots(points, key))) for key in wanted]
    return [one for one in every if len(one.spots) > 1]


def _spots(points: Sequence[HistoryPoint], key: tuple[str, str]) -> Iterable[Spot]:
    for place, point in enumerate(points):
        gates = [gate for gate in point.gates if _key(gate) == key]
        first = next((gate for gate in gates if figures.number(gate.get("value")) is not None), None)
        if first is None:
            continue
        spread = next((gate for gate in gates if figures.number(gate.get("low")) is not None), first)
        yield Spot(
            place=place,
            value=float(first["value"]),
            low=figures.number(spread.get("low")),
            high=figures.number(spread.get("high")),
            bound=_bound(gates),
            verdict=_worst(gates),
        )


def _bound(gates: Sequence[Mapping[str, Any]]) -> float | None:
    """What the value must not pass: of a limit and a margin together the one that binds."""
    found = [(gate["rule"] in ("max_drop", "min"), bound) for gate in gates if (bound := _one_bound(gate)) is not None]
    floors, ceilings = [bound for floor, bound in found if floor], [bound for floor, bound in found if not floor]
    return max(floors) if floors else min(ceilings, default=None)


def _one_bound(gate: Mapping[str, Any]) -> float | None:
    limit, live = figures.number(gate.get("limit")), figures.number(gate.get("baseline"))
    if limit is None or gate.get("rule") in ("min", "max"):
        return limit
    if live is None:
        return None
    return live + limit if gate.get("rule") == "max_rise" else live - limit


def _worst(gates: Sequence[Mapping[str, Any]]) -> str:
    verdicts = [str(gate.get("verdict")) for gate in gates]
    return next((verdict for verdict in ("fail", "inconclusive", "pass") if verdict in verdicts), "unchecked")


def _key(gate: Mapping[str, Any]) -> tuple[str, str]:
    return str(gate.get("metric", "")), figures.slice_label(gate.get("slice"))


def _slice_of(gates: Sequence[Mapping[str, Any]], key: tuple[str, str]) -> Any:
    return next(gate.get("slice") for gate in gates if _key(gate) == key)


def _spread(evaluation: Mapping[str, Any], metric: str, slice_: Any) -> tuple[float | None, float | None]:
    """The interval of a metric's value on all cases or on a slice, as the evaluation holds it."""
    pairs = figures.slice_pairs(slice_)
    if not pairs:
        found = (evaluation.get("metrics") or {}).get(metric) or {}
    else:
        tag, value = (",".join(side) for side in zip(*sorted(pairs), strict=True))
        parts = [*(evaluation.get("slices") or []), *(evaluation.get("pairs") or [])]
        same = (part for part in parts if (part["metric"], part["tag"], part["value"]) == (metric, tag, value))
        found = next(same, {})
    return figures.number(found.get("ci_low")), figures.number(found.get("ci_high"))
