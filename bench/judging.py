"""Coverage and width of a judge's corrected mean beside that of the labels alone: `python -m bench.judging`."""

from __future__ import annotations

import argparse
import math
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from goldgate.eval.judge.inference import corrected_mean

from .measure import save, table

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Drawn = Callable[[np.random.Generator, int], tuple[Floats, Floats]]

LABELLED = (50, 100, 200)
UNLABELLED = 1000
BAR = 0.015


@dataclass(frozen=True, kw_only=True)
class Law:
    """How judge and people score; `true` is the people's mean."""

    draw: Drawn
    true: float
    bounded: bool = True


def approvals(share: float, right: float, wrong: float) -> Law:
    """0/1: people approve of `share`; the judge agrees with `right` of their approvals and `wrong` of their refusals."""

    def draw(generator: np.random.Generator, n: int) -> tuple[Floats, Floats]:
        human = (generator.random(n) < share).astype(np.float64)
        agrees = generator.random(n) < np.where(human == 1, right, wrong)
        return np.where(agrees, human, 1 - human), human

    return Law(draw=draw, true=share)


def stars(generator: np.random.Generator, n: int) -> tuple[Floats, Floats]:
    """Five skewed grades, and a judge who is one off in a third of the cases."""
    human = generator.choice(5, p=(0.05, 0.05, 0.1, 0.3, 0.5), size=n)
    judge = np.clip(human + generator.choice((-1, 0, 1), p=(0.15, 0.65, 0.2), size=n), 0, 4)
    return judge / 4, human / 4


def amounts(generator: np.random.Generator, n: int) -> tuple[Floats, Floats]:
    """Lognormal amounts (sigma 0.8), and a judge on another scale with noise of 0.4."""
    log = 0.8 * generator.normal(size=n)
    return 10 + np.exp(log + 0.4 * generator.normal(size=n)), np.exp(log)


def confidences(generator: np.random.Generator, n: int) -> tuple[Floats, Floats]:
    """People approve of 0.8; the judge gives a probability."""
    human = (generator.random(n) < 0.8).astype(np.float64)
    return 1 / (1 + np.exp(-1.5 * (2 * human - 1) - generator.normal(size=n))), human


LAWS = {
    "0/1, people 0.5, judge right in 0.8": approvals(0.5, 0.8, 0.8),
    "0/1, people 0.7, judge right in 0.9": approvals(0.7, 0.9, 0.9),
    "0/1, people 0.85, judge right in 0.92": approvals(0.85, 0.92, 0.92),
    "0/1, people 0.95, judge right in 0.95": approvals(0.95, 0.95, 0.95),
    "0/1, people 0.9, lenient judge": approvals(0.9, 0.99, 0.6),
    "people 0.8, judge a probability": Law(draw=confidences, true=0.8),
    "five skewed grades": Law(draw=stars, true=0.7875),
    "lognormal amounts": Law(draw=amounts, true=math.exp(0.32), bounded=False),
}


def main() -> int:
    """Simulate, print and save; exit code 1 where a coverage is further from 95 % than the bar and chance allow."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=4000, help="simulations of each cell (4000)")
    parser.add_argument("--results", type=Path, default=Path(__file__).parent / "results", help="where judging.json goes")
    args = parser.parse_args()
    cells = {(name, n): simulated(law, n, args.runs) for name, law in LAWS.items() for n in LABELLED}
    rows = [
        [name, str(n), f"{cell['covered']:.1%}", f"{cell['width']:.3f}", f"{cell['alone_covered']:.1%}", f"{cell['alone']:.3f}"]
        for (name, n), cell in cells.items()
    ]
    page = table(["law", "labels", "covered", "width", "labels alone: covered", "width"], rows)
    print(page)
    figures = [{"law": name, "labelled": n, **cell} for (name, n), cell in cells.items()]
    save("judging", {"bar": BAR, "runs": args.runs, "cells": figures}, args.results, page=page)
    chance = 2 * math.sqrt(0.95 * 0.05 / args.runs)
    return int(any(abs(cell["covered"] - 0.95) > BAR + chance for cell in cells.values()))


def simulated(law: Law, labelled: int, runs: int) -> dict[str, float]:
    """The share of intervals that hold the true mean and their mean width, corrected and of the labels alone."""
    generator = np.random.default_rng(labelled)
    sums = np.zeros(4)
    for _ in range(runs):
        judge, human = law.draw(generator, labelled + UNLABELLED)
        found = corrected_mean(judge, np.where(np.arange(len(human)) < labelled, human, np.nan), bounded=law.bounded)
        sums[:2] += held(found.ci_low, found.ci_high, law.true)
        sums[2:] += held(found.human.ci_low, found.human.ci_high, law.true)
    return dict(zip(("covered", "width", "alone_covered", "alone"), (sums / runs).tolist(), strict=True))


def held(low: float | None, high: float | None, true: float) -> tuple[float, float]:
    """Whether an interval holds the true mean, and its width; where there is none it is 0..1 and holds it."""
    if low is None or high is None:
        return 1.0, 1.0
    return float(low <= true <= high), high - low


if __name__ == "__main__":
    sys.exit(main())
