"""From scored tables to an evaluation: compared, judged, summed up."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from .results import Evaluation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

    from .results import Baseline, MetricValue, SliceValue, Verdict
    from .terms import Terms
    from .verdict.common import Common
    from .verdict.sequential import Decision


SLICES = "slices"
MOST_MOVED = 20
MOST_PAIRS = 2000


@dataclass(frozen=True, kw_only=True)
class Story:
    """How the answers were come by: whose they are, when and how fast, and what else belongs into evaluation.json.

    `stopped` says why not all cases were asked; such an evaluation is inconclusive at best, unless it stopped because of a
    `decision`. `gate_confidence` is the level that is left for the gates where they were looked at before the end.
    """

    subject: dict[str, Any]
    timing: dict[str, Any]
    stopped: str | None = None
    decision: Decision | None = None
    gate_confidence: float | None = None
    more: dict[str, Any] = field(default_factory=dict)


def conclude(
    scored: pl.DataFrame, live: pl.DataFrame | None, gold: Mapping[str, Any], terms: Terms, story: Story
) -> Evaluation:
    """Judge a scored table, against that of what is live where there is one.

    `gold` is what `GoldSet.to_json` says. The same table, terms and live table give the same evaluation, wherever the rows
    were made.
    """
    from .verdict.common import common_cases
    from .verdict.gates import judge, moved
    from .verdict.values import present, summarise

    common = None if live is None else common_cases(scored, live)
    if story.decision is not None:
        verdict, gates = story.decision.verdict, story.decision.results
    else:
        level = terms.confidence if story.gate_confidence is None else story.gate_confidence
        verdict, gates = judge(
            scored, live, terms.gates, seed=terms.seed, confidence=level, correction=terms.correction, common=common
        )
    worse, better = moved(common, terms.gated) if common is not None else ([], [])
    metrics = {name: summarise(scored, name, terms.confidence) for name in present(scored)}
    slices = _sliced(scored, common, terms, list(metrics))
    evaluation = Evaluation(
        verdict=_capped(verdict, story),
        headline="",
        gold_set={**gold, "asked": scored.height} if story.stopped else dict(gold),
        subject=story.subject,
        metrics=metrics,
        slices=slices.single,
        gates=gates,
        baseline=baseline_record(terms.baseline, common),
        latency={part: _value(metrics, f"latency.{part}_ms") for part in ("p50", "p95", "p99", "mean")},
        cost=_cost(scored),
        timing=story.timing,
        cases_path=None,
        worse=worse,
        better=better,
        tables={SLICES: slices.table()} if slices.single else {},
        more=story.more | slices.told(terms.gated) | _ending(story, scored.height, gold["cases"]),
    )
    return replace(evaluation, headline=_headline(evaluation))


def _ending(story: Story, asked: int, cases: int) -> dict[str, Any]:
    """Why and where the asking ended early."""
    ending: dict[str, Any] = {"stopped": story.stopped} if story.stopped else {}
    if story.decision is not None:
        ending["sequential"] = {"decided_after": story.decision.asked, "asked": asked, "cases": cases}
    return ending


@dataclass(frozen=True, kw_only=True)
class _Slices:
    """Every metric by tag and by pair of tags, and what of it moved most against live."""

    single: list[SliceValue]
    pairs: list[SliceValue]
    moved: list[SliceValue]

    def told(self, gated: Sequence[str]) -> dict[str, Any]:
        """The fields `pairs` (those of gated metrics, where there are gates) and `moved`, no more than a reader can use."""
        pairs = [part for part in self.pairs if part.metric in gated or not gated]
        if len(pairs) > MOST_PAIRS:
            pairs = sorted(pairs, key=lambda part: -part.n)[:MOST_PAIRS]
        finer = {"pairs": pairs, "moved": self.moved}
        return {name: [part.to_json() for part in parts] for name, parts in finer.items() if parts}

    def table(self) -> pl.DataFrame:
        """All of them, one row a slice and metric: slices.parquet."""
        import polars as pl

        return pl.DataFrame([part.to_json() for part in [*self.single, *self.pairs]], infer_schema_length=None)


def _sliced(scored: pl.DataFrame, common: Common | None, terms: Terms, present: list[str]) -> _Slices:
    from .verdict.slices import moved_slices, slice_pairs, slices

    names = list(dict.fromkeys([*terms.gated, *present]))
    single = slices(scored, names, common, terms.confidence)
    pairs = slice_pairs(scored, names, common, terms.confidence)
    return _Slices(single=single, pairs=pairs, moved=moved_slices([*single, *pairs], terms.correction)[:MOST_MOVED])


def _capped(verdict: Verdict, story: Story) -> Verdict:
    return "inconclusive" if story.stopped and story.decision is None and verdict == "pass" else verdict


def _headline(evaluation: Evaluation) -> str:
    """The outcome in the words of the report."""
    from .report.sentence import headline

    sentence = headline(evaluation.to_json()).sentence
    first = sentence.partition(" ")[0]
    return f"{first.capitalize() if first.isalpha() else first}{sentence[len(first) :]}."


def _value(metrics: Mapping[str, MetricValue], name: str) -> float | None:
    return metrics[name].value if name in metrics else None


def _cost(scored: pl.DataFrame) -> dict[str, float | int | None]:
    """Sums over the cases; null where no answer gave any."""
    columns = {"usd": "cost_usd", "input_tokens": "input_tokens", "output_tokens": "output_tokens"}
    given = {name: column for name, column in columns.items() if scored[column].null_count() < len(scored)}
    return {name: _total(scored[given[name]]) if name in given else None for name in columns}


def _total(column: pl.Series) -> float | int:
    """The sum, whatever the order of the rows."""
    if column.dtype.is_integer():
        return int(column.sum())
    return math.fsum(column.drop_nulls())


def baseline_record(baseline: Baseline | None, common: Common | None) -> dict[str, Any] | None:
    """What was compared with, and on which cases: those that both gold sets hold unchanged."""
    if baseline is None or common is None:
        return None
    others = {"only here": len(common.only_here), "only there": len(common.only_there), "changed": len(common.changed)}
    differing = ", ".join(f"{count} {name}" for name, count in others.items() if count)
    note = f"the gold sets differ: compared on the {len(common)} common, unchanged cases ({differing})" if differing else None
    return {
        "digest": baseline.digest,
        "released_at": baseline.released_at,
        "label": baseline.label,
        "beside": baseline.beside,
        "common": len(common),
        "only_here": len(common.only_here),
        "only_there": len(common.only_there),
        "changed": len(common.changed),
        "note": note,
    }
