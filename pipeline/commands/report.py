"""`goldgate report`, and the report that `evaluate`, `score` and `merge` leave in their folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import goldgate

from ..errors import UsageError

if TYPE_CHECKING:
    import argparse

    from goldgate.eval.results import Evaluation

    from ..progress import Progress


MOST_CASES = 100_000
"""Up to here a report is written unasked: in seconds, and in a gigabyte or so."""


def report(args: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    """Write the report of a run from its records, or that of an evaluation on its own from its folder; no AWS, no Docker.

    Raises:
        UsageError: there is no such run or evaluation, or arguments of the one way are mixed with the other's.
    """
    if args.source:
        return _of_folder(args, progress)
    given = next((name for name in ("out", "baseline", "name") if getattr(args, name)), None)
    if given is not None:
        msg = f"--{given} is for an evaluation on its own."
        raise UsageError(msg, next_step="Name its folder by --from, or leave it out: a run's report lies in the run's folder.")
    return _of_run(args, progress)


def _of_run(args: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    from ..reporting.history import history_of
    from ..stages import publish as stage
    from .offline import offline

    with offline(args, progress, run=args.run) as context:
        path = stage.write_report(context, None, history_of(context, ledger=None), page_megabytes=args.page_limit)
    progress.line(f"  {'report':<11} {path}")
    return {"format": 1, "run": context.folder.shown, "report": str(path)}


def _of_folder(args: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    from goldgate.eval.report.standalone import PAGE, of_folder, write_report
    from goldgate.eval.verdict.tables import table_file

    source = Path(args.source)
    page = Path(args.out) if args.out else (source if source.is_dir() else source.parent) / PAGE
    baseline = table_file(Path(args.baseline)) if args.baseline else None
    told = of_folder(source, page, name=args.name, baseline=baseline, version=goldgate.__version__)
    write_report(told, page, page_megabytes=args.page_limit)
    progress.line(f"  {'report':<11} {page}")
    return {"format": 1, "from": str(source), "report": str(page)}


def report_beside(evaluation: Evaluation, args: argparse.Namespace, progress: Progress) -> None:
    """Write the report into the folder of an evaluation that was just written, and say where, or why not.

    A shard has none. Unless `--report` asks for it, a very large evaluation has none either.
    """
    data, cases = evaluation.to_json(), evaluation.tables["cases"].height
    if args.report is False or "shard" in data or evaluation.cases_path is None:
        return
    if args.report is None and cases > MOST_CASES:
        progress.line(f"  {'report':<11} left out for {cases:,} cases; `goldgate report --from {args.out}` writes it")
        return
    from goldgate.eval.report.standalone import PAGE, made_of, write_report

    page = Path(args.out) / PAGE
    told = made_of(data, page, cases=evaluation.cases_path, name=args.name, version=goldgate.__version__)
    write_report(told, page, page_megabytes=args.page_limit)
    progress.line(f"  {'report':<11} {page}")
