"""Expected evidence held to the ids of a corpus."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from ..case import GoldSet, gold_row, rows_frame
from ..errors import GoldgateError, Problems, UsageError

if TYPE_CHECKING:
    from collections.abc import Collection

    import polars as pl

    from ..case import Case

SHOWN = 3
NEXT_STEP = "Correct the ids, or set corpus.missing_evidence to report: what is lost is then no miss."


def check_evidence(gold: GoldSet, known_ids: Collection[str], mode: Literal["error", "report"]) -> GoldSet:
    """Compare the expected evidence with the ids of the corpus.

    In mode "report" the ids that the corpus lacks move to `evidence_missing`, so that they are no miss of the service; the
    hash of the set changes with them.

    Raises:
        Problems: mode is "error" and ids are missing; one problem a case, with its line.
    """
    lost = lost_evidence(gold, known_ids)
    if lost.is_empty():
        return gold
    if mode == "error":
        rows = lost.select("id", "lost", "line").iter_rows()
        raise Problems([_problem(gold, *row) for row in rows], next_step=NEXT_STEP)
    return gold.with_frame(_moved(gold, lost))


def lost_evidence(gold: GoldSet, known_ids: Collection[str]) -> pl.DataFrame:
    """The cases that expect evidence which the corpus lacks: row (the place in the set), id, line, lost (List[String])."""
    import polars as pl

    from ..table import expected_evidence

    evidence = expected_evidence(gold.frame["expected"]).list.eval(pl.element().struct.field("id"))
    expected = gold.frame.select("id", "line", lost=evidence).with_row_index("row").explode("lost", empty_as_null=True)
    known = pl.DataFrame({"lost": pl.Series(list(known_ids), dtype=pl.String)})
    lost = expected.drop_nulls("lost").join(known, on="lost", how="anti", maintain_order="left")
    return lost.group_by("row", "id", "line", maintain_order=True).agg("lost")


def said(identity: str, lost: list[str]) -> str:
    """The sentence about one case whose evidence is lost."""
    shown = ", ".join(lost[:SHOWN]) + (f" and {len(lost) - SHOWN} more" if len(lost) > SHOWN else "")
    return f'case "{identity}" expects evidence that the corpus lacks: {shown}.'


def _problem(gold: GoldSet, identity: str, lost: list[str], line: int) -> GoldgateError:
    return UsageError(said(identity, lost), where=f"{gold.path}:{line}")


def _moved(gold: GoldSet, lost: pl.DataFrame) -> pl.DataFrame:
    """The frame with the lost evidence of its cases moved aside, their hashes made anew."""
    import polars as pl

    cases = gold.with_frame(gold.frame[lost["row"]]).cases
    moved = [_without(case, set(names)) for case, names in zip(cases, lost["lost"], strict=True)]
    fields = ("expected", "evidence_missing", "case")
    frame = gold.frame.drop("evidence", strict=False)
    changed = rows_frame([gold_row(case) for case in moved]).select(pl.col(fields).name.suffix("_new"), row=lost["row"])
    joined = frame.with_row_index("row").join(changed, on="row", how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce(f"{name}_new", name).alias(name) for name in fields).select(frame.columns)


def _without(case: Case, lost: set[str]) -> Case:
    kept = {name: grade for name, grade in case.expected.evidence.items() if name not in lost}
    missing = tuple(name for name in case.expected.evidence if name in lost)
    return replace(case, expected=replace(case.expected, evidence=kept), evidence_missing=case.evidence_missing + missing)
