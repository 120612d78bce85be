"""The one way through: ask or read, score, compare, judge, write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .results import Baseline, Evaluation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from .ask.mapping import RequestMapping
    from .ask.subject import Subject
    from .case import GoldSet
    from .results import Progress
    from .verdict.gate import Gate

__all__ = ["Baseline", "Evaluation", "compare_tables", "evaluate", "score_responses"]


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
    """Ask `subject` every case, score, judge, and write `out_dir/cases.parquet`."""
    raise NotImplementedError


def score_responses(
    gold: GoldSet,
    responses_path: Path,
    gates: Sequence[Gate],
    out_dir: Path | None,
    *,
    mapping: RequestMapping | None = None,
    metrics: Sequence[str] | None = None,
    seed: int = 0,
    confidence: float = 0.95,
) -> Evaluation:
    """Score recorded responses (JSONL or Parquet) as `evaluate` scores live ones."""
    raise NotImplementedError


def compare_tables(a: Path, b: Path, *, seed: int = 0, confidence: float = 0.95) -> dict[str, Any]:
    """Compare two run folders, cases.parquet files or plain tables on their common ids."""
    raise NotImplementedError
