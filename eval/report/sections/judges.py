"""What a model judged, how far people agree with it, and what the mean is once they have corrected it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from .. import figures
from ..plots.bar import interval_bar

if TYPE_CHECKING:
    from markupsafe import Markup

    from ..cases import CaseTable
    from ..model import ReportInput

ESTIMATES = (
    ("raw", "judge alone", ""),
    ("human", "people alone", "live-bar"),
    ("corrected", "judge, corrected by people", ""),
)
MEASURES = {
    "agreement": "same score",
    "f1": "F1 of approvals",
    "kappa": "kappa",
    "kappa_quadratic": "kappa, quadratic weights",
    "pearson": "Pearson",
    "spearman": "Spearman",
    "kendall": "Kendall tau-b",
}
MOST_LEVELS = 7


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """One mean with its interval, drawn on a scale from 0 to 1."""

    name: str
    value: str
    spread: str
    n: str
    bar: Markup
    note: str


@dataclass(frozen=True, kw_only=True)
class Judge:
    """One rubric: facts, means, agreement with people, and the scores of both against each other."""

    name: str
    facts: list[tuple[str, str, str]]
    estimates: list[Estimate]
    agreement: list[tuple[str, str, str]]
    crossed: dict[str, Any] | None
    doubts: list[str]


def view(report: ReportInput, table: CaseTable) -> dict[str, Any] | None:
    """A part for each rubric; None where no model judged."""
    records = (report.evaluation or {}).get("judges") or {}
    found = [_judge(str(name), record, table) for name, record in records.items() if isinstance(record, dict)]
    return {"judges": found} if found else None


def _judge(name: str, record: dict[str, Any], table: CaseTable) -> Judge:
    return Judge(
        name=name,
        facts=_facts(record),
        estimates=[_estimate(record, *named) for named in ESTIMATES if isinstance(record.get(named[0]), dict)],
        agreement=_agreement(record.get("agreement")),
        crossed=crossed(table.frame, name) if len(table) else None,
        doubts=_doubts(record),
    )


def _facts(record: dict[str, Any]) -> list[tuple[str, str, str]]:
    n, labelled, missing = (_count(record.get(key)) for key in ("n", "labelled", "missing"))
    facts = [
        ("Judge", str(record.get("model") or figures.NONE), str(record.get("kind") or "")),
        ("Judged", figures.plural(n, "case"), f"{missing:,} without a score" if missing else "none is missing"),
        ("Rated by people too", figures.plural(labelled, "case"), ""),
    ]
    cost = figures.number(record.get("cost_usd"))
    if cost is not None:
        reused = _count(record.get("reused"))
        facts.append(("Cost", figures.usd(cost), f"{reused:,} answers taken from the cache" if reused else ""))
    bias = record.get("position_bias")
    if isinstance(bias, dict) and (rate := figures.number(bias.get("rate"))) is not None:
        facts.append(
            ("Choice turned by the order", f"{100 * rate:.1f} %", f"of {_count(bias.get('pairs')):,} pairs shown both ways")
        )
    return facts


def _estimate(record: dict[str, Any], key: str, name: str, look: str) -> Estimate:
    raw = record[key]
    value, low, high = (figures.number(raw.get(part)) for part in ("value", "ci_low", "ci_high"))
    return Estimate(
        name=name,
        value=figures.value("", value),
        spread=figures.interval("", low, high) or figures.NONE,
        n=_rows(raw),
        bar=interval_bar(value, low, high, look),
        note=str(raw.get("note") or _worth(raw)),
    )


def _rows(raw: dict[str, Any]) -> str:
    if "labelled" in raw:
        return f"{_count(raw['labelled']):,} + {_count(raw.get('unlabelled')):,}"
    return f"{_count(raw.get('n')):,}"


def _worth(raw: dict[str, Any]) -> str:
    """How many labels alone would be as precise."""
    worth = figures.number(raw.get("worth"))
    return f"as precise as {worth:,.0f} ratings by people alone" if worth else ""


def _agreement(found: Any) -> list[tuple[str, str, str]]:
    """Name, value and interval of each measure that there is."""
    measures = found if isinstance(found, dict) else {}
    rows = []
    for key, name in MEASURES.items():
        raw = measures.get(key)
        if isinstance(raw, dict) and (value := figures.number(raw.get("value"))) is not None:
            spread = figures.interval("", raw.get("ci_low"), raw.get("ci_high")) or str(raw.get("note") or figures.NONE)
            rows.append((name, figures.value("", value), spread))
    return rows


def crossed(frame: pl.DataFrame, name: str) -> dict[str, Any] | None:
    """Cases by the score of people (down) and of the judge (across); None without ratings or with more than 7 scores."""
    mine, theirs = f"judge.{name}", f"note:human.{name}"
    if not {mine, theirs} <= set(frame.columns):
        return None
    both = frame.select(judge=pl.col(mine).cast(pl.Float64), human=pl.col(theirs).cast(pl.Float64)).drop_nulls()
    levels = sorted({*both["judge"].unique(), *both["human"].unique()})
    if not 1 < len(levels) <= MOST_LEVELS:
        return None
    counts = {(human, judge): n for human, judge, n in both.group_by("human", "judge").len().iter_rows()}
    most = max(counts.values())
    return {
        "levels": [f"{level:.3g}" for level in levels],
        "rows": [
            (f"{human:.3g}", [_cell(counts.get((human, judge), 0), most, same=human == judge) for judge in levels])
            for human in levels
        ],
    }


def _cell(count: int, most: int, *, same: bool) -> tuple[str, str]:
    step = round(5 * count / most)
    return f"{count:,}", " ".join(part for part in (f"share-{step}" if step else "", "hit" if same else "") if part)


def _doubts(record: dict[str, Any]) -> list[str]:
    labels = record.get("labels") if isinstance(record.get("labels"), dict) else {}
    said = [str(record["stopped"])] if record.get("stopped") else []
    if stale := _count((labels or {}).get("stale")):
        said.append(f"{figures.plural(stale, 'rating')} of an older answer {'does' if stale == 1 else 'do'} not count.")
    if unknown := _count((labels or {}).get("unknown")):
        said.append(f"{figures.plural(unknown, 'rating')} of no case of this gold set.")
    if unread := _count(record.get("unread")):
        said.append(f"{figures.plural(unread, 'reply', 'replies')} of the judge could not be read.")
    return [*said, *(str(fault) for fault in record.get("faults") or [])]


def _count(raw: Any) -> int:
    if isinstance(raw, list | tuple | dict):
        return len(raw)
    return int(figures.number(raw) or 0)
