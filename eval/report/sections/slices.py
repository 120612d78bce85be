"""The slices of an evaluation as rows of a heat map, one group a tag."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .. import figures
from ..gates import read
from ..text import visible

if TYPE_CHECKING:
    from ..cases import CaseTable
    from ..model import ReportInput

FEW = 20
SHOWN_A_TAG = 8
MOST_METRICS = 5
_OPERATIONAL = ("errors", "latency", "cost", "tokens")
_FULL_HEAT = 0.06
_STEPS = 5


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One metric on one slice. `heat` is a class name such as `bad-3`; empty for no difference."""

    value: str
    diff: str
    spread: str
    heat: str
    n: str
    few: bool


@dataclass(frozen=True, kw_only=True)
class SliceRow:
    """One value of a tag, its cases, and a cell a metric (None where the metric does not apply)."""

    label: str
    n: int
    cells: tuple[Cell | None, ...]

    @property
    def few(self) -> bool:
        """Whether too few cases stand behind it to trust a colour."""
        return self.n < FEW


@dataclass(frozen=True, kw_only=True)
class Heat:
    """The table: metrics across, tags down; `rest` are the values beyond the first of each tag."""

    metrics: tuple[str, ...]
    groups: tuple[tuple[str, tuple[SliceRow, ...]], ...]
    rest: tuple[tuple[str, tuple[SliceRow, ...]], ...]
    compared: bool
    left_out: int


def view(report: ReportInput, _table: CaseTable) -> dict[str, Any] | None:
    """The heat map; None without slices."""
    found = heat(report.evaluation, [gate.metric for gate in read(report.evaluation)])
    return {"heat": found, "few": FEW} if found else None


def heat(evaluation: dict[str, Any] | None, first: list[str]) -> Heat | None:
    """The heat map; None without slices. The metrics of `first` (those with gates) lead, tags with few values come first."""
    entries = [
        entry for entry in (evaluation or {}).get("slices") or [] if isinstance(entry, dict) and _value(entry) is not None
    ]
    if not entries:
        return None
    names = list(
        dict.fromkeys([*(name for name in first if any(e["metric"] == name for e in entries)), *(e["metric"] for e in entries)])
    )
    names.sort(key=lambda name: name.partition(".")[0] in _OPERATIONAL)
    shown = names[:MOST_METRICS]
    by_tag: dict[str, dict[str, dict[str, dict[str, Any]]]] = {}
    for entry in entries:
        by_tag.setdefault(visible(str(entry.get("tag"))), {}).setdefault(visible(str(entry.get("value"))), {})[
            entry["metric"]
        ] = entry
    tags = {tag: _rows(values, shown) for tag, values in sorted(by_tag.items(), key=lambda item: len(item[1]))}
    return Heat(
        metrics=tuple(shown),
        groups=tuple((tag, tuple(rows[:SHOWN_A_TAG])) for tag, rows in tags.items()),
        rest=tuple((tag, tuple(rows[SHOWN_A_TAG:])) for tag, rows in tags.items() if len(rows) > SHOWN_A_TAG),
        compared=any(entry.get("diff") is not None for entry in entries),
        left_out=len(names) - len(shown),
    )


def _rows(values: dict[str, dict[str, dict[str, Any]]], metrics: list[str]) -> list[SliceRow]:
    """The worst slice first where a tag has many values, else in the order of the file."""
    rows = [
        (
            _worst(found),
            SliceRow(label=label, n=_count(found), cells=tuple(_cell(found.get(name), _count(found)) for name in metrics)),
        )
        for label, found in values.items()
    ]
    if len(rows) > SHOWN_A_TAG:
        rows.sort(key=lambda pair: pair[0])
    return [row for _, row in rows]


def _count(found: dict[str, dict[str, Any]]) -> int:
    return max((int(entry.get("n") or 0) for entry in found.values()), default=0)


def _worst(found: dict[str, dict[str, Any]]) -> float:
    return min((_good(entry) for entry in found.values()), default=0.0)


def _good(entry: dict[str, Any]) -> float:
    diff = figures.number(entry.get("diff")) or 0.0
    return -diff if figures.lower_is_better(entry["metric"]) else diff


def _cell(entry: dict[str, Any] | None, row_n: int) -> Cell | None:
    if entry is None:
        return None
    metric = entry["metric"]
    n = int(entry.get("n") or 0)
    return Cell(
        value=figures.value(metric, _value(entry)),
        diff=figures.difference(metric, entry["diff"]) if entry.get("diff") is not None else "",
        spread=figures.interval(metric, entry.get("ci_low"), entry.get("ci_high")),
        heat=_heat(entry),
        n=f"n {n:,}" if n != row_n else "",
        few=n < FEW,
    )


def _heat(entry: dict[str, Any]) -> str:
    """Five steps up to a difference of six points; units other than fractions relative to the baseline."""
    good = _good(entry)
    if figures.unit_of(entry["metric"]) != "fraction":
        good /= abs(figures.number(entry.get("baseline")) or 1.0) or 1.0
    step = min(_STEPS, round(abs(good) / _FULL_HEAT * _STEPS))
    return f"{'good' if good > 0 else 'bad'}-{step}" if step else ""


def _value(entry: dict[str, Any]) -> float | None:
    """The metric's value: `value_`, because `value` is the tag's."""
    return figures.number(entry.get("value_"))
