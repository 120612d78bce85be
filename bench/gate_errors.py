"""How often gates pass although every metric fell by its margin: `python -m bench.gate_errors`."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from goldgate.eval.verdict.common import Common
from goldgate.eval.verdict.gates import Gate, judge

from .measure import RESULTS, save, table

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Pair = tuple[Floats, Floats]

GATES = 5
MARGIN = 0.03
BAR = 0.05


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A family of gates at its margin: `draw(generator, n)` gives one metric here and live, fallen by MARGIN on average."""

    name: str
    n: int
    draw: Callable[[np.random.Generator, int], Pair]
    cluster: int = 1


def scenes() -> list[Scene]:
    """Right or wrong, graded and mostly tied, graded everywhere, skewed falls of few cases, and whole documents that fall."""
    return [
        *(Scene(name="right or wrong, 9 % disagree", n=n, draw=_binary(0.06, 0.03)) for n in (100, 300)),
        *(Scene(name="right or wrong, nothing gained", n=n, draw=_binary(0.03, 0.0)) for n in (100, 300)),
        *(Scene(name="graded, all cases move", n=n, draw=_graded) for n in (100, 300)),
        *(Scene(name="graded, 6 % fall by half", n=n, draw=_rare(0.06)) for n in (100, 300)),
        *(Scene(name="graded, 4 % fall by three quarters", n=n, draw=_rare(0.04)) for n in (100, 300)),
        Scene(name="documents of 6 questions, 15 % fall together", n=300, draw=_documents(6), cluster=6),
    ]


def _binary(lost: float, gained: float) -> Callable[[np.random.Generator, int], Pair]:
    def draw(generator: np.random.Generator, n: int) -> Pair:
        place = generator.random(n)
        right = generator.random(n) < 0.8
        there = np.where(place < lost, True, np.where(place < lost + gained, False, right)).astype(np.float64)
        here = np.where(place < lost, False, np.where(place < lost + gained, True, right)).astype(np.float64)
        return here, there

    return draw


def _graded(generator: np.random.Generator, n: int) -> Pair:
    there = generator.uniform(0.3, 0.7, n)
    return there - MARGIN + generator.uniform(-0.25, 0.25, n), there


def _rare(share: float) -> Callable[[np.random.Generator, int], Pair]:
    """A few cases fall, by MARGIN / share on average; the rest does not move."""
    mean = MARGIN / share

    def draw(generator: np.random.Generator, n: int) -> Pair:
        there = np.ones(n)
        return there - (generator.random(n) < share) * generator.beta(4 * mean, 4 * (1 - mean), n), there

    return draw


def _documents(size: int) -> Callable[[np.random.Generator, int], Pair]:
    def draw(generator: np.random.Generator, n: int) -> Pair:
        fallen = np.repeat(generator.random(n // size) < 0.15, size)
        there = np.ones(n)
        return there - fallen * generator.beta(1, 4, n), there

    return draw


def _cases(scene: Scene) -> pl.DataFrame:
    ids = [f"c{place}" for place in range(scene.n)]
    clusters = [f"d{place // scene.cluster}" if scene.cluster > 1 else None for place in range(scene.n)]
    frame = pl.DataFrame({"id": ids, "cluster": pl.Series(clusters, dtype=pl.String)})
    return frame.with_columns(weight=pl.lit(1.0), error=pl.lit(None, dtype=pl.String))


def judged(scene: Scene, runs: int, seed: int) -> dict[str, Any]:
    """Shares of the runs in which any gate passes, any fails, and the whole family passes."""
    generator = np.random.default_rng(seed)
    gates = [Gate(metric=f"custom.m{place}", max_drop=MARGIN) for place in range(GATES)]
    base = _cases(scene)
    counts = {"any_passes": 0, "any_fails": 0, "all_pass": 0}
    for _ in range(runs):
        pairs = [scene.draw(generator, scene.n) for _ in gates]
        here, there = (base.with_columns(pl.Series(gate.metric, pair[side]) for gate, pair in zip(gates, pairs, strict=True))
                       for side in (0, 1))  # fmt: skip
        verdicts = {result.verdict for result in judge(here, None, gates, common=Common(here=here, there=there))[1]}
        counts["any_passes"] += "pass" in verdicts
        counts["any_fails"] += "fail" in verdicts
        counts["all_pass"] += verdicts == {"pass"}
    return {"scene": scene.name, "n": scene.n, **{name: count / runs for name, count in counts.items()}}


def main() -> int:
    """Simulate, print and save; exit code 1 where false passes exceed the bar."""
    args = _arguments()
    found = [judged(scene, args.runs, args.seed) for scene in scenes()]
    rows = [
        [each["scene"], str(each["n"]), *(f"{100 * each[name]:.1f} %" for name in ("any_passes", "all_pass", "any_fails"))]
        for each in found
    ]
    page = table(["scene", "cases", "some gate passes", "the family passes", "some gate fails"], rows)
    page += f"\n{GATES} gates, each metric truly fallen by its margin of {MARGIN:g}; {args.runs:,} runs; Holm, 95 %.\n"
    print(page)
    save("gate_errors", {"bar": BAR, "runs": args.runs, "scenes": found}, args.results, page=page)
    return int(any(each["any_passes"] > BAR for each in found))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=2000, help="runs of each scene (2,000)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--results", type=Path, default=RESULTS, help="where gate_errors.json goes")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
