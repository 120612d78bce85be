"""`goldgate judge`: two columns of a table, a judge's and people's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import UsageError

if TYPE_CHECKING:
    import argparse

    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from ..progress import Progress

SHOWN = ("agreement", "kappa", "kappa_quadratic", "pearson", "spearman", "kendall")


def judge(args: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    """How far a judge's column agrees with people's, and the mean that people would give all rows.

    Rows without a human score are the unlabelled ones, rows without the judge's are left out. A column `cluster` says which
    rows are not independent. Scores within 0..1 are taken for fractions.
    """
    from goldgate.eval.judge.columns import read_columns, scores_of
    from goldgate.eval.judge.worth import worth
    from goldgate.eval.verdict.values import clusters_of

    table = read_columns(Path(args.table))
    judged, human = scores_of(table, args.judge, args.table), scores_of(table, args.human, args.table)
    weights = _weights(table, args)
    bounded = _are_fractions(judged) and _are_fractions(human)
    record = worth(judged, human, weights=weights, clusters=clusters_of(table), confidence=args.confidence, bounded=bounded)
    data = {"format": 1, "columns": {"judge": args.judge, "human": args.human}, "rows": len(table), **record}
    _tell(data, progress)
    return data


def _weights(table: pl.DataFrame, args: argparse.Namespace) -> NDArray[np.float64] | None:
    from goldgate.eval.judge.columns import scores_of

    if not args.weights:
        return None
    weights = scores_of(table, args.weights, args.table)
    if not bool((weights > 0).all()):
        msg = f'the column "{args.weights}" holds a weight that is not above 0, or none.'
        raise UsageError(msg, where=args.table, next_step="Give each row a weight above 0.")
    return weights


def _are_fractions(values: NDArray[np.float64]) -> bool:
    import numpy as np

    known = values[~np.isnan(values)]
    return bool(((known >= 0) & (known <= 1)).all())


def _tell(data: dict[str, Any], progress: Progress) -> None:
    from .outcome import interval, number

    progress.line(f"{data['rows']:,} rows, {data['n']:,} with a judge's score, {data['labelled']:,} of these with a human one")
    for name in SHOWN if data["agreement"] else ():
        measure = data["agreement"][name]
        progress.line(f"  {name:<18} {number(measure['value']):>9}  {interval(measure):<22} {measure.get('note', '')}".rstrip())
    progress.line(f"  {'judge, raw':<18} {number(data['raw']['value']):>9}  {interval(data['raw'])}")
    if data["corrected"]:
        for name, part in (("people alone", data["human"]), ("corrected", data["corrected"])):
            progress.line(f"  {name:<18} {number(part['value']):>9}  {interval(part):<22} {part.get('note', '')}".rstrip())
