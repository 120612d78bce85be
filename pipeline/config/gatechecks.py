"""Whether the gates of a service can be held at all."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from .metrics import is_fraction, is_metric, nearest_metric
from .tree import at
from .words import dotted, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .configerror import ConfigError
    from .positions import KeyPath, Node

RULES = ("min", "max", "max_drop", "max_rise")


def check_gates(service: Node, path: KeyPath) -> Iterator[tuple[KeyPath, ConfigError]]:
    """Unknown metrics, gates without a rule, rules that no value can keep, and gates that stand there twice."""
    gates = service.get("gates")
    seen: dict[str, int | None] = {}
    for index, gate in gates.below() if gates is not None and isinstance(gates.value, list) else ():
        if not isinstance(gate.value, dict):
            continue
        here = (*path, "gates", index)
        yield from _check_metric(gate, here)
        if not any(rule in gate.value for rule in RULES):
            yield here, at(gate.mark, f"{dotted(here, gate.mark)} has no rule.", f"Give it one of {', '.join(RULES)}.")
        yield from _check_bounds(gate, here)
        yield from _check_twice(gate, here, seen)


def _check_metric(gate: Node, path: KeyPath) -> Iterator[tuple[KeyPath, ConfigError]]:
    node = gate.get("metric")
    if node is None or not isinstance(node.value, str) or not node.value or is_metric(node.value):
        return
    name = nearest_metric(node.value)
    what = f'there is no metric "{shorten(node.value)}"'
    here = (*path, "metric")
    if name:
        yield here, at(node.mark, f'{what}; did you mean "{name}"?')
    else:
        yield here, at(node.mark, f"{what}.", "A metric of your own is called custom.<name>.")


def _check_bounds(gate: Node, path: KeyPath) -> Iterator[tuple[KeyPath, ConfigError]]:
    lowest, highest = _number(gate, "min"), _number(gate, "max")
    if lowest is not None and highest is not None and lowest > highest:
        what = f"no value keeps this gate: min {lowest:g} is above max {highest:g}."
        yield (*path, "min"), at(gate.value["min"].mark, what)
        return
    metric = gate.get("metric")
    if metric is None or not isinstance(metric.value, str) or not is_fraction(metric.value):
        return
    for rule in RULES:
        value = _number(gate, rule)
        if value is not None and not 0 <= value <= 1:
            what = f"{metric.value} is a fraction between 0 and 1, and {rule} is {value:g}."
            advice = f"{value:g} % are {value / 100:g}." if 1 < value <= 100 else None
            yield (*path, rule), at(gate.value[rule].mark, what, advice)


def _number(gate: Node, key: str) -> float | None:
    """The finite number under the key; None for anything else, which the models report."""
    node = gate.get(key)
    value: Any = node.value if node is not None else None
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    return float(value) if is_number else None


def _check_twice(gate: Node, path: KeyPath, seen: dict[str, int | None]) -> Iterator[tuple[KeyPath, ConfigError]]:
    """Two gates on one metric and one slice, which belong in one line."""
    metric, part = gate.get("metric"), gate.get("slice")
    if metric is None or not isinstance(metric.value, str):
        return
    tags = part.plain() if part is not None else {}
    key = f"{metric.value} {sorted(tags.items(), key=str) if isinstance(tags, dict) else tags}"
    if key in seen:
        what = f"{metric.value} has a gate on the same cases in line {seen[key]}."
        yield path, at(gate.mark, what, "Put the rules of both into one.")
    seen.setdefault(key, gate.mark.line)
