"""The verdict as lines of a terminal: the gates that did not pass first, then the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from goldgate.eval.report.figures import unit_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .records import EvaluationRecord

SIGNS = {"pass": "✓", "fail": "✕", "inconclusive": "?"}
ORDER = {"fail": 0, "inconclusive": 1, "pass": 2}
WORDS = {"pass": "PASSED", "fail": "BLOCKED", "inconclusive": "NOT SURE"}
INDENT = " " * 12
LEVEL = 0.95


def gate_table(gates: Sequence[Mapping[str, Any]]) -> list[str]:
    """A header and one line a gate, aligned; worst first. Differences are in the metric's own unit, fractions in points."""
    rows = [_row(gate) for gate in sorted(gates, key=lambda gate: ORDER.get(str(gate["verdict"]), 1))]
    levels = _other_levels(gates)
    head = ("", "metric", "slice", "live", "this", "diff", "interval" if levels else "95 % interval", "rule")
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
    lines = [INDENT + _aligned(row, widths) for row in [head, *rows]]
    if levels:
        lines.append(f"{INDENT}   intervals of differences at {', '.join(levels)} (Holm), the others at 95 %")
    return lines


def _other_levels(gates: Sequence[Mapping[str, Any]]) -> list[str]:
    """The levels other than 95 % that Holm's correction left to the intervals of differences."""
    shown = [gate for gate in gates if "max_" in str(gate["rule"]) and gate.get("ci_low") is not None]
    levels = {round(gate.get("confidence") or LEVEL, 6) for gate in shown} - {LEVEL}
    return [f"{100 * level:.1f} %" for level in sorted(levels)]


def verdict_lines(record: EvaluationRecord) -> list[str]:
    """The verdict in plain words and, where cases moved, how many and which first."""
    lines = [f"  {WORDS[record.verdict]:<11} {record.headline}"]
    if record.verdict == "inconclusive" and (advice := settling(record)):
        lines.append(f"{INDENT}  {advice}")
    if record.worse:
        more = f", first: {', '.join(record.worse[:3])}" if len(record.worse) > 3 else f": {', '.join(record.worse)}"
        lines.append(f"{INDENT}  {len(record.worse)} case{'s' if len(record.worse) > 1 else ''} got worse{more}")
    if record.better:
        lines.append(f"{INDENT}  {len(record.better)} got better")
    return lines


def settling(record: EvaluationRecord) -> str:
    """What would settle the first gate that could not tell."""
    from goldgate.eval.report.gates import read
    from goldgate.eval.report.sentence import to_settle

    cases = record.gold_set.get("cases")
    return next((said for gate in read(record.to_json()) if (said := to_settle(gate, cases))), "")


def _row(gate: Mapping[str, Any]) -> tuple[str, ...]:
    metric, relative = str(gate["metric"]), "max_" in str(gate["rule"])
    part = ", ".join(f"{tag}={value}" for tag, value in (gate.get("slice") or {}).items())
    show = _difference if relative else _value
    low, high = gate.get("ci_low"), gate.get("ci_high")
    interval = f"{show(metric, low)} .. {show(metric, high)}" if low is not None and high is not None else ""
    return (
        SIGNS.get(str(gate["verdict"]), "?"),
        metric,
        part,
        _value(metric, gate.get("baseline")),
        _value(metric, gate.get("value")),
        _difference(metric, gate.get("diff")),
        interval,
        str(gate["rule"]),
    )


def is_fraction(metric: str) -> bool:
    """Tell whether a metric is a fraction, shown in points: all but times, tokens, money and errors in a unit of their own."""
    return unit_of(metric) == "fraction" and not metric.startswith(("cost.", "latency."))


def _value(metric: str, value: float | None) -> str:
    if value is None:
        return ""
    if unit_of(metric) == "number":
        return f"{value:,.4g}"
    if is_fraction(metric):
        return f"{value:.3f}"
    return f"{value:.4f}" if metric.startswith("cost.") else f"{value:,.0f}"


def _difference(metric: str, value: float | None) -> str:
    if value is None:
        return ""
    if unit_of(metric) == "number":
        return f"{value:+,.4g}"
    if is_fraction(metric):
        return f"{100 * value:+.1f}"
    return f"{value:+.4f}" if metric.startswith("cost.") else f"{value:+,.0f}"


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    left = {0, 1, 2, 7}
    return "  ".join(
        f"{cell:<{w}}" if i in left else f"{cell:>{w}}" for i, (cell, w) in enumerate(zip(row, widths, strict=True))
    )
