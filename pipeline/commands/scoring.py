"""`goldgate score` and `goldgate compare`: the evaluator alone, without Docker or AWS."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from .outcome import interval, number, shown

if TYPE_CHECKING:
    import argparse

    from ..progress import Progress


def score(args: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    """Score recorded responses; exits as `evaluate` does where gates are given."""
    from goldgate.eval.ask.recorded import Recording
    from goldgate.eval.evaluation import score_responses
    from goldgate.eval.gold.load import load_gold

    from .terms import Told

    told = Told(args)
    responses = Recording(Path(args.responses), told.mapping, ahead=True)
    gold = load_gold(Path(args.gold), args.format)
    evaluation = score_responses(
        gold, responses, told.gates, Path(args.out) if args.out else None,
        baseline=told.baseline, metrics=args.metric or None, judge=told.judge(progress),
        score_cache=told.score_cache, **told.statistics(),
    )  # fmt: skip
    return shown(evaluation, args, progress)


def compare(args: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    """Compare two runs, cases files or tables on their common cases."""
    from goldgate.eval.evaluation import compare_tables

    data = compare_tables(
        Path(args.a), Path(args.b), confidence=args.confidence, correction=args.correction, slices=args.slices
    )
    cases = data["cases"]
    progress.line(f"{cases['common']:,} common cases of {cases['a']:,} and {cases['b']:,}")
    for name, metric in data["metrics"].items():
        moved = f"{number(metric['a']):>9} -> {number(metric['b']):<9} {number(metric['diff'], sign=True):>9}"
        counts = f"{metric['wins']:,} better, {metric['losses']:,} worse, {metric['ties']:,} same"
        progress.line(f"  {name:<34} {moved}  {interval(metric):<22} p {number(metric.get('p_adjusted'))}  {counts}")
    return data
