"""What an evaluation without a pipeline leaves: files, lines for people, an exit code."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import GateFailed, Inconclusive
from ..verdict_lines import WORDS, gate_table
from .report import report_beside

if TYPE_CHECKING:
    import argparse

    from goldgate.eval.results import Evaluation

    from ..progress import Progress


def shown(evaluation: Evaluation, args: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    """Write what was asked for, say what came out, and end with the verdict; a shard has none until it is merged.

    Raises:
        GateFailed: a gate failed; the evaluation is its outcome.
        Inconclusive: none failed, but one could not tell, or not all cases were asked.
    """
    data = evaluation.to_json()
    _write(evaluation, args)
    for name, metric in data["metrics"].items():
        note = f"  {metric['note']}" if metric.get("note") else ""
        progress.line(f"  {name:<34} {number(metric['value']):>10}  {interval(metric):<22} n {metric['n']:,}{note}")
    if data["gates"]:
        for line in ["", *gate_table(data["gates"])]:
            progress.line(line)
    if data["gates"] or evaluation.verdict != "pass":
        progress.line()
        progress.line(f"  {WORDS[evaluation.verdict]:<11} {evaluation.headline}")
        _moved(evaluation, progress)
    if args.out:
        progress.line(f"  {'written':<11} {args.out}")
        report_beside(evaluation, args, progress)
    if evaluation.verdict == "pass" or "shard" in data:
        return data
    kind = GateFailed if evaluation.verdict == "fail" else Inconclusive
    error = kind(evaluation.headline)
    error.outcome = data
    raise error


def _moved(evaluation: Evaluation, progress: Progress) -> None:
    for word, cases in (("worse", evaluation.worse), ("better", evaluation.better)):
        if cases:
            first = ", ".join(cases[:3]) + (", ..." if len(cases) > 3 else "")
            progress.line(f"  {'':<11} {len(cases):,} cases got {word}: {first}")


def _write(evaluation: Evaluation, args: argparse.Namespace) -> None:
    """JUnit and Markdown, where they are asked for."""
    if not (args.junit or args.summary):
        return
    from goldgate.eval.report.junit import write_junit
    from goldgate.eval.report.markdown import evaluation_summary
    from goldgate.eval.table import write_whole

    data, cases = evaluation.to_json(), evaluation.tables["cases"]
    if args.junit:
        write_junit(data, cases, Path(args.junit))
    if args.summary:
        text = evaluation_summary(data, cases, evaluation.tables.get("baseline"))
        write_whole(Path(args.summary), text.encode())


def number(value: float | None, *, sign: bool = False) -> str:
    """A value as the lines show it."""
    return "-" if value is None else f"{value:{'+' if sign else ''}.4f}"


def interval(metric: dict[str, Any]) -> str:
    """An interval as the lines show it, or nothing."""
    if metric.get("ci_low") is None:
        return ""
    return f"[{number(metric['ci_low'])}, {number(metric['ci_high'])}]"
