"""Tokens and money: how much a case takes, what all of them took, and where it went."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import figures
from ..sides import Columns
from .distributions import spread_of

if TYPE_CHECKING:
    from ..cases import CaseTable
    from ..model import ReportInput
    from ..plots.figure import Figure
    from ..sides import Floats, Sides

COLUMNS = {"cost.usd_per_case": "cost_usd", "tokens.input": "input_tokens", "tokens.output": "output_tokens"}
MOST_VALUES = 12
_COSTLIEST = 0.1


def view(report: ReportInput, table: CaseTable) -> dict[str, Any] | None:
    """Distributions, totals and slices; None where nothing has a price or a token."""
    if not len(table):
        return None
    columns = Columns(table)
    found = {name: columns.sides(column, "amount") for name, column in COLUMNS.items()}
    found = {name: sides for name, sides in found.items() if (sides.this.values > 0).any()}
    if not found:
        return None
    return {
        "figures": [_figure(name, sides) for name, sides in found.items()],
        "live": any(sides.compared for sides in found.values()),
        "facts": _facts(report.evaluation or {}, found),
        "slices": _slices(report.evaluation or {}) if "cost.usd_per_case" in found else [],
    }


def _figure(name: str, sides: Sides) -> Figure:
    figure = spread_of(name, sides)
    total = figures.value(name, math.fsum(sides.this.values))
    return replace(figure, title=figure.title.capitalize(), said=(*figure.said, f"All cases together {total}."))


def _facts(evaluation: dict[str, Any], found: dict[str, Sides]) -> list[tuple[str, str, str]]:
    """Label, figure and what stands under it."""
    facts = []
    if (cost := found.get("cost.usd_per_case")) is not None:
        spent, budget = math.fsum(cost.this.values), figures.number((evaluation.get("cost") or {}).get("budget_usd"))
        facts.append(("Total", figures.usd(spent), f"of a budget of {figures.usd(budget)}" if budget else _asked_of(cost)))
        facts.append(("Costliest tenth of the cases", f"{100 * costliest_share(cost.this.values):.0f} %", "of the total"))
        facts += _against(cost)
    for name in ("tokens.input", "tokens.output"):
        if name in found:
            total, average = int(found[name].this.values.sum()), found[name].mean.value or 0.0
            facts.append((f"{name.partition('.')[2].capitalize()} tokens", f"{total:,}", f"{average:,.0f} per case"))
    judged = [amount for record in _records(evaluation) if (amount := figures.number(record.get("cost_usd")))]
    if judged:
        facts.append(("Judging by a model", figures.usd(math.fsum(judged)), "on top of the answers"))
    return facts


def _asked_of(cost: Sides) -> str:
    return figures.plural(len(cost.this.values), "case") + " with a price"


def _against(cost: Sides) -> list[tuple[str, str, str]]:
    """What a case costs more or less than with live, and the same in percent."""
    change = cost.difference
    if change is None or change.value is None:
        return []
    name, before = "cost.usd_per_case", float(np.mean(cost.there))
    spread = figures.interval(name, change.low, change.high, signed=True)
    share = round(100 * change.value / before, 1) if before else 0.0
    relative = f", {share:+.1f} %" if share else ""
    return [("Per case against live", f"{figures.difference(name, change.value)}{relative}", spread)]


def costliest_share(costs: Floats) -> float:
    """The share of the total that the costliest tenth of the cases (at least one) takes."""
    count = max(1, math.ceil(_COSTLIEST * len(costs)))
    return float(np.sort(costs)[-count:].sum() / costs.sum())


def _records(evaluation: dict[str, Any]) -> list[dict[str, Any]]:
    return [record for record in (evaluation.get("judges") or {}).values() if isinstance(record, dict)]


def _slices(evaluation: dict[str, Any]) -> list[dict[str, Any]]:
    """What a case costs by the values of each tag, tags with few values first."""
    tags: dict[str, list[dict[str, Any]]] = {}
    for entry in evaluation.get("slices") or []:
        if isinstance(entry, dict) and entry.get("metric") == "cost.usd_per_case" and figures.number(entry.get("value_")):
            tags.setdefault(str(entry.get("tag")), []).append(entry)
    total = {tag: math.fsum(entry["value_"] * entry["n"] for entry in entries) for tag, entries in tags.items()}
    return [
        {"tag": tag, "rows": [_slice(entry, total[tag]) for entry in sorted(entries, key=lambda part: -part["value_"])]}
        for tag, entries in sorted(tags.items(), key=lambda item: len(item[1]))
        if 1 < len(entries) <= MOST_VALUES
    ]


def _slice(entry: dict[str, Any], total: float) -> tuple[str, ...]:
    name = "cost.usd_per_case"
    diff = figures.difference(name, entry["diff"]) if entry.get("diff") is not None else figures.NONE
    return (
        str(entry.get("value")),
        f"{entry['n']:,}",
        figures.value(name, entry["value_"]),
        figures.interval(name, entry.get("ci_low"), entry.get("ci_high")) or figures.NONE,
        diff,
        figures.interval(name, entry.get("diff_low"), entry.get("diff_high"), signed=True) or figures.NONE,
        f"{100 * entry['value_'] * entry['n'] / total:.0f} %",
    )
