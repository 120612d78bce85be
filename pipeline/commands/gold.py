"""`goldgate gold lint | hash | convert`: gold sets, without Docker or AWS."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from goldgate.eval.case import GoldSet
    from goldgate.eval.gold.findings import Finding

    from ..errors import GoldgateError, Problems
    from ..progress import Progress

SEVERITIES = ("error", "warning", "info")
TEXT_COLUMNS = ("text", "sentence", "content", "passage", "chunk", "body")


def lint(args: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    """Say everything that looks wrong about a gold set; errors, and warnings where the call is strict, are its own error.

    Raises:
        Problems: the set cannot be loaded, or what was found weighs that much.
    """
    from goldgate.eval.gold.lint import lint as findings_of
    from goldgate.eval.gold.load import load_gold

    path = Path(args.gold)
    gold = load_gold(path, args.format)
    passages = _passages(Path(args.corpus), args.corpus_id) if args.corpus else {}
    found = findings_of(
        gold,
        corpus_ids=passages.keys() if args.corpus else None,
        passages={name: text for name, text in passages.items() if text},
        missing_evidence=args.missing_evidence,
        against=[Path(name) for name in args.against or ()],
        sibling=load_gold(Path(args.sibling)) if args.sibling else None,
    )
    data = _outcome(gold, found)
    faults = [finding for finding in found if finding.severity in _faulty(args.strict)]
    for finding in found:
        if finding not in faults:
            progress.line(finding.text(path))
    if faults:
        raise _problems(faults, path, data)
    progress.line(f"{args.gold}: {len(gold)} cases, {_counted(data['counts'])}. sha256 {gold.sha256}")
    return data


def hash_(args: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    """The content hash of a gold set, whatever the order of its lines."""
    from goldgate.eval.gold.load import load_gold

    gold = load_gold(Path(args.gold), args.format)
    progress.line(gold.sha256)
    return {"format": 1, "cases": len(gold), "sha256": gold.sha256}


def convert(args: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    """Write a gold set of any known format as native JSON lines or as Parquet, and say what could not be carried over."""
    from goldgate.eval.gold.convert import convert as converted

    done = converted(Path(args.gold), Path(args.to), format=args.format)
    progress.line(f"{args.to}: {done.cases} cases from {done.format}. sha256 {done.sha256}")
    for field, count in done.not_carried.items():
        progress.line(f"  not carried over: {field} ({count})")
    return {
        "format": 1,
        "from": done.format,
        "to": args.to,
        "cases": done.cases,
        "sha256": done.sha256,
        "not_carried": dict(done.not_carried),
    }


def _outcome(gold: GoldSet, found: list[Finding]) -> dict[str, Any]:
    severities = [str(finding.severity) for finding in found]
    lost = [finding.lost for finding in found]
    return {
        "format": 1,
        "cases": len(gold),
        "sha256": gold.sha256,
        "evidence_missing": sum(lost),
        "findings": [finding.to_json() for finding in found],
        "counts": {severity: severities.count(severity) for severity in SEVERITIES},
    }


def _faulty(strict: bool) -> tuple[str, ...]:
    return ("error", "warning") if strict else ("error",)


def _problems(faults: list[Finding], path: Path, data: dict[str, Any]) -> Problems:
    from ..errors import Problems, UsageError

    problems: list[GoldgateError] = []
    for finding in faults:
        where = f"{path}:{finding.line}" if finding.line else str(path)
        what = f"{finding.severity} {finding.code}: {finding.message}"
        problems.append(UsageError(what, where=where, next_step=finding.next_step))
    error = Problems(problems)
    error.outcome = {**error.to_json(), **data}
    return error


def _counted(counts: dict[str, int]) -> str:
    """ "no faults, 2 notes" and the like."""
    warnings, notes = counts["warning"], counts["info"]
    first = f"{warnings} warning{'s' if warnings != 1 else ''}" if warnings else "no faults"
    return f"{first}, {notes} note{'s' if notes != 1 else ''}" if notes else first


def _passages(path: Path, column: str) -> dict[str, str | None]:
    """{id: text} of a corpus in Parquet, CSV or JSON lines; the text is that of the first column with such a name, if any."""
    import polars as pl

    from ..errors import UsageError

    readers: dict[str, Callable[[Path], pl.LazyFrame]] = {".csv": pl.scan_csv, ".jsonl": pl.scan_ndjson}
    scan = readers.get(path.suffix.lower(), pl.scan_parquet)
    try:
        rows = scan(path)
        names = rows.collect_schema().names()
        text = next((pl.col(name).cast(pl.String) for name in TEXT_COLUMNS if name in names and name != column), pl.lit(None))
        return dict(rows.select(pl.col(column).cast(pl.String), text.alias("text of it")).collect().iter_rows())
    except (OSError, pl.exceptions.PolarsError) as error:
        msg = f"the corpus cannot be read: {str(error).splitlines()[0]}"
        next_step = "Give a Parquet, CSV or JSONL file, and its column of ids by --corpus-id."
        raise UsageError(msg, where=str(path), next_step=next_step) from error
