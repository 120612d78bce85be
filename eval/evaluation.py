"""The one way through: ask or read, score, compare, judge, write."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .case import GoldSet
from .clock import Clock
from .conclusion import Story
from .finish import Answers, finish
from .garbage import seldom_collected
from .part import BASELINE, CASES, REPEATS, Inquiry, Part
from .results import Baseline, Evaluation
from .settling import Settling
from .terms import Correction, Terms

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import polars as pl

    from .ask.cache import ResponseCache
    from .ask.mapping import RequestMapping
    from .ask.options import AskOptions
    from .ask.recorded import Recording
    from .ask.subject import Subject
    from .finish import Judge
    from .results import Progress
    from .score.cache import ScoreCache
    from .shards import Shard
    from .verdict.gate import Gate

    Listener = Callable[[Progress], None]
    Engine = Callable[[GoldSet, Inquiry, AskOptions, Listener], list[Part]]

__all__ = ["Baseline", "Evaluation", "compare_tables", "evaluate", "merge_shards", "score_responses"]

JOURNAL = "responses.jsonl"
SUMMED = ("questions", "answered", "reused", "errors", "retries", "cost_usd")


@seldom_collected()
def evaluate(
    *,
    gold: GoldSet | Path | str,
    subject: Subject | Callable[..., Any] | str,
    gates: Sequence[Gate] = (),
    out_dir: Path | str | None = None,
    baseline: Baseline | None = None,
    live: Subject | None = None,
    options: AskOptions | None = None,
    metrics: Sequence[str] | None = None,
    seed: int = 0,
    confidence: float = 0.95,
    correction: Correction = "holm",
    sequential: bool = False,
    judge: Judge | None = None,
    journal_path: Path | None = None,
    resume: bool = False,
    cache: ResponseCache | None = None,
    score_cache: ScoreCache | None = None,
    shard: Shard | None = None,
    engine: Engine | None = None,
    on_progress: Listener | None = None,
    subject_info: Mapping[str, Any] | None = None,
    write_record: bool = True,
) -> Evaluation:
    """Ask `subject` every case, score, compare, judge, and write `out_dir/{cases.parquet, evaluation.json}`.

    `subject` is a Subject, a function of the input, or the address of a service that takes {"input": ...} and gives "answer".
    What is live is either `baseline`, the stored table of an earlier evaluation, or `live`, a subject that is asked beside this
    one, case by case; `baseline` then only names it, and its rows are those of this run. Answers are kept in a journal
    (`out_dir/responses.jsonl` unless `journal_path` names another); with `resume` only what is missing there is asked.
    `sequential` asks in random order and stops once the verdict cannot change at `confidence`. `metrics` narrows what is
    computed; gated metrics always are. `shard` asks a part of the cases, `engine` has them asked elsewhere. `judge` adds a
    model's scores to the table, given what is left of the budget. `write_record` is off where the caller has a record of its
    own. Gates and the baseline are read before anything is asked.

    Raises:
        UsageError: a gate names an unknown metric, the baseline's table cannot be read, or the journal is another subject's.
        OutsideError: the service is down, died, or answers nothing usable; the journal keeps the answers.
    """
    from .ask.options import AskOptions

    whole, asked, folder = _gold(gold), _subject(subject), None if out_dir is None else Path(out_dir)
    if live is not None:
        baseline = _asked_baseline(live, baseline, folder)
    terms = Terms(gates=gates, baseline=baseline, metrics=metrics, seed=seed, confidence=confidence, correction=correction)
    stored = _stored(baseline) if baseline is not None and live is None else None
    options = replace(options or AskOptions(), seed=seed)
    if sequential:
        options = replace(options, order="random")
    mine, clock = _selected(whole, shard), Clock(on_progress)
    inquiry = Inquiry(subject=asked, live=live, metrics=metrics, also=terms.gated, score_cache=score_cache)
    settling = Settling(mine, inquiry, terms, stored) if sequential else None
    if engine is not None:
        part = _together(engine(mine, inquiry, options, clock), terms)
    else:
        part = inquiry.part(
            mine, options, journal_path=journal_path or (None if folder is None else folder / JOURNAL), resume=resume,
            cache=cache, on_progress=clock, stop=settling,
        )  # fmt: skip
    info = {"kind": "http", "address": asked.address, "digest": asked.digest, **(subject_info or {})}
    more = {"asking": dict(part.asking), **_shard_fields(shard, terms, whole)}
    told = {} if settling is None else settling.told()
    story = Story(subject=info, timing=clock.timing(), stopped=part.stopped, more=more, **told)
    answers = Answers(tables=_with_places(part.tables, whole, shard), stored=stored)
    left = _left(options.budget_usd, part)
    return finish(answers, mine.to_json(), terms, story, out_dir=folder, judge=judge, left_usd=left, record=write_record)


@seldom_collected()
def score_responses(
    gold: GoldSet | Path | str,
    responses: Path | str | Recording,
    gates: Sequence[Gate] = (),
    out_dir: Path | str | None = None,
    *,
    mapping: RequestMapping | None = None,
    baseline: Baseline | None = None,
    metrics: Sequence[str] | None = None,
    seed: int = 0,
    confidence: float = 0.95,
    correction: Correction = "holm",
    judge: Judge | None = None,
    score_cache: ScoreCache | None = None,
) -> Evaluation:
    """Score recorded responses (JSONL, Parquet, CSV, a TREC run, or a cases.parquet) as `evaluate` scores live ones.

    A row holds `id` and either `output`, read through `mapping`, or the fields themselves. A case without a row counts as an
    error, not as a wrong answer. A `Recording` is a file of responses with its mapping whose reading may have begun.

    Raises:
        Problems: rows of another gold set, broken or wrong rows; each with its line.
        UsageError: the file is absent, or a gate names an unknown metric.
    """
    from .ask.recorded import Recording
    from .part import scored_tables

    recording = responses if isinstance(responses, Recording) else Recording(Path(responses), mapping, ahead=True)
    whole = _gold(gold)
    terms = Terms(gates=gates, baseline=baseline, metrics=metrics, seed=seed, confidence=confidence, correction=correction)
    stored = None if baseline is None else _stored(baseline)
    clock = Clock()
    tables = scored_tables(whole, recording.of(whole), metrics, terms.gated, score_cache)
    story = Story(subject={"kind": "recorded", "address": str(recording.path)}, timing=clock.timing())
    folder = None if out_dir is None else Path(out_dir)
    return finish(Answers(tables=tables, stored=stored), whole.to_json(), terms, story, out_dir=folder, judge=judge)


def merge_shards(folders: Sequence[Path], out_dir: Path | None = None, *, allow_missing: bool = False) -> Evaluation:
    """Join what the shards of one evaluation left in their folders, and judge it as one run would have been.

    Raises:
        UsageError: a folder holds no shard, or shards are missing and `allow_missing` is not set.
        Problems: a shard is there twice, or the shards do not belong together.
    """
    from .merging import merge

    merged = merge(folders, allow_missing=allow_missing)
    place = merged.terms.get("baseline")
    baseline = None if place is None else Baseline(path=Path(place["path"]), digest=place["digest"], label=place["label"])
    terms = Terms.of_json(merged.terms, baseline)
    stored = _stored(baseline) if baseline is not None and merged.baseline is None else None
    stopped = merged.stopped
    if merged.missing:
        stopped = f"missing: shards {', '.join(map(str, merged.missing))} were not there"
    tables = {CASES: merged.table, REPEATS: merged.repeats, BASELINE: merged.baseline}
    found = {name: table for name, table in tables.items() if table is not None}
    story = Story(subject=merged.subject, timing=merged.timing, stopped=stopped, more={"merged": merged.count})
    return finish(Answers(tables=found, stored=stored), merged.terms["gold_set"], terms, story, out_dir=out_dir)


def compare_tables(
    a: Path | str,
    b: Path | str,
    *,
    seed: int = 0,
    confidence: float = 0.95,
    correction: Correction = "holm",
    slices: bool = False,
) -> dict[str, Any]:
    """Compare two run folders, cases.parquet files or plain tables (CSV, Parquet, JSONL) on their common ids.

    The design's "compare" JSON; `diff` is b minus a, a win is a case where b is larger. `slices` adds those that moved most.

    Raises:
        UsageError: a table is absent or unreadable, has no id, or the two share no case or no metric.
    """
    from .verdict.comparison import compare

    return compare(Path(a), Path(b), seed=seed, confidence=confidence, correction=correction, slices=slices)


def _gold(gold: GoldSet | Path | str) -> GoldSet:
    if isinstance(gold, GoldSet):
        return gold
    from .gold.load import load_gold

    return load_gold(Path(gold))


def _subject(subject: Subject | Callable[..., Any] | str) -> Subject:
    if isinstance(subject, str):
        from .ask.http_subject import HttpSubject
        from .ask.mapping import RequestMapping

        return HttpSubject(subject, RequestMapping())
    if callable(subject):
        from .ask.callable_subject import CallableSubject

        return CallableSubject(subject, name=getattr(subject, "__qualname__", type(subject).__name__))
    return subject


def _asked_baseline(live: Subject, named: Baseline | None, out_dir: Path | None) -> Baseline:
    """The baseline whose rows this run makes: by the names that were given, else by the subject's own."""
    known = named or Baseline(path=Path(), digest=live.digest, label=live.address)
    return replace(known, path=(out_dir or Path()) / f"{BASELINE}.parquet", beside=True)


def _stored(baseline: Baseline) -> pl.DataFrame:
    from .table import read_table

    return read_table(baseline.path)


def _selected(gold: GoldSet, shard: Shard | None) -> GoldSet:
    if shard is None:
        return gold
    from .shards import select

    return select(gold, shard)


def _with_places(tables: Mapping[str, pl.DataFrame], gold: GoldSet, shard: Shard | None) -> dict[str, pl.DataFrame]:
    """The tables of a shard with the place of each case in the whole gold set."""
    if shard is None:
        return dict(tables)
    from .shards import with_places

    return {name: with_places(table, gold) for name, table in tables.items()}


def _shard_fields(shard: Shard | None, terms: Terms, gold: GoldSet) -> dict[str, Any]:
    return {} if shard is None else {"shard": shard.to_json(), "terms": terms.to_json(gold)}


def _together(parts: Sequence[Part], terms: Terms) -> Part:
    """The parts that an engine had done, as one."""
    from .joining import join

    names = dict.fromkeys(name for part in parts for name in part.tables)
    figures = {name: sum(part.asking.get(name, 0) for part in parts) for name in SUMMED}
    tables = {
        name: join([part.tables[name] for part in parts if name in part.tables], terms.metrics, terms.gated) for name in names
    }
    return Part(tables=tables, stopped=next((part.stopped for part in parts if part.stopped), None), asking=figures)


def _left(budget_usd: float | None, part: Part) -> float | None:
    """What the asking, of both where there are two, has left of the budget."""
    if budget_usd is None:
        return None
    asked = (part.tables[name] for name in (CASES, BASELINE) if name in part.tables)
    spent: float = part.asking.get("cost_usd", sum(float(table["cost_usd"].sum()) for table in asked))
    return max(0.0, budget_usd - spent)
