"""One part of an evaluation: some cases asked and scored, in this process or on another machine."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import polars as pl

    from .ask.asked import Asked, Batch
    from .ask.cache import ResponseCache
    from .ask.options import AskOptions
    from .ask.subject import Subject
    from .case import GoldSet
    from .results import Progress
    from .score.cache import ScoreCache

CASES, REPEATS, BASELINE = "cases", "repeats", "baseline"


@dataclass(frozen=True, kw_only=True)
class Part:
    """What came of some cases: tables by name (`cases`, and `repeats` or `baseline` where there are any).

    `stopped` says why not all of them were asked, for instance "budget"; the tables then hold those that were. `asking` are the
    figures of the asking.
    """

    tables: Mapping[str, pl.DataFrame]
    stopped: str | None = None
    asking: Mapping[str, Any] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, kw_only=True)
class Errand:
    """What a worker is given besides its cases: where its journal may stand, whom it tells how far it is, when to stop.

    `told` is called now and then; when it returns true no further case is begun. `journal` names a file for this part on
    the worker's own disk: a part that begins again on the same machine goes on from there.
    """

    journal: str
    told: Callable[[Progress], bool]


@dataclass(frozen=True, kw_only=True)
class Inquiry:
    """Who is asked and what is measured: `subject`, beside it `live` where the two are asked together.

    `metrics` are those to compute, all that apply without; `also` are computed in any case. `score_cache` keeps the scores of
    metrics that ask for it.
    """

    subject: Subject
    live: Subject | None = None
    metrics: Sequence[str] | None = None
    also: Sequence[str] = ()
    score_cache: ScoreCache | None = None

    def __call__(self, gold: GoldSet, options: AskOptions, errand: Errand) -> Part:
        """Ask and score on a worker, which goes on from its own journal and stops when it is told to."""
        told = _Told(errand)
        return self.part(gold, options, journal_path=Path(errand.journal), resume=True, on_progress=told.progress, stop=told)

    def part(
        self,
        gold: GoldSet,
        options: AskOptions,
        *,
        journal_path: Path | None = None,
        resume: bool = False,
        cache: ResponseCache | None = None,
        on_progress: Callable[[Progress], None] | None = None,
        stop: Callable[[Batch], bool] | None = None,
    ) -> Part:
        """Ask the cases and score what was answered."""
        from .ask.runner import ask_all

        asked: Asked = ask_all(
            gold, self.subject, options=options, journal_path=journal_path, resume=resume, cache=cache,
            baseline=self.live, on_progress=on_progress, stop=stop,
        )  # fmt: skip
        tables = self.scored(gold, asked.responses)
        if asked.baseline_responses is not None:
            tables[BASELINE] = self.scored(gold, asked.baseline_responses)[CASES]
        return Part(tables=tables, stopped=asked.stopped, asking=asked.figures.to_json())

    def scored(self, gold: GoldSet, responses: pl.DataFrame) -> dict[str, pl.DataFrame]:
        """The scored tables of responses; cases that have none are left out."""
        return scored_tables(gold, responses, self.metrics, self.also, self.score_cache)


class _Told:
    """Passes progress on to whoever sent the errand, and remembers when the answer was to stop."""

    def __init__(self, errand: Errand) -> None:
        self._errand = errand
        self._stop = False

    def progress(self, progress: Progress) -> None:
        self._stop = self._errand.told(progress) or self._stop

    def __call__(self, _batch: Batch) -> bool:
        return self._stop


def scored_tables(
    gold: GoldSet,
    responses: pl.DataFrame,
    metrics: Sequence[str] | None = None,
    also: Sequence[str] = (),
    score_cache: ScoreCache | None = None,
) -> dict[str, pl.DataFrame]:
    """The table of cases, and that of repeats where a case has several; cases that have no response are left out."""
    from .score.scoring import score
    from .table import cases_frame

    asked = gold
    if not responses["id"].equals(gold.frame["id"]):
        asked = gold.with_frame(gold.frame.join(responses, on="id", how="semi", maintain_order="left"))
    scored = score(cases_frame(asked, responses), asked, metrics, also, cache=score_cache)
    if "repeat" not in scored.columns:
        return {CASES: scored}
    from .score.repeats import collapse

    return {CASES: collapse(scored), REPEATS: scored}
