"""The cases of a run beside those of what is live: what came of each, in the order of the page, regressions first."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import polars as pl

from ..case import TAG
from ..jsontext import loads
from ..table import REPEATS, metric_columns, read_table
from .outcomes import in_page_order, outcomes
from .said import answer_said, expected_said

if TYPE_CHECKING:
    from pathlib import Path

Outcome = Literal["broken", "fixed", "both wrong", "wrong", "error", "unjudged", "both right", "right"]


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
    """One case as an object. `this` and `live` are rows of cases.parquet; `live` is None without a baseline row for it."""

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
    repeats: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, kw_only=True)
class CaseTable:
    """All cases as columns, in the order of the page.

    `frame` has the columns of cases.parquet and those of `outcomes.ADDED`. `live` has the rows of the baseline, as many and in
    the same order as `frame`, null where it has none for a case; None where nothing was live. `repeats` has one row a case and
    repeat. `main` are the metrics to read first: those that gates look at and those that call a case right.
    """

    frame: pl.DataFrame = field(default_factory=pl.DataFrame)
    live: pl.DataFrame | None = None
    repeats: pl.DataFrame | None = None
    metrics: tuple[str, ...] = ()
    main: frozenset[str] = frozenset()
    tags: tuple[str, ...] = ()
    counts: Counter[str] = field(default_factory=Counter)

    def __len__(self) -> int:
        return self.frame.height

    @property
    def has_live(self) -> bool:
        """Whether there is anything to compare with."""
        return self.live is not None

    def values(self, column: str, *, live: bool = False) -> pl.Series:
        """The numbers of a column that are there and finite, as Float64; empty where there is no such column."""
        source = self.live if live else self.frame
        if source is None or column not in source.columns:
            return pl.Series(column, [], dtype=pl.Float64)
        found = source[column].cast(pl.Float64, strict=False).drop_nulls()
        return found.filter(found.is_finite())

    def narrowed(self, which: pl.Expr) -> CaseTable:
        """The same with only those cases for which an expression over `frame` holds."""
        kept = self.frame.select(which.fill_null(value=False)).to_series()
        return replace(self, frame=self.frame.filter(kept), live=None if self.live is None else self.live.filter(kept))

    def rows(self, most: int) -> list[Row]:
        """The first rows as objects."""
        if not len(self):
            return []
        part = self.frame.head(most)
        here = part.with_columns(answer=answer_said(part), expected_said=expected_said(part)).to_dicts()
        there = _there(self.live, most) or [None] * len(here)
        again = {} if self.repeats is None else _by_case(self.repeats, part)
        return [_row(this, live, self.tags, again) for this, live in zip(here, there, strict=True)]


def load(
    cases: Path | None, baseline: Path | None, evaluation: dict[str, Any] | None, repeats: Path | None = None
) -> CaseTable:
    """Read and join the tables by case id; repeats only where the table of cases counts some.

    Raises `UsageError` when a file is there and cannot be read.
    """
    if cases is None:
        return CaseTable()
    mine = read_table(cases)
    theirs = None if baseline is None else read_table(baseline)
    judged = in_page_order(outcomes(mine, theirs, evaluation), evaluation)
    counts = Counter[str](dict(judged["outcome"].value_counts().iter_rows()))
    counts["worse"] = int(judged["worse"].sum())
    metrics = tuple(metric_columns(mine.columns))
    gated = {str(gate.get("metric")) for gate in (evaluation or {}).get("gates") or [] if isinstance(gate, dict)}
    return CaseTable(
        frame=judged,
        live=None if theirs is None or not theirs.height else _aligned(judged, theirs),
        repeats=read_table(repeats) if repeats is not None and REPEATS in mine.columns else None,
        metrics=metrics,
        main=frozenset(gated | set(judged["judged_by"].drop_nulls())) & frozenset(metrics),
        tags=tuple(name.removeprefix(TAG) for name in mine.columns if name.startswith(TAG)),
        counts=counts,
    )


def _aligned(judged: pl.DataFrame, theirs: pl.DataFrame) -> pl.DataFrame:
    """The live rows in the order of the page, their own id null where there is none for the case."""
    first = theirs.unique("id", keep="first", maintain_order=True).with_columns(_live_id=pl.col("id"))
    joined = judged.select("id").join(first, on="id", how="left", maintain_order="left")
    return joined.with_columns(id=pl.col("_live_id")).drop("_live_id")


def _there(live: pl.DataFrame | None, most: int) -> list[dict[str, Any] | None]:
    """The first live rows as objects, None where the baseline has none for the case."""
    if live is None:
        return []
    part = live.head(most)
    return [row if row["id"] is not None else None for row in part.with_columns(answer=answer_said(part)).to_dicts()]


def _by_case(repeats: pl.DataFrame, part: pl.DataFrame) -> dict[str, tuple[dict[str, Any], ...]]:
    """The repeats of each case in their order, each judged as a case is."""
    judged = outcomes(repeats.filter(pl.col("id").is_in(part["id"].implode()))).sort("repeat", maintain_order=True)
    told = judged.with_columns(answer=answer_said(judged))
    return {str(rows["id"][0]): tuple(rows.to_dicts()) for rows in told.partition_by("id")}


def _row(
    this: dict[str, Any],
    live: dict[str, Any] | None,
    tags: tuple[str, ...],
    repeats: dict[str, tuple[dict[str, Any], ...]],
) -> Row:
    expected = _json(this.get("expected"))
    case_id = str(this["id"])
    return Row(
        id=case_id,
        question=str(this.get("input") or ""),
        expected=this.pop("expected_said"),
        outcome=this["outcome"],
        judged_by=this["judged_by"] or "",
        score=this["score"],
        live_score=this["live_score"],
        worse=this["worse"],
        better=this["better"],
        tags={tag: str(this[TAG + tag]) for tag in tags if this.get(TAG + tag) is not None},
        evidence=_evidence(expected, this, live),
        this=this,
        live=live,
        repeats=repeats.get(case_id, ()),
    )


def _json(text: object) -> dict[str, Any]:
    try:
        found = loads(text) if isinstance(text, str) else text
    except ValueError:
        return {"answer": text}
    return found if isinstance(found, dict) else {"answer": found}


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
