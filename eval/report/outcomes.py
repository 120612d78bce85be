"""Right or wrong, case by case, as columns: the outcomes of the page for tables of any length."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from ..case import TAG
from ..score.deciding import RIGHT_FROM, best, chosen, deciding, groups, holder
from ..table import metric_columns
from . import figures
from .gates import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

LIVE = "live:"
ORDER = ("broken", "both wrong", "wrong", "error", "fixed", "unjudged", "both right", "right")
"""The outcomes in the order of the page."""

ADDED = ("judged_by", "score", "live_score", "outcome", "worse", "better")


def outcomes(frame: pl.DataFrame, live: pl.DataFrame | None = None, evaluation: dict[str, Any] | None = None) -> pl.DataFrame:
    """The table of cases, in its own order, with the columns of `ADDED` behind.

    The first group of metrics that applies to a case decides it, by the best of the group: `score` is that value, `judged_by`
    the metric, `live_score` what is live reached in the same group. `worse` and `better` are the cases that the evaluation
    lists and those that changed between right and wrong.
    """
    joined = frame if live is None else _beside(frame, live)
    found = groups(metric_columns(frame.columns))
    theirs = [[LIVE + name for name in group if LIVE + name in joined.columns] for group in found]
    place = deciding(found, joined.columns)
    judged = joined.with_columns(
        judged_by=chosen(place, [holder(group) for group in found], pl.String()),
        score=chosen(place, [best(group) for group in found], pl.Float64()),
        live_score=chosen(place, [best(group) for group in theirs], pl.Float64()),
    )
    told = judged.with_columns(outcome=_outcome(judged.columns))
    return told.with_columns(worse=_moved(evaluation, "worse", "broken"), better=_moved(evaluation, "better", "fixed")).select(
        *frame.columns, *ADDED
    )


def in_page_order(judged: pl.DataFrame, evaluation: dict[str, Any] | None) -> pl.DataFrame:
    """The rows of `outcomes` in the order in which people should read them.

    What broke, what else got worse, then outcome by outcome; within each the slice whose gate failed first, then as the
    evaluation lists them, then those that lost most.
    """
    places = {str(name): place for place, name in enumerate((evaluation or {}).get("worse") or [])}
    listed_at = pl.col("id").replace_strict(places, default=len(places), return_dtype=pl.Int64) if places else pl.lit(0)
    places_of = {name: place for place, name in enumerate(ORDER, start=2)} | {"broken": 0}
    group = pl.col("outcome").replace_strict(places_of, return_dtype=pl.Int64)
    keys = judged.select(
        group=pl.when((group > 0) & pl.col("worse")).then(1).otherwise(group),
        aside=~_in_slice(blamed_slice(evaluation), judged.columns),
        listed=listed_at,
        gained=pl.col("score").fill_null(0.0) - pl.col("live_score").fill_null(0.0),
        row=pl.int_range(pl.len()),
    )
    return judged[keys.sort("group", "aside", "listed", "gained", maintain_order=True)["row"]]


def blamed_slice(evaluation: dict[str, Any] | None) -> list[tuple[str, str]]:
    """The slice of the first gate that failed, as pairs of tag and value: its cases lead among equals."""
    failed = [gate for gate in listed(evaluation) if gate.verdict == "fail"]
    return figures.slice_pairs(failed[0].slice) if failed else []


def _in_slice(pairs: Sequence[tuple[str, str]], columns: Sequence[str]) -> pl.Expr:
    known = [pl.col(TAG + tag).eq_missing(pl.lit(value)) for tag, value in pairs if TAG + tag in columns]
    return pl.all_horizontal(known) if known and len(known) == len(pairs) else pl.lit(not pairs)


def _beside(frame: pl.DataFrame, live: pl.DataFrame) -> pl.DataFrame:
    shared = [name for name in (*metric_columns(frame.columns), "error") if name in live.columns]
    theirs = live.select("id", *(pl.col(name).alias(LIVE + name) for name in shared))
    return frame.join(theirs, on="id", how="left", maintain_order="left")


def _outcome(columns: Sequence[str]) -> pl.Expr:
    right, before = pl.col("score") >= RIGHT_FROM, pl.col("live_score") >= RIGHT_FROM
    paired = pl.col("live_score").is_not_null()
    if LIVE + "error" in columns:
        paired &= pl.col(LIVE + "error").is_null()
    failed = pl.col("error").fill_null("") != "" if "error" in columns else pl.lit(value=False)
    return (
        pl.when(failed)
        .then(pl.lit("error"))
        .when(pl.col("score").is_null())
        .then(pl.lit("unjudged"))
        .when(~paired)
        .then(_either(right, "right", "wrong"))
        .otherwise(_either(before, _either(right, "both right", "broken"), _either(right, "fixed", "both wrong")))
    )


def _either(condition: pl.Expr, yes: str | pl.Expr, no: str | pl.Expr) -> pl.Expr:
    return pl.when(condition).then(_text(yes)).otherwise(_text(no))


def _text(part: str | pl.Expr) -> pl.Expr:
    return pl.lit(part) if isinstance(part, str) else part


def _moved(evaluation: dict[str, Any] | None, key: str, flipped: str) -> pl.Expr:
    listed = pl.Series([str(name) for name in (evaluation or {}).get(key) or []], dtype=pl.String)
    return pl.col("id").is_in(listed.implode()) | (pl.col("outcome") == flipped)
