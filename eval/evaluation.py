"""The one way through: ask or read, score, compare, judge, write."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from .results import Baseline, Evaluation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import polars as pl

    from .ask.mapping import RequestMapping
    from .ask.subject import Subject
    from .case import GoldSet
    from .results import Progress
    from .verdict.common import Common
    from .verdict.gate import Gate

__all__ = ["Baseline", "Evaluation", "compare_tables", "evaluate", "score_responses"]

TABLE = "cases.parquet"
JOURNAL = "responses.jsonl"


@dataclass(frozen=True, kw_only=True)
class _Terms:
    """What an evaluation is judged by."""

    gates: Sequence[Gate]
    baseline: Baseline | None = None
    metrics: Sequence[str] | None = None
    seed: int = 0
    confidence: float = 0.95
    live: pl.DataFrame | None = field(default=None, compare=False)


class _Latest:
    """Passes progress on and keeps the last of it."""

    def __init__(self, listener: Callable[[Progress], None] | None) -> None:
        self._listener = listener
        self.progress: Progress | None = None

    def __call__(self, progress: Progress) -> None:
        self.progress = progress
        if self._listener is not None:
            self._listener(progress)


def evaluate(
    *,
    gold: GoldSet,
    subject: Subject,
    gates: Sequence[Gate],
    out_dir: Path,
    baseline: Baseline | None = None,
    concurrency: int = 8,
    budget_usd: float | None = None,
    time_budget_seconds: float | None = None,
    seed: int = 0,
    confidence: float = 0.95,
    on_progress: Callable[[Progress], None] | None = None,
    subject_info: Mapping[str, Any] | None = None,
    journal_path: Path | None = None,
    metrics: Sequence[str] | None = None,
) -> Evaluation:
    """Ask `subject` every case, score, compare with `baseline`, judge, and write `out_dir/cases.parquet`.

    The answers are kept in a journal (`out_dir/responses.jsonl` unless `journal_path` names another), so that the same call
    after an interruption asks only what is missing. `metrics` narrows what is computed; gated metrics always are. Gates and
    the baseline are read before anything is asked.

    Raises:
        UsageError: a gate names an unknown metric, the baseline's table cannot be read, or the journal is another subject's.
        OutsideError: the service is down, died, answers nothing usable, or a budget is spent; the journal keeps the answers.
    """
    from .ask.runner import ask_all

    terms = _terms(gates, baseline, metrics, seed, confidence)
    started_at = datetime.now(UTC).isoformat(timespec="seconds")
    start, latest = time.monotonic(), _Latest(on_progress)
    table = ask_all(
        gold,
        subject,
        concurrency=concurrency,
        journal_path=journal_path or out_dir / JOURNAL,
        on_progress=latest,
        budget_usd=budget_usd,
        time_budget_seconds=time_budget_seconds,
        seed=seed,
    )
    timing = _timing(started_at, time.monotonic() - start, latest.progress)
    info = {"kind": "http", "address": subject.address, **(subject_info or {})}
    return _concluded(table, gold, terms, out_dir, info, timing)


def score_responses(
    gold: GoldSet,
    responses_path: Path,
    gates: Sequence[Gate],
    out_dir: Path | None,
    *,
    mapping: RequestMapping | None = None,
    baseline: Baseline | None = None,
    metrics: Sequence[str] | None = None,
    seed: int = 0,
    confidence: float = 0.95,
) -> Evaluation:
    """Score recorded responses (JSONL or Parquet, one row a case) as `evaluate` scores live ones.

    A row holds `id` and either `output`, read through `mapping`, or the fields themselves. A case without a row counts as an
    error, not as a wrong answer.

    Raises:
        Problems: rows of another gold set, broken or wrong rows; each with its line.
        UsageError: the file is absent, or a gate names an unknown metric.
    """
    from .ask.recorded import read_recorded
    from .table import cases_frame

    terms = _terms(gates, baseline, metrics, seed, confidence)
    started_at = datetime.now(UTC).isoformat(timespec="seconds")
    start = time.monotonic()
    table = cases_frame(gold, read_recorded(responses_path, gold, mapping))
    info = {"kind": "recorded", "address": str(responses_path)}
    timing = {"started_at": started_at, "seconds": round(time.monotonic() - start, 3), "requests_per_second": None}
    return _concluded(table, gold, terms, out_dir, info, timing)


def compare_tables(a: Path, b: Path, *, seed: int = 0, confidence: float = 0.95) -> dict[str, Any]:
    """Compare two run folders, cases.parquet files or plain tables (CSV, Parquet, JSONL) on their common ids.

    The design's "compare" JSON; `diff` is b minus a, a win is a case where b is larger.

    Raises:
        UsageError: a table is absent or unreadable, has no id, or the two share no case or no metric.
    """
    from .verdict.comparison import compare

    return compare(a, b, seed=seed, confidence=confidence)


def _terms(
    gates: Sequence[Gate], baseline: Baseline | None, metrics: Sequence[str] | None, seed: int, confidence: float
) -> _Terms:
    """The terms with every metric name checked and the live image's table read."""
    from .score.registry import measure
    from .table import read_table

    for name in [*(gate.metric for gate in gates), *(metrics or ())]:
        measure(name)
    live = None if baseline is None else read_table(baseline.path)
    return _Terms(gates=gates, baseline=baseline, metrics=metrics, seed=seed, confidence=confidence, live=live)


def _concluded(
    table: pl.DataFrame, gold: GoldSet, terms: _Terms, out_dir: Path | None, subject: dict[str, Any], timing: dict[str, Any]
) -> Evaluation:
    from .score.scoring import score
    from .table import write_table
    from .verdict.common import common_cases
    from .verdict.gates import judge, moved
    from .verdict.slices import slices
    from .verdict.values import present, summarise

    gated = list(dict.fromkeys(gate.metric for gate in terms.gates))
    scored = score(table, gold, terms.metrics, also=gated)
    verdict, results = judge(scored, terms.live, terms.gates, seed=terms.seed, confidence=terms.confidence)
    common = None if terms.live is None else common_cases(scored, terms.live)
    worse, better = moved(common, gated) if common is not None else ([], [])
    metrics = {name: summarise(scored, name, terms.confidence) for name in present(scored)}
    path = None if out_dir is None else out_dir / TABLE
    if path is not None:
        write_table(scored, path)
    evaluation = Evaluation(
        verdict=verdict,
        headline="",
        gold_set=_gold_record(gold),
        subject=subject,
        metrics=metrics,
        slices=slices(scored, gated, common, terms.confidence),
        gates=results,
        baseline=_baseline_record(terms.baseline, common),
        latency={part: _value(metrics, f"latency.{part}_ms") for part in ("p50", "p95", "p99", "mean")},
        cost=_cost(scored),
        timing=timing,
        cases_path=path,
        worse=worse,
        better=better,
    )
    return replace(evaluation, headline=_headline(evaluation))


def _headline(evaluation: Evaluation) -> str:
    """The outcome in the words of the report."""
    from .report.sentence import headline

    sentence = headline(evaluation.to_json()).sentence
    first = sentence.partition(" ")[0]
    return f"{first.capitalize() if first.isalpha() else first}{sentence[len(first) :]}."


def _gold_record(gold: GoldSet) -> dict[str, Any]:
    """The gold set as it is named in the record; `evidence_missing` counts the expected ids that the corpus lacks."""
    lost = sum(len(case.evidence_missing) for case in gold.cases)
    path = str(gold.path)
    return {"path": path, "format": gold.format, "sha256": gold.sha256, "cases": len(gold), "evidence_missing": lost}


def _value(metrics: Mapping[str, Any], name: str) -> float | None:
    return metrics[name].value if name in metrics else None


def _cost(scored: pl.DataFrame) -> dict[str, float | int | None]:
    """Sums over the cases; null where no answer gave any."""
    columns = {"usd": "cost_usd", "input_tokens": "input_tokens", "output_tokens": "output_tokens"}
    given = {name: column for name, column in columns.items() if scored[column].null_count() < len(scored)}
    return {name: sum(scored[given[name]].drop_nulls().to_list()) if name in given else None for name in columns}


def _timing(started_at: str, seconds: float, progress: Progress | None) -> dict[str, Any]:
    reused = progress.reused if progress is not None else 0
    asked = progress.done - reused if progress is not None else 0
    rate = round(asked / seconds, 2) if asked and seconds > 0 else None
    return {"started_at": started_at, "seconds": round(seconds, 3), "requests_per_second": rate, "reused": reused}


def _baseline_record(baseline: Baseline | None, common: Common | None) -> dict[str, Any] | None:
    if baseline is None or common is None:
        return None
    others = {"only here": len(common.only_here), "only there": len(common.only_there), "changed": len(common.changed)}
    differing = ", ".join(f"{count} {name}" for name, count in others.items() if count)
    note = f"the gold sets differ: compared on the {len(common)} common, unchanged cases ({differing})" if differing else None
    return {
        "digest": baseline.digest,
        "released_at": baseline.released_at,
        "label": baseline.label,
        "common": len(common),
        "only_here": len(common.only_here),
        "only_there": len(common.only_there),
        "changed": len(common.changed),
        "note": note,
    }
