"""The end of an evaluation: a model's judgement where one is asked for, the conclusion, what is written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from .conclusion import conclude
from .part import BASELINE, CASES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import polars as pl

    from .conclusion import Story
    from .results import Evaluation
    from .terms import Terms

    Judge = Callable[[pl.DataFrame, pl.DataFrame | None, float | None], tuple[pl.DataFrame, dict[str, Any]]]

RECORD = "evaluation.json"


@dataclass(frozen=True, kw_only=True)
class Answers:
    """The scored tables of a run by name; `stored` are the rows of what is live where they come from an earlier one."""

    tables: Mapping[str, pl.DataFrame]
    stored: pl.DataFrame | None = None

    @property
    def cases(self) -> pl.DataFrame:
        """One row a case."""
        return self.tables[CASES]

    @property
    def live(self) -> pl.DataFrame | None:
        """The rows of what is live."""
        return self.tables.get(BASELINE, self.stored)

    def judged(self, judge: Judge, left_usd: float | None) -> tuple[Answers, dict[str, Any]]:
        """The same with a model's scores, of what is live too where it has none yet; and the judge's records."""
        table, records = judge(self.cases, self.live, left_usd)
        added = [name for name in table.columns if name.startswith("judge.") and name not in self.cases.columns]
        found = replace(self, tables={**self.tables, CASES: table})
        if self.live is None or all(name in self.live.columns for name in added):
            return found, records
        spent = sum(record.get("cost_usd") or 0.0 for record in records.values())
        live, _ = judge(self.live, None, None if left_usd is None else max(0.0, left_usd - spent))
        if BASELINE in self.tables:
            return replace(found, tables={**found.tables, BASELINE: live}), records
        return replace(found, stored=live), records


def finish(
    answers: Answers,
    gold: Mapping[str, Any],
    terms: Terms,
    story: Story,
    *,
    out_dir: Path | None,
    judge: Judge | None = None,
    left_usd: float | None = None,
    record: bool = True,
) -> Evaluation:
    """Judge by `judge` with what is left of the budget, conclude, and write the tables of this run and its record.

    `gold` is what `GoldSet.to_json` says.
    """
    if judge is not None:
        answers, judges = answers.judged(judge, left_usd)
        story = replace(story, more={**story.more, "judges": judges})
    evaluation = conclude(answers.cases, answers.live, gold, terms, story)
    made = {**answers.tables, **evaluation.tables}
    evaluation = replace(evaluation, tables=made if answers.live is None else {**made, BASELINE: answers.live})
    return evaluation if out_dir is None else _written(evaluation, made, out_dir, record=record)


def _written(evaluation: Evaluation, made: Mapping[str, pl.DataFrame], out_dir: Path, *, record: bool) -> Evaluation:
    """Put the tables and the record into the folder, each whole or not at all."""
    from .jsontext import dump_pretty
    from .table import write_table, write_whole

    for name, table in made.items():
        write_table(table, out_dir / f"{name}.parquet")
    if record:
        write_whole(out_dir / RECORD, dump_pretty(evaluation.to_json()))
    return replace(evaluation, cases_path=out_dir / f"{CASES}.parquet")
