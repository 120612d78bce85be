"""`goldgate gold power`: what a gold set can see, before anything is spent."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import argparse

    import polars as pl

    from goldgate.eval.case import GoldSet
    from goldgate.eval.verdict.power import Variation

    from ..progress import Progress

REPEATS = "repeats.parquet"
ANY = "any fraction"


def power(args: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    """The cases and repeats that a margin needs, and the smallest fall that the gold set can see, metric by metric.

    Raises:
        UsageError: nothing tells how much a metric varies, or a number is out of its range.
    """
    from goldgate.eval.gold.load import load_gold

    _check(args)
    gold = load_gold(Path(args.gold), args.format)
    where = _where(args)
    table, repeats = _earlier(Path(args.baseline)) if args.baseline else (None, None)
    metrics = {name: _metric(args, name, gold, where, table, repeats) for name in _names(args, table)}
    progress.line(f"{args.gold}: {len(gold):,} cases, power {args.power:.0%}, level {args.confidence:.0%} on both sides")
    for name, found in metrics.items():
        progress.line(f"  {name:<34} {_words(found)}")
    data = {"format": 1, "cases": len(gold), "power": args.power, "confidence": args.confidence, "metrics": metrics}
    return data if len(metrics) != 1 else {**next(iter(metrics.values())), "metric": next(iter(metrics)), **data}


def _where(args: argparse.Namespace) -> dict[str, str]:
    from ..errors import UsageError

    if wrong := [part for part in args.slice if "=" not in part]:
        msg = f'"{wrong[0]}" names no slice.'
        raise UsageError(msg, next_step="Write it as --slice difficulty=hard.")
    return dict(part.split("=", 1) for part in args.slice)


def _check(args: argparse.Namespace) -> None:
    from ..errors import UsageError

    if not 0 < args.power < 1:
        msg = f"a power of {args.power:g} cannot be had."
        raise UsageError(msg, next_step="Give a share between 0 and 1, as 0.8.")
    if args.repeats < 1:
        msg = f"a case cannot be asked {args.repeats} times."
        raise UsageError(msg, next_step="Give --repeats of 1 or more.")
    if args.sd is not None and not args.sd > 0:
        msg = f"a standard deviation of {args.sd:g} is none."
        raise UsageError(msg, next_step="Give --sd above 0, in the metric's own unit.")


def _earlier(path: Path) -> tuple[pl.DataFrame, pl.DataFrame | None]:
    """The table of an earlier run, and that of its repeats where it has one beside."""
    import polars as pl

    from goldgate.eval.table import read_table
    from goldgate.eval.verdict.tables import table_file

    file = table_file(path)
    beside = file.with_name(REPEATS)
    return read_table(file), pl.read_parquet(beside) if beside.is_file() else None


def _names(args: argparse.Namespace, table: pl.DataFrame | None) -> list[str]:
    """The metric named, else every mean of the earlier run, else any that is right or wrong."""
    from goldgate.eval.score.registry import measure
    from goldgate.eval.verdict.values import present

    if args.metric or table is None:
        return [args.metric or ANY]
    found = [measure(name) for name in present(table)]
    return [part.name for part in found if part.quantile is None and part.aggregate is None]


def _metric(
    args: argparse.Namespace,
    name: str,
    gold: GoldSet,
    where: dict[str, str],
    table: pl.DataFrame | None,
    repeats: pl.DataFrame | None,
) -> dict[str, Any]:
    from goldgate.eval.verdict.power import cases_needed, repeats_needed, smallest_effect

    variation = _variation(args, name, where, table, repeats)
    cases = _cases(name, gold, where, table)
    terms = {"power": args.power, "confidence": args.confidence}
    found: dict[str, Any] = {
        "cases": cases,
        "repeats": args.repeats,
        "sd": variation.sd,
        "design_effect": variation.design,
        "source": variation.source,
        "smallest_effect": _possible(name, smallest_effect(cases, variation, repeats=args.repeats, **terms)),
    }
    if args.margin is not None:
        found["margin"] = args.margin
        found["cases_needed"] = cases_needed(args.margin, variation, repeats=args.repeats, **terms)
        found["repeats_needed"] = repeats_needed(args.margin, cases, variation, **terms)
    return found


def _possible(name: str, effect: float | None) -> float | None:
    """An effect, unless it is larger than any that the metric can have."""
    from goldgate.eval.score.registry import measure

    fraction = name == ANY or measure(name).unit == "fraction"
    return None if fraction and effect is not None and effect > 1 else effect


def _variation(
    args: argparse.Namespace, name: str, where: dict[str, str], table: pl.DataFrame | None, repeats: pl.DataFrame | None
) -> Variation:
    from goldgate.eval.verdict.power import Variation, variation_of, worst_case

    if args.sd is not None:
        return Variation(sd=args.sd, source="given by --sd")
    return worst_case() if name == ANY else variation_of(name, table, repeats, where)


def _cases(name: str, gold: GoldSet, where: dict[str, str], table: pl.DataFrame | None) -> int:
    """How many cases of the gold set have a value: those that had one in the earlier run, else all of the slice."""
    from goldgate.eval.score.registry import measure
    from goldgate.eval.verdict.values import in_slice, material

    if table is not None:
        return len(material(in_slice(table, where), measure(name)).sample.values)
    return len(in_slice(gold.frame, where))


def _words(found: dict[str, Any]) -> str:
    effect = found["smallest_effect"]
    sees = "sees nothing" if effect is None else f"sees a fall of {effect:.4g}"
    words = f"{sees} on {found['cases']:,} cases"
    if "margin" not in found:
        return words
    enough = found["cases_needed"] <= found["cases"]
    asks = found["repeats_needed"]
    again = f", or {found['cases']:,} asked {asks} times" if asks and asks > found["repeats"] else ""
    needs = "enough" if enough else f"{found['cases_needed']:,} needed{again}"
    return f"{words}; a margin of {found['margin']:g}: {needs} ({found['source']})"
