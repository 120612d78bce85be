"""`goldgate gold lint | hash`, `goldgate score`, `goldgate compare`: the evaluator alone, without Docker or AWS."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..verdict_lines import gate_table

if TYPE_CHECKING:
    import argparse

    from ..progress import Progress


def lint(args: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    """Read a gold set and hold it to a corpus where one is named; its faults are the error."""
    from goldgate.eval.gold.lint import check_evidence
    from goldgate.eval.gold.load import load_gold

    gold = load_gold(Path(args.gold))
    if args.corpus:
        gold = check_evidence(gold, _ids(Path(args.corpus), args.corpus_id), args.missing_evidence)
    lost = sum(len(case.evidence_missing) for case in gold.cases)
    note = f", {lost} evidence ids are not in the corpus" if lost else ""
    progress.line(f"{args.gold}: {len(gold)} cases, no faults{note}. sha256 {gold.sha256}")
    return {"format": 1, "cases": len(gold), "sha256": gold.sha256, "evidence_missing": lost}


def hash_(args: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    """The content hash of a gold set, whatever the order of its lines."""
    from goldgate.eval.gold.load import load_gold

    gold = load_gold(Path(args.gold))
    progress.line(gold.sha256)
    return {"format": 1, "cases": len(gold), "sha256": gold.sha256}


def score(args: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    """Score recorded responses."""
    from goldgate.eval.evaluation import score_responses
    from goldgate.eval.gold.load import load_gold

    gates, mapping = _configured(args)
    out = Path(args.out) if args.out else None
    gold = load_gold(Path(args.gold))
    evaluation = score_responses(gold, Path(args.responses), gates, out, mapping=mapping, metrics=args.metric or None)
    data = evaluation.to_json()
    if out is not None:
        from ..records import write_json

        write_json(out / "evaluation.json", data)
    for name, metric in data["metrics"].items():
        progress.line(f"  {name:<34} {_number(metric['value']):>10}  {_interval(metric):<22} n {metric['n']}")
    if gates:
        for line in ["", *gate_table(data["gates"]), "", f"  {evaluation.headline}"]:
            progress.line(line)
    return data


def compare(args: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    """Compare two runs, cases files or tables on their common cases."""
    from goldgate.eval.evaluation import compare_tables

    data = compare_tables(Path(args.a), Path(args.b))
    cases = data["cases"]
    progress.line(f"{cases['common']} common cases of {cases['a']} and {cases['b']}")
    for name, metric in data["metrics"].items():
        moved = f"{_number(metric['a']):>9} -> {_number(metric['b']):<9} {_number(metric['diff'], sign=True):>9}"
        counts = f"{metric['wins']} better, {metric['losses']} worse, {metric['ties']} same"
        progress.line(f"  {name:<34} {moved}  {_interval(metric):<22} p {_number(metric.get('p_adjusted'))}  {counts}")
    return data


def _configured(args: argparse.Namespace) -> tuple[list[Any], Any]:
    """The gates and the request mapping of the configuration, where the call names one."""
    if not args.with_config:
        return [], None
    from ..config.load import load_config
    from ..stages.evaluate import gates_of, request_mapping

    service = load_config(Path(args.with_config), args.env, check_files=False).service(args.service)
    return gates_of(service), request_mapping(service)


def _ids(path: Path, column: str) -> frozenset[str]:
    import polars as pl

    from ..errors import UsageError

    try:
        return frozenset(pl.read_parquet(path, columns=[column])[column].cast(pl.String).to_list())
    except (OSError, pl.exceptions.PolarsError) as error:
        msg = f"the corpus cannot be read: {error}"
        raise UsageError(
            msg, where=str(path), next_step="Give a Parquet file, and its column of ids by --corpus-id."
        ) from error


def _number(value: float | None, *, sign: bool = False) -> str:
    if value is None:
        return "-"
    return f"{value:{'+' if sign else ''}.4f}"


def _interval(metric: dict[str, Any]) -> str:
    if metric.get("ci_low") is None:
        return ""
    return f"[{_number(metric['ci_low'])}, {_number(metric['ci_high'])}]"
