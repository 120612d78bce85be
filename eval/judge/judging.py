"""Rubrics run over a table of cases: a column for each, and a record of what each judge is worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from ..errors import UsageError
from ..table import NOTE
from ..verdict.values import clusters_of, weights_of
from .asking import Terms, ask
from .cache import Cache
from .docket import docket_of
from .labels import HumanScores, by_rubric, human_scores
from .pairwise import Duel, position_bias
from .parsing import Preference, Rating
from .worth import worth

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from ..results import Progress
    from .asking import Replies
    from .docket import Docket
    from .labels import Label
    from .model import Model
    from .rubric import Rubric

DEFAULT = "default"
FAULTS_SHOWN = 3


@dataclass(frozen=True, kw_only=True)
class Judged:
    """The table with the judges' columns, and their records by name, as they stand under `judges` in evaluation.json.

    For each rubric: `judge.<name>` (0..1, null where there is no score), `note:judge.<name>` (the judge's reason) and, where
    there are labels, `note:human.<name>` (0..1). `cost_usd` is what this run spent; `stopped` says why it ended early.
    """

    table: pl.DataFrame
    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    cost_usd: float = 0.0
    stopped: str | None = None


@dataclass(frozen=True, kw_only=True)
class _Scores:
    """One rubric's outcome, row by row."""

    values: NDArray[np.float64]
    reasons: list[str | None]
    duels: list[Duel]


def run_judges(
    table: pl.DataFrame,
    rubrics: Sequence[Rubric],
    model: Model | Mapping[str, Model],
    *,
    labels: Sequence[Label] = (),
    baseline: pl.DataFrame | None = None,
    cache_dir: Path | None = None,
    terms: Terms | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    confidence: float = 0.95,
) -> Judged:
    """Judge every answer by every rubric. `model` is one model, or models by the name that a rubric gives (or "default").

    A row that ended in an error is missing, and so is one whose judge failed; neither counts as a low score. A preference
    compares with the answers of `baseline` (id, input, answer, error); without one it is left out, and its record says so.

    Raises:
        UsageError: a rubric names a model that is not there.
        Problems: labels that do not lie on their rubric's scale, or do not say which of several rubrics is theirs.
        OutsideError: a model does not answer at all; what it said before is in the cache.
    """
    terms = terms or Terms()
    given = by_rubric(labels, rubrics)
    human = {rubric.name: human_scores(given[rubric.name], table, rubric) for rubric in rubrics}
    dockets = [docket_of(rubric, _model_of(rubric, model), table, baseline) for rubric in rubrics]
    judged = Judged(table=table)
    with Cache(cache_dir) as cache:
        for docket in dockets:
            left = replace(terms, spent_usd=terms.spent_usd + judged.cost_usd)
            replies = ask(docket.questions, docket.model, cache, left, on_progress=on_progress)
            judged = _with_rubric(judged, docket, replies, human[docket.rubric.name], confidence)
    return judged


def _model_of(rubric: Rubric, model: Model | Mapping[str, Model]) -> Model:
    if not isinstance(model, Mapping):
        return model
    name = rubric.model or DEFAULT
    if name not in model:
        msg = f'the rubric {rubric.name} is to be judged by the model "{name}", which is not there.'
        raise UsageError(msg, next_step=f"Known are {', '.join(sorted(model))}.")
    return model[name]


def _with_rubric(judged: Judged, docket: Docket, replies: Replies, human: HumanScores, confidence: float) -> Judged:
    scores = _scores(docket, replies)
    name = docket.rubric.metric
    columns = [
        pl.Series(name, scores.values, dtype=pl.Float64).fill_nan(None),
        pl.Series(NOTE + name, scores.reasons, dtype=pl.String),
    ]
    if not np.isnan(human.values).all():
        columns.append(pl.Series(f"{NOTE}human.{docket.rubric.name}", human.values, dtype=pl.Float64).fill_nan(None))
    record = _record(docket, replies, scores, human) | worth(
        scores.values,
        human.values,
        weights=weights_of(judged.table).to_numpy(),
        clusters=clusters_of(judged.table),
        confidence=confidence,
    )
    return Judged(
        table=judged.table.with_columns(columns),
        records=judged.records | {docket.rubric.name: record},
        cost_usd=judged.cost_usd + replies.new_usd,
        stopped=judged.stopped or replies.stopped,
    )


def _scores(docket: Docket, replies: Replies) -> _Scores:
    said = [[replies.said.get(key) for key in row] for row in docket.keys_by_row()]
    reasons = [_reasons(row) for row in said]
    if docket.rubric.kind == "rating":
        ratings = [row[0] if row and isinstance(row[0], Rating) else None for row in said]
        values = [np.nan if rating is None else docket.rubric.fraction(rating.score) for rating in ratings]
        return _Scores(values=np.array(values, dtype=np.float64), reasons=reasons, duels=[])
    duels = [Duel(first=_choice(row, 0), second=_choice(row, 1)) for row in said]
    values = [np.nan if duel.score is None else duel.score for duel in duels]
    return _Scores(values=np.array(values, dtype=np.float64), reasons=reasons, duels=duels)


def _choice(row: list[Any], place: int) -> Any:
    said = row[place] if row else None
    return said.choice if isinstance(said, Preference) else None


def _reasons(row: list[Any]) -> str | None:
    return " | ".join(said.reason for said in row if said is not None and said.reason) or None


def _record(docket: Docket, replies: Replies, scores: _Scores, human: HumanScores) -> dict[str, Any]:
    """What was asked, of whom, and what came of it."""
    asked = np.array([bool(row) for row in docket.questions])
    record: dict[str, Any] = {
        "model": docket.model.name,
        "kind": docket.rubric.kind,
        "rubric_sha256": docket.rubric.sha256,
        "missing": int((np.isnan(scores.values) & (asked | docket.failed)).sum()),
        "unread": sum("could not be read" in fault for fault in replies.faults.values()),
        "reused": replies.reused,
        "cost_usd": sum(replies.cost_usd.values()),
        "position_bias": position_bias(scores.duels),
        "labels": {"stale": human.stale, "unknown": human.unknown},
    }
    if replies.faults:
        record["faults"] = sorted(set(replies.faults.values()))[:FAULTS_SHOWN]
    if replies.stopped:
        record["stopped"] = replies.stopped
    if docket.rubric.kind == "preference" and not asked.any():
        record["stopped"] = "there is no baseline to compare with"
    return record
