"""Which cases of the gold set were added, removed or changed since the evaluation of what is live."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import polars as pl

from ..jsontext import loads
from .said import expected_said
from .text import clipped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOST = 200
LONGEST = 600
CONTENT = ("input", "expected", "evidence_missing")


@dataclass(frozen=True, kw_only=True)
class GoldCase:
    """One case that differs: the question of the side that has it, `was` what it was asked before where that changed, what
    was and is expected (empty where a side expects nothing or has no such case), and which parts of that changed."""

    kind: Literal["added", "removed", "changed"]
    id: str
    input: str
    was: str
    before: str
    now: str
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class GoldDiff:
    """The first `MOST` cases that differ, and how many there are of each kind."""

    added: int
    removed: int
    changed: int
    cases: tuple[GoldCase, ...]

    @property
    def total(self) -> int:
        """How many cases differ."""
        return self.added + self.removed + self.changed


def gold_diff(cases: Path, live: Path) -> GoldDiff:
    """Compare the gold columns of two tables of cases, that of the run and that of what is live."""
    here, there = _gold(cases, "now"), _gold(live, "before")
    both = here.join(there, on="id", how="full", coalesce=True, maintain_order="left_right")
    judged = both.with_columns(_kind().alias("kind")).filter(_kind().is_not_null())
    counts = dict(judged["kind"].value_counts().iter_rows())
    return GoldDiff(
        added=counts.get("added", 0),
        removed=counts.get("removed", 0),
        changed=counts.get("changed", 0),
        cases=tuple(_cases(judged.head(MOST))),
    )


def _cases(judged: pl.DataFrame) -> Iterator[GoldCase]:
    sides = [judged[f"expected_{side}"] for side in ("before", "now")]
    before, now = (expected_said(pl.DataFrame({"expected": side.replace("", None)})).fill_null("") for side in sides)
    said, raws = zip(before, now, strict=True), zip(*sides, strict=True)
    named = zip(judged["kind"], judged["id"], judged["input_now"], judged["input_before"], strict=True)
    for (kind, name, asked, was), expected, raw in zip(named, said, raws, strict=True):
        question = clipped(was if asked is None else asked, LONGEST)
        earlier = "" if was is None or asked is None or was == asked else clipped(was, LONGEST)
        yield GoldCase(
            kind=kind,
            id=name,
            input=question,
            was=earlier,
            before=clipped(expected[0], LONGEST),
            now=clipped(expected[1], LONGEST),
            parts=_parts(*raw) if kind == "changed" else (),
        )


def _gold(path: Path, side: str) -> pl.DataFrame:
    """Id and content with the side behind the names; lists of missing evidence as text."""
    scan = pl.scan_parquet(path)
    known = scan.collect_schema()
    columns = []
    for name in CONTENT:
        column = pl.col(name) if name in known else pl.lit(None, dtype=pl.String)
        if isinstance(known.get(name), pl.List):
            column = column.list.sort().list.join("\x1f")
        columns.append(column.cast(pl.String).fill_null("").alias(f"{name}_{side}"))
    return scan.select("id", *columns).collect()


def _kind() -> pl.Expr:
    differs = pl.any_horizontal(pl.col(f"{name}_now") != pl.col(f"{name}_before") for name in CONTENT)
    added, removed = pl.col("input_before").is_null(), pl.col("input_now").is_null()
    return (
        pl.when(added)
        .then(pl.lit("added"))
        .when(removed)
        .then(pl.lit("removed"))
        .when(differs)
        .then(pl.lit("changed"))
        .otherwise(None)
    )


def _parts(before: str, now: str) -> tuple[str, ...]:
    """The parts of what is expected that differ, by their names in the gold set."""
    sides = [_object(before), _object(now)]
    keys = dict.fromkeys([*sides[1], *sides[0]])
    return tuple(str(key) for key in keys if sides[0].get(key) != sides[1].get(key))


def _object(text: str) -> dict[str, Any]:
    try:
        found = loads(text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
