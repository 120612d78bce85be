"""How often nominal 95 % intervals hold the truth, by law and sample size: `python -m bench.coverage`."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from goldgate.eval.verdict.paired import paired_means
from goldgate.eval.verdict.special import binomial_at
from goldgate.eval.verdict.stats import Sample, estimate_mean, wilson

from .measure import RESULTS, save, table

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from goldgate.eval.verdict.studentised import Kind

    Floats = NDArray[np.float64]

SIZES = (30, 100, 1000)
SHARES = (0.5, 0.8, 0.95)
CONFIDENCE = 0.95
BAR = 1.5
NOTE = (
    f"Bold: not 95 +- {BAR}. Above it an interval is longer than it need be (of few distinct values none holds the truth in"
    " exactly 95 of 100); below it, it would promise too much."
)


@dataclass(frozen=True, kw_only=True)
class Law:
    """What is drawn: `draw(generator, n)` gives n values of mean `mean`; `paired` ones are differences of two fractions."""

    name: str
    draw: Callable[[np.random.Generator, int], Floats]
    mean: float
    kind: Kind = "fraction"
    paired: bool = False
    cluster: int = 1


def laws() -> list[Law]:
    """Skewed, lumpy, clustered and paired values; the hard ones are there to show where an interval falls short."""
    return [
        Law(name="exponential", draw=lambda g, n: g.exponential(1, n), mean=1.0, kind="amount"),
        Law(name="lognormal, sigma 0.5", draw=lambda g, n: g.lognormal(0, 0.5, n), mean=float(np.exp(0.125)), kind="amount"),
        Law(name="lognormal, sigma 1", draw=lambda g, n: g.lognormal(0, 1, n), mean=float(np.exp(0.5)), kind="amount"),
        Law(name="beta(8, 1)", draw=lambda g, n: g.beta(8, 1, n), mean=8 / 9),
        Law(name="beta(0.5, 2)", draw=lambda g, n: g.beta(0.5, 2, n), mean=0.2),
        Law(name="F1: 75 % whole, 10 % none, rest between", draw=_lumpy(0.75, 0.10), mean=0.825),
        Law(name="90 % whole, rest between", draw=_lumpy(0.90, 0.0), mean=0.95),
        Law(name="clusters of 5, right with 0.8", draw=_clustered(0.8, 5), mean=0.8, cluster=5),
        Law(name="pairs: 6 % gained, 9 % lost", draw=_pairs(0.06, 0.09), mean=-0.03, paired=True),
        Law(name="pairs: 3 % rise, 12 % fall in part", draw=_part_pairs(0.03, 0.12), mean=-0.045, paired=True),
    ]


def _lumpy(whole: float, none: float) -> Callable[[np.random.Generator, int], Floats]:
    def draw(generator: np.random.Generator, n: int) -> Floats:
        place = generator.random(n)
        return np.where(place < whole, 1.0, np.where(place < whole + none, 0.0, generator.beta(2, 2, n)))

    return draw


def _clustered(share: float, size: int) -> Callable[[np.random.Generator, int], Floats]:
    """Cases of one document: its difficulty is drawn once, from a beta law of that mean."""

    def draw(generator: np.random.Generator, n: int) -> Floats:
        hardness = np.repeat(generator.beta(4 * share, 4 * (1 - share), n // size), size)
        return (generator.random(n) < hardness).astype(np.float64)

    return draw


def _pairs(gained: float, lost: float) -> Callable[[np.random.Generator, int], Floats]:
    def draw(generator: np.random.Generator, n: int) -> Floats:
        place = generator.random(n)
        return np.where(place < gained, 1.0, np.where(place < gained + lost, -1.0, 0.0))

    return draw


def _part_pairs(gained: float, lost: float) -> Callable[[np.random.Generator, int], Floats]:
    whole = _pairs(gained, lost)
    return lambda generator, n: whole(generator, n) * generator.beta(2, 2, n)


def _interval(law: Law, values: Floats) -> tuple[float | None, float | None]:
    clusters = np.arange(len(values)) // law.cluster if law.cluster > 1 else None
    if not law.paired:
        found = estimate_mean(Sample(values=values, kind=law.kind, clusters=clusters), CONFIDENCE)
        return found.low, found.high
    whole = bool(np.isin(values, (-1, 0, 1)).all())
    there = (values < 0).astype(np.float64) if whole else np.full(len(values), 0.5)
    paired = paired_means(Sample(values=there + values), there)
    return paired.interval(CONFIDENCE) if paired.interval is not None else (None, None)


def simulated(law: Law, n: int, runs: int, seed: int) -> dict[str, Any]:
    """Shares of the runs in which the interval holds the truth, lies wholly above it, or wholly below."""
    generator = np.random.default_rng(seed)
    counts = {"covered": 0, "above": 0, "below": 0}
    for _ in range(runs):
        low, high = _interval(law, law.draw(generator, n))
        if low is not None and high is not None:
            counts["above" if low > law.mean else "below" if high < law.mean else "covered"] += 1
    given = sum(counts.values())
    return {"law": law.name, "n": n, "given": given / runs, **{name: count / given for name, count in counts.items()}}


def counted(share: float, n: int) -> dict[str, Any]:
    """The same of right answers, without chance: each number of them with its probability."""
    covered = above = 0.0
    for right in range(n + 1):
        low, high = wilson(right, n, CONFIDENCE)
        probability = binomial_at(right, n, share)
        covered += probability * (low <= share <= high)
        above += probability * (low > share)
    return {"law": _right(share), "n": n, "given": 1.0, "covered": covered, "above": above, "below": 1 - covered - above}


def _right(share: float) -> str:
    return f"right with {share:g} (exact)"


def main() -> int:
    """Simulate, print and save; exit code 1 where an interval holds the truth too seldom."""
    args = _arguments()
    cells = [counted(share, n) for share in SHARES for n in SIZES]
    cells += [simulated(law, n, args.runs, args.seed) for law in laws() for n in SIZES]
    names = dict.fromkeys(cell["law"] for cell in cells)
    page = table(["law", *(f"n = {n}" for n in SIZES)], [_row(name, cells) for name in names])
    page += f"\n{args.runs:,} samples a cell (standard error {100 * (0.0475 / args.runs) ** 0.5:.2f} points). {NOTE}\n"
    print(page)
    save("coverage", {"bar": BAR, "runs": args.runs, "cells": cells}, args.results, page=page)
    return int(any(100 * cell["covered"] < 95 - BAR for cell in cells))


def _missed(cell: dict[str, Any]) -> bool:
    return bool(abs(100 * cell["covered"] - 95) > BAR)


def _row(name: str, cells: list[dict[str, Any]]) -> list[str]:
    own = [cell for cell in cells if cell["law"] == name]
    shown = [f"{100 * cell['covered']:.1f}" for cell in own]
    return [name, *(f"**{text}**" if _missed(cell) else text for text, cell in zip(shown, own, strict=True))]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10_000, help="samples a cell (10,000)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--results", type=Path, default=RESULTS, help="where coverage.json goes")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
