"""What the templates show of cases and metrics: every figure already in words."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from ..score.deciding import RIGHT_FROM
from ..table import NOTE
from . import figures, worddiff
from .pack.numbers import DECIMALS
from .text import clipped, visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from .cases import CaseTable, Evidence, Outcome, Row

PLAIN_ROWS = 200
PLAIN_TEXT = 20_000
MOST_LABELS = 12
_THREE_DIGITS = Context(prec=3, rounding=ROUND_HALF_UP)
_SAID: dict[Outcome, tuple[str, str]] = {
    "broken": ("✕ was right", "fail"),
    "fixed": ("✓ was wrong", "pass"),
    "both wrong": ("✕ still wrong", "fail"),
    "wrong": ("✕ wrong", "fail"),
    "error": ("! no answer", "inconclusive"),
    "unjudged": ("· not judged", ""),
    "both right": ("✓ still right", "pass"),
    "right": ("✓ right", "pass"),
}


@dataclass(frozen=True, kw_only=True)
class EvidenceView:
    """One expected passage: found, missed or absent from the corpus, in words; its text in marked and plain runs."""

    id: str
    state: str
    said: str
    runs: tuple[tuple[bool, str], ...]


@dataclass(frozen=True, kw_only=True)
class RepeatView:
    """One of several answers to a case: whether it is the answer that is shown, in words; figures; the words that differ."""

    said: str
    state: str
    error: str
    pieces: tuple[tuple[str, str], ...]
    figures: str


@dataclass(frozen=True, kw_only=True)
class RowView:
    """One case as plain HTML shows it."""

    id: str
    question: str
    long_question: str
    tags: str
    said: str
    state: str
    expected: str
    error: str
    compared: bool
    scores: tuple[tuple[str, str, bool], ...]
    more_scores: tuple[tuple[str, str, bool], ...]
    live_error: str
    live_pieces: tuple[tuple[str, str], ...] | None
    pieces: tuple[tuple[str, str], ...]
    probabilities: tuple[tuple[str, str], ...]
    more_labels: int
    repeats: tuple[RepeatView, ...]
    evidence: tuple[EvidenceView, ...]
    contexts: tuple[tuple[str, str, str], ...]
    notes: tuple[tuple[str, str], ...]
    facts: str


def plain_rows(table: CaseTable) -> list[RowView]:
    """The first rows of what got worse; without a baseline the first that are wrong or have no answer."""
    blamed = pl.col("worse") if table.has_live else pl.col("outcome").is_in(["wrong", "error"])
    chosen = table.narrowed(blamed)
    return [row_view(row, table) for row in chosen.rows(PLAIN_ROWS)]


def row_view(row: Row, table: CaseTable) -> RowView:
    """All of a case for plain HTML; very long texts are cut, the packed columns have them whole."""
    answer = _cut(row.this.get("answer"))
    live_answer = None if row.live is None else _cut(row.live.get("answer"))
    pieces = worddiff.diff(live_answer or "", answer) if live_answer is not None else [worddiff.Piece("=", answer)]
    probabilities = _probabilities(row)
    said, state = _SAID[row.outcome]
    if row.worse and row.outcome in ("both right", "unjudged", "right"):
        said, state = "↓ scored lower", "inconclusive"
    return RowView(
        id=row.id,
        question=clipped(row.question, 240),
        long_question=_cut(row.question) if len(row.question) > 240 or "\n" in row.question else "",
        tags=" · ".join(row.tags[tag] for tag in ("kind", "difficulty") if tag in row.tags),
        said=said,
        state=state,
        expected=_cut(row.expected),
        error=_cut(row.this.get("error")),
        compared=row.live is not None,
        scores=_scores(row, table, main=True),
        more_scores=_scores(row, table, main=False),
        live_error=_cut((row.live or {}).get("error")),
        live_pieces=None if live_answer is None else tuple(piece for piece in pieces if piece.op != "+"),
        pieces=tuple(piece for piece in pieces if piece.op != "-"),
        probabilities=probabilities[:MOST_LABELS],
        more_labels=max(0, len(probabilities) - MOST_LABELS),
        repeats=tuple(_repeat(part, place, answer) for place, part in enumerate(row.repeats)) if len(row.repeats) > 1 else (),
        evidence=tuple(_evidence(part, row.expected, live=row.live is not None) for part in row.evidence),
        contexts=_contexts(row),
        notes=tuple(
            (name.removeprefix(NOTE), _cut(text))
            for name, text in row.this.items()
            if name.startswith(NOTE) and text is not None
        ),
        facts=_facts(row),
    )


def cases_note(table: CaseTable) -> str:
    """How many cases got worse, beside the heading of the list."""
    if not table.has_live:
        wrong = table.counts["wrong"]
        return f"{wrong:,} of {len(table):,} are wrong; nothing was live to compare with"
    worse, broken = table.counts["worse"], table.counts["broken"]
    if not worse:
        return f"none of {len(table):,} cases"
    if broken == worse:
        return f"{figures.plural(worse, 'case')} that {'was' if worse == 1 else 'were'} right with what is live"
    lower = worse - broken
    return f"{broken:,} right before and wrong now, {lower:,} scored lower on a gated metric"


def judged_note(table: CaseTable) -> str:
    """Which metrics call a case right, as they were used here."""
    used = sorted(table.frame["judged_by"].drop_nulls().unique())
    if not used:
        return ""
    return (
        f"A case counts as right when the metric that suits its kind ({', '.join(figures.plain_name(name) for name in used)}) "
        f"is at least {RIGHT_FROM:g}. The gates judge by the metrics themselves."
    )


def evidence_words(part: Evidence, *, live: bool) -> tuple[str, str]:
    """State and words of a passage's rank: ("missed", "✕ missed, was 4th")."""
    if not part.in_corpus:
        return "absent", "! not in the corpus"
    was = "" if not live else f", was {ordinal(part.live_rank)}" if part.live_rank else ", was missed"
    if part.rank is None:
        return "missed", "✕ missed" + (", as live" if live and part.live_rank is None else was)
    if live and part.live_rank == part.rank:
        return "found", f"✓ {ordinal(part.rank)}, as live"
    return "found", f"✓ {ordinal(part.rank)}{was}"


def ordinal(place: int) -> str:
    """1st, 2nd, 3rd, 11th."""
    if place % 100 in (11, 12, 13):
        return f"{place}th"
    return f"{place}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(place % 10, 'th') }"


def _evidence(part: Evidence, expected: str, *, live: bool) -> EvidenceView:
    state, said = evidence_words(part, live=live)
    runs = (
        tuple(worddiff.marked(_cut(part.text), visible(expected)))
        if part.text
        else ((False, "its text is in no answer's passages"),)
    )
    return EvidenceView(id=clipped(part.id, 240), state=state, said=said, runs=runs)


def _contexts(row: Row) -> tuple[tuple[str, str, str], ...]:
    """Id, text and words (`0.731 · expected · cited`) of the passages given to the model, in their order."""
    expected = {part.id for part in row.evidence}
    cited = set(row.this.get("citations") or [])
    found = []
    for part in row.this.get("contexts") or []:
        name, score = str(part.get("id") or ""), figures.number(part.get("score"))
        said = [f"{score:.3f}"] if score is not None else []
        said += ["expected"] if name in expected else []
        said += ["cited"] if name in cited else []
        found.append((clipped(name, 240), _cut(part.get("text")), " · ".join(said)))
    return tuple(found)


def _scores(row: Row, table: CaseTable, *, main: bool) -> tuple[tuple[str, str, bool], ...]:
    """Name, words and whether it moved, of the metrics that apply to the case."""
    found = []
    for name in table.metrics:
        if (name in table.main) is not main:
            continue
        here, before = _stored(row.this.get(name)), _stored((row.live or {}).get(name))
        if here is None and before is None:
            continue
        moved = row.live is not None and before != here
        found.append((figures.plain_name(name), f"{_score(before)} → {_score(here)}" if moved else _score(here), moved))
    return tuple(found)


def _score(amount: float | None) -> str:
    """Three digits, halves rounded away from zero: 0.842, 12.4, 1,234."""
    if amount is None:
        return "none"
    if abs(amount) >= 1000:
        return f"{amount:,.0f}"
    if 0 < abs(amount) < 0.0001:
        return f"{amount:.2e}"
    return f"{Decimal(amount).normalize(_THREE_DIGITS):f}" if amount else "0"


def _stored(value: object) -> float | None:
    """A number as the packed columns hold it, so that page and plain rows round alike."""
    amount = figures.number(value)
    return None if amount is None else round(amount, DECIMALS)


def _probabilities(row: Row) -> tuple[tuple[str, str], ...]:
    """The classes and how probable they are, the most probable first."""
    found = [(str(part["label"]), _stored(part["probability"])) for part in row.this.get("scores") or []]
    return tuple((label, _score(share)) for label, share in sorted(found, key=lambda pair: -(pair[1] or 0.0)))


def _repeat(part: dict[str, Any], place: int, shown: str) -> RepeatView:
    given, error = _cut(part.get("answer")), _cut(part.get("error"))
    said, state = ("no answer", "absent") if error else ("same answer", "same") if given == shown else ("differs", "differs")
    score, latency = _stored(part.get("score")), _stored(part.get("latency_ms"))
    told = [_score(score)] if score is not None and not error else []
    told += [figures.milliseconds(latency)] if latency else []
    pieces = worddiff.diff(shown, given) if state == "differs" else []
    return RepeatView(
        said=f"{ordinal(place + 1)}, {said}",
        state=state,
        error=error,
        pieces=tuple(piece for piece in pieces if piece.op != "-"),
        figures=" · ".join(told),
    )


def _facts(row: Row) -> str:
    here, live = row.this, row.live or {}
    parts = [_change(live.get("latency_ms"), here.get("latency_ms"), lambda amount: figures.milliseconds(round(amount, 1)))]
    parts.append(_change(live.get("cost_usd"), here.get("cost_usd"), figures.usd))
    tokens = here.get("input_tokens"), here.get("output_tokens")
    parts.append(f"{tokens[0] or 0:,} tokens in, {tokens[1] or 0:,} out" if any(tokens) else "")
    parts.append(figures.plural(here["attempts"], "attempt") if (here.get("attempts") or 1) > 1 else "")
    parts.append(f"line {here['line']:,} of the gold set" if here.get("line") else "")
    parts += [f"{name}: {given}" for name, given in row.tags.items()]
    parts.append(f"note: {_cut(here['notes'])}" if here.get("notes") else "")
    return " · ".join(filter(None, parts))


def _change(before: object, here: object, said: Callable[[float], str]) -> str:
    """`412 ms → 398 ms`; one figure where the other is missing or reads the same, nothing without this one."""
    amount, old = figures.number(here), figures.number(before)
    if amount is None:
        return ""
    return said(amount) if old is None or said(old) == said(amount) else f"{said(old)} → {said(amount)}"


def _cut(text: object) -> str:
    return clipped(str(text), PLAIN_TEXT) if text is not None else ""
