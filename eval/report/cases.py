"""The cases of a run beside those of what is live: outcome, evidence and scores of each, regressions first."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from ..case import TAG
from ..errors import UsageError
from ..score.deciding import DECIDING, DECIDING_FAMILIES, REFUSAL, RIGHT_FROM
from ..table import metric_columns
from . import figures
from .gates import listed

if TYPE_CHECKING:
    from pathlib import Path

Outcome = Literal["broken", "fixed", "both wrong", "wrong", "error", "unjudged", "both right", "right"]

ORDER: tuple[Outcome, ...] = ("broken", "both wrong", "wrong", "error", "fixed", "unjudged", "both right", "right")


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """A passage that the gold set expects: its rank here and with what is live, 1 is first, None is not retrieved."""

    id: str
    rank: int | None
    live_rank: int | None
    in_corpus: bool
    text: str


@dataclass(frozen=True, kw_only=True)
class Row:
    """One case. `this` and `live` are rows of cases.parquet; `live` is None without a baseline row for the case."""

    id: str
    question: str
    expected: str
    outcome: Outcome
    judged_by: str
    score: float | None
    live_score: float | None
    worse: bool
    better: bool
    tags: dict[str, str]
    evidence: tuple[Evidence, ...]
    this: dict[str, Any]
    live: dict[str, Any] | None


@dataclass(frozen=True, kw_only=True)
class CaseTable:
    """All rows in the order of the page, the case-level metrics and the tags that they have.

    `main` are the metrics to read first: those that gates look at and those that call a case right.
    """

    rows: tuple[Row, ...] = ()
    metrics: tuple[str, ...] = ()
    main: frozenset[str] = frozenset()
    tags: tuple[str, ...] = ()
    has_live: bool = False
    counts: Counter[str] = field(default_factory=Counter)

    def latencies(self, *, live: bool = False) -> list[float]:
        """The latencies in ms of the cases that have one, unsorted."""
        sources = (row.live if live else row.this for row in self.rows)
        return [source["latency_ms"] for source in sources if source and figures.number(source.get("latency_ms")) is not None]


def load(cases: Path | None, baseline: Path | None, evaluation: dict[str, Any] | None) -> CaseTable:
    """Read and join the two tables by case id. Raises `UsageError` when a file is there and cannot be read."""
    if cases is None:
        return CaseTable()
    mine = _read(cases)
    theirs = {row["id"]: row for row in _read(baseline)} if baseline is not None else {}
    columns = list(mine[0]) if mine else []
    metrics = tuple(metric_columns(columns))
    tags = tuple(name.removeprefix(TAG) for name in columns if name.startswith(TAG))
    worse = _places(evaluation, "worse")
    better = _places(evaluation, "better")
    rows = [_row(raw, theirs.get(raw["id"]), metrics, tags, worse=worse, better=better) for raw in mine]
    blamed = blamed_slice(evaluation)
    rows.sort(key=lambda row: _rank(row, worse, blamed))
    counts = Counter[str](row.outcome for row in rows)
    counts["worse"] = sum(row.worse for row in rows)
    gated = {str(gate.get("metric")) for gate in (evaluation or {}).get("gates") or [] if isinstance(gate, dict)}
    main = frozenset(gated | {row.judged_by for row in rows}) & frozenset(metrics)
    return CaseTable(rows=tuple(rows), metrics=metrics, main=main, tags=tags, has_live=bool(theirs), counts=counts)


def expected_text(expected: dict[str, Any]) -> str:
    """What a right answer holds, in one line; the alternatives behind the first."""
    if (answer := expected.get("answer")) is not None:
        return str(answer)
    if expected.get("numeric") is not None:
        unit = f" {expected['unit']}" if expected.get("unit") else ""
        return f"{expected['numeric']:,}{unit}{_tolerance(expected.get('tolerance'))}"
    if expected.get("boolean") is not None:
        return "yes" if expected["boolean"] else "no"
    for key in ("answers", "items"):
        if expected.get(key):
            return ("; " if key == "items" else " / ").join(map(str, expected[key]))
    for key in ("label", "value"):
        if expected.get(key) is not None:
            return str(expected[key])
    return ""


def _tolerance(tolerance: object) -> str:
    """` (± 0.5 %)`: a bare number is relative, an object names its kind."""
    kinds = tolerance if isinstance(tolerance, dict) else {"relative": tolerance}
    relative, absolute = figures.number(kinds.get("relative")), figures.number(kinds.get("absolute"))
    parts = [f"± {absolute:,g}"] if absolute else []
    parts += [f"± {100 * relative:g} %"] if relative else []
    return f" ({' or '.join(parts)})" if parts else ""


def _read(path: Path) -> list[dict[str, Any]]:
    import polars as pl

    try:
        return pl.read_parquet(path, glob=False).to_dicts()
    except (OSError, pl.exceptions.PolarsError) as error:
        msg = f"the cases cannot be read: {error}"
        raise UsageError(msg, where=str(path), next_step="Evaluate again, or report without this file.") from error


def _places(evaluation: dict[str, Any] | None, key: str) -> dict[str, int]:
    listed = (evaluation or {}).get(key) or []
    return {str(case_id): place for place, case_id in enumerate(listed)}


def _row(
    this: dict[str, Any],
    live: dict[str, Any] | None,
    metrics: tuple[str, ...],
    tags: tuple[str, ...],
    *,
    worse: dict[str, int],
    better: dict[str, int],
) -> Row:
    expected = _json(this.get("expected"))
    own_tags = {tag: str(this[f"tag:{tag}"]) for tag in tags if this.get(f"tag:{tag}") is not None}
    group = _deciding(this, metrics, refuse=own_tags.get("kind") == "unanswerable")
    score = _best(this, group)
    live_score = _best(live, group) if live else None
    case_id = str(this["id"])
    outcome = _outcome(this, live, score, live_score)
    return Row(
        id=case_id,
        question=str(this.get("input") or ""),
        expected=expected_text(expected),
        outcome=outcome,
        judged_by=next((name for name in group if figures.number(this.get(name)) == score), ""),
        score=score,
        live_score=live_score,
        worse=case_id in worse or outcome == "broken",
        better=case_id in better or outcome == "fixed",
        tags=own_tags,
        evidence=_evidence(expected, this, live),
        this=this,
        live=live,
    )


def _json(text: object) -> dict[str, Any]:
    try:
        found = json.loads(text) if isinstance(text, str) else text
    except ValueError:
        return {"answer": text}
    return found if isinstance(found, dict) else {"answer": found}


def _deciding(row: dict[str, Any], metrics: tuple[str, ...], *, refuse: bool) -> tuple[str, ...]:
    """The metrics that say whether a case is right: the first group that applies to it, else its retrieval."""
    groups = [(REFUSAL,), *DECIDING] if refuse else list(DECIDING)
    groups += [tuple(name for name in metrics if name.startswith(family)) for family in DECIDING_FAMILIES]
    return next((group for group in groups if any(figures.number(row.get(name)) is not None for name in group)), ())


def _best(row: dict[str, Any], group: tuple[str, ...]) -> float | None:
    values = [amount for name in group if (amount := figures.number(row.get(name))) is not None]
    return max(values, default=None)


def _outcome(this: dict[str, Any], live: dict[str, Any] | None, score: float | None, live_score: float | None) -> Outcome:
    if this.get("error"):
        return "error"
    if score is None:
        return "unjudged"
    right = score >= RIGHT_FROM
    if live is None or live_score is None or live.get("error"):
        return "right" if right else "wrong"
    before = live_score >= RIGHT_FROM
    if before:
        return "both right" if right else "broken"
    return "fixed" if right else "both wrong"


def _evidence(expected: dict[str, Any], this: dict[str, Any], live: dict[str, Any] | None) -> tuple[Evidence, ...]:
    missing = [str(part) for part in this.get("evidence_missing") or []]
    wanted = list(dict.fromkeys([*map(str, expected.get("evidence") or []), *missing]))
    if not wanted:
        return ()
    here, there = _ranks(this), _ranks(live)
    texts = {**_texts(live), **_texts(this)}
    return tuple(
        Evidence(
            id=part, rank=here.get(part), live_rank=there.get(part), in_corpus=part not in missing, text=texts.get(part, "")
        )
        for part in wanted
    )


def _ranks(row: dict[str, Any] | None) -> dict[str, int]:
    ranks: dict[str, int] = {}
    for place, part in enumerate((row or {}).get("retrieved") or [], start=1):
        ranks.setdefault(str(part), place)
    return ranks


def _texts(row: dict[str, Any] | None) -> dict[str, str]:
    return {str(part["id"]): part.get("text") or "" for part in (row or {}).get("contexts") or []}


def blamed_slice(evaluation: dict[str, Any] | None) -> list[tuple[str, str]]:
    """The slice of the first gate that failed, as pairs of tag and value: its cases lead among equals."""
    failed = [gate for gate in listed(evaluation) if gate.verdict == "fail"]
    return figures.slice_pairs(failed[0].slice) if failed else []


def _rank(row: Row, worse: dict[str, int], blamed: list[tuple[str, str]]) -> tuple[int, bool, int, float]:
    lost = (row.score or 0.0) - (row.live_score or 0.0)
    group = 0 if row.outcome == "broken" else 1 if row.worse else 2 + ORDER.index(row.outcome)
    aside = not all(row.tags.get(tag) == value for tag, value in blamed)
    return group, aside, worse.get(row.id, len(worse)), lost
