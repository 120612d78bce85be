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
MOST_PAIRS = 20
SHOWN_MOVES = 8
LEVEL = 0.05
NEARLY_ALL = 0.98
_OPERATIONAL = ("errors", "latency", "cost", "tokens")
_FULL_HEAT = 0.06
_STEPS = 5


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One metric on one slice. `heat` is a class name such as `bad-3`; empty for no difference.

    `spread` is the interval of the value, `diff_spread` that of the difference; `holds` says that the difference is still there
    after the correction for all that was looked at. `n` is said where it is clearly below that of the row.
    """

    value: str
    diff: str
    diff_spread: str
    spread: str
    holds: bool
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


@dataclass(frozen=True, kw_only=True)
class Move:
    """A slice, or a pair of them, that moved against live; `p` is corrected for all slices and metrics looked at together."""

    slice: str
    metric: str
    n: str
    live: str
    this: str
    diff: str
    spread: str
    p: str
    holds: bool
    state: str


def view(report: ReportInput, _table: CaseTable) -> dict[str, Any] | None:
    """The heat map and what moved most; None without slices."""
    found = heat(report.evaluation, [gate.metric for gate in read(report.evaluation)])
    if found is None:
        return None
    moves = moved(report.evaluation)
    return {
        "heat": found,
        "few": FEW,
        "held": [move for move in moves if move.holds][:SHOWN_MOVES],
        "rest": [move for move in moves if move.holds][SHOWN_MOVES:] + [move for move in moves if not move.holds],
        "pairs": pairs(report.evaluation),
        "tested": bool((report.evaluation or {}).get("moved")),
    }


def moved(evaluation: dict[str, Any] | None) -> list[Move]:
    """What moved against live most surely, singles and pairs of tags, in the order of the file."""
    entries = [entry for entry in (evaluation or {}).get("moved") or [] if isinstance(entry, dict)]
    return [_move(entry, entry.get("p_adjusted")) for entry in entries if figures.number(entry.get("diff")) is not None]


def pairs(evaluation: dict[str, Any] | None) -> list[Move]:
    """The pairs of tags that moved most surely, whose corrected p is known where they are among `moved`."""
    adjusted = {_key(entry): entry.get("p_adjusted") for entry in (evaluation or {}).get("moved") or []}
    known = [entry for entry in (evaluation or {}).get("pairs") or [] if figures.number(entry.get("p")) is not None]
    known = [entry for entry in known if figures.number(entry.get("diff"))]
    first = sorted(known, key=lambda entry: (entry["p"], -abs(entry["diff"])))[:MOST_PAIRS]
    return [_move(entry, adjusted.get(_key(entry))) for entry in first]


def _key(entry: dict[str, Any]) -> tuple[str, str, str]:
    return str(entry.get("tag")), str(entry.get("value")), str(entry.get("metric"))


def _move(entry: dict[str, Any], p: Any) -> Move:
    metric, holds = str(entry["metric"]), _holds(p)
    return Move(
        slice=slice_words(str(entry.get("tag")), str(entry.get("value"))),
        metric=figures.plain_name(metric),
        n=f"{int(entry.get('common') or entry.get('n') or 0):,}",
        live=figures.value(metric, entry.get("baseline")),
        this=figures.value(metric, _value(entry)),
        diff=figures.difference(metric, entry["diff"]),
        spread=_diff_spread(entry) or figures.NONE,
        p=p_words(p),
        holds=holds,
        state=("pass" if _good(entry) > 0 else "fail") if holds else "",
    )


def slice_words(tag: str, value: str) -> str:
    """`difficulty: hard`; a pair "difficulty,kind" of "hard,span" as `difficulty: hard, kind: span`."""
    tags, values = tag.split(","), value.split(",")
    if len(tags) == 2 and len(values) == 2:
        return ", ".join(f"{visible(name)}: {visible(each)}" for name, each in zip(tags, values, strict=True))
    return f"{visible(tag)}: {visible(value)}"


def p_words(p: Any) -> str:
    """0.012, or < 0.001; a dash where there is none."""
    amount = figures.number(p)
    if amount is None:
        return figures.NONE
    return "< 0.001" if amount < 0.001 else f"{amount:.3f}"


def _holds(p: Any) -> bool:
    amount = figures.number(p)
    return amount is not None and amount < LEVEL


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
    sure = {_key(entry) for entry in (evaluation or {}).get("moved") or [] if _holds(entry.get("p_adjusted"))}
    tags = {tag: _rows(values, shown, sure) for tag, values in sorted(by_tag.items(), key=lambda item: len(item[1]))}
    return Heat(
        metrics=tuple(shown),
        groups=tuple((tag, tuple(rows[:SHOWN_A_TAG])) for tag, rows in tags.items()),
        rest=tuple((tag, tuple(rows[SHOWN_A_TAG:])) for tag, rows in tags.items() if len(rows) > SHOWN_A_TAG),
        compared=any(entry.get("diff") is not None for entry in entries),
        left_out=len(names) - len(shown),
    )


def _rows(values: dict[str, dict[str, dict[str, Any]]], metrics: list[str], sure: set[tuple[str, str, str]]) -> list[SliceRow]:
    """The worst slice first where a tag has many values, else in the order of the file."""
    rows = [
        (
            _worst(found),
            SliceRow(
                label=label, n=_count(found), cells=tuple(_cell(found.get(name), _count(found), sure) for name in metrics)
            ),
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


def _cell(entry: dict[str, Any] | None, row_n: int, sure: set[tuple[str, str, str]]) -> Cell | None:
    if entry is None:
        return None
    metric = entry["metric"]
    n = int(entry.get("n") or 0)
    return Cell(
        value=figures.value(metric, _value(entry)),
        diff=figures.difference(metric, entry["diff"]) if entry.get("diff") is not None else "",
        diff_spread=_diff_spread(entry),
        spread=figures.interval(metric, entry.get("ci_low"), entry.get("ci_high")),
        holds=_key(entry) in sure or _holds(entry.get("p_adjusted")),
        heat=_heat(entry),
        n=f"n {n:,}" if n < NEARLY_ALL * row_n else "",
        few=n < FEW,
    )


def _diff_spread(entry: dict[str, Any]) -> str:
    """The interval of the difference; of few cases it can reach beyond what a fraction can change by, and then says nothing."""
    low, high = figures.number(entry.get("diff_low")), figures.number(entry.get("diff_high"))
    beyond = low is not None and high is not None and (low < -1 or high > 1)
    if beyond and int(entry.get("common") or 0) < FEW and figures.unit_of(entry["metric"]) == "fraction":
        return "too few cases"
    return figures.interval(entry["metric"], low, high, signed=True)


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
