"""Stopping early: false stops at the margin, and cases saved on a clear side: `python -m bench.sequential`."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from goldgate.eval.verdict.gates import Gate, judge
from goldgate.eval.verdict.sequential import Monitor

from .measure import RESULTS, save, table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FALSE_STOPS = 0.05
SAVED = 0.40
HEAD = ("scene", "cases", "stops, passes", "stops, fails", "asked", "saved", "passes in the end", "fails in the end")
METRICS = ("custom.a", "custom.b", "custom.c")


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A gold set of `n` cases, gates of one margin, and a true fall; `disagree` is the share of cases that differ at all."""

    name: str
    n: int
    fall: float
    margin: float = 0.05
    disagree: float = 0.10
    gates: int = 1
    step: int = 50
    graded: bool = False
    at_margin: bool = False


def scenes() -> list[Scene]:
    """At the margin, where nothing should be decided, and clearly on either side of it."""
    return [
        Scene(name="at the margin, right or wrong", n=1000, fall=0.05, at_margin=True, step=200),
        Scene(name="at the margin, graded", n=1000, fall=0.05, at_margin=True, graded=True, step=200),
        Scene(name="at the margin, three gates", n=600, fall=0.05, at_margin=True, gates=3, step=200),
        Scene(name="no fall", n=1000, fall=0.0),
        Scene(name="no fall, three gates", n=1500, fall=0.0, gates=3),
        Scene(name="no fall, graded", n=1000, fall=0.0, graded=True),
        Scene(name="falls by three margins", n=1000, fall=0.15, disagree=0.17),
        Scene(name="falls by twice its margin", n=1000, fall=0.10, disagree=0.12),
    ]


def drawn(scene: Scene, generator: np.random.Generator) -> tuple[Floats, Floats]:
    """One metric here and live, in the order asked."""
    place = generator.random(scene.n)
    lost, gained = (scene.disagree + scene.fall) / 2, (scene.disagree - scene.fall) / 2
    moves = np.where(place < lost, -1.0, np.where(place < lost + gained, 1.0, 0.0))
    if scene.graded:
        there = np.full(scene.n, 0.5)
        return there + 0.3 * moves + generator.uniform(-0.1, 0.1, scene.n) - 0.7 * scene.fall, there
    right = (generator.random(scene.n) < 0.8).astype(np.float64)
    there = np.where(moves < 0, 1.0, np.where(moves > 0, 0.0, right))
    return there + moves, there


def followed(scene: Scene, runs: int, seed: int) -> dict[str, Any]:
    """How often the asking stopped and with which verdict, the cases asked on average, and the verdicts at the end."""
    generator = np.random.default_rng(seed)
    gates = [Gate(metric=name, max_drop=scene.margin) for name in METRICS[: scene.gates]]
    stopped, asked = {"pass": 0, "fail": 0}, []
    ended = {"pass": 0, "fail": 0, "inconclusive": 0}
    for _ in range(runs):
        here, there = _tables(scene, gates, generator)
        monitor = Monitor(gates, there, here)
        for start in range(0, scene.n, scene.step):
            decision = monitor.update(here[start : start + scene.step])
            if decision is not None:
                break
        if decision is not None:
            stopped[decision.verdict] += 1
        asked.append(decision.asked if decision is not None else scene.n)
        final = judge(here, there, gates, confidence=monitor.final_confidence)[0] if decision is None else decision.verdict
        ended[final] += 1
    return {
        "scene": scene.name,
        "n": scene.n,
        "stopped": {name: count / runs for name, count in stopped.items()},
        "asked": float(np.mean(asked)),
        "saved": 1 - float(np.mean(asked)) / scene.n,
        "ended": {name: count / runs for name, count in ended.items()},
        "at_margin": scene.at_margin,
    }


def _tables(scene: Scene, gates: list[Gate], generator: np.random.Generator) -> tuple[pl.DataFrame, pl.DataFrame]:
    base = pl.DataFrame({"id": [f"c{place}" for place in range(scene.n)]}).with_columns(
        weight=pl.lit(1.0), cluster=pl.lit(None, dtype=pl.String), error=pl.lit(None, dtype=pl.String)
    )
    pairs = [drawn(scene, generator) for _ in gates]
    here, there = (
        base.with_columns(pl.Series(gate.metric, pair[side]) for gate, pair in zip(gates, pairs, strict=True))
        for side in (0, 1)
    )
    return here, there


def main() -> int:
    """Simulate, print and save; exit code 1 where a bar is missed."""
    args = _arguments()
    found = [followed(scene, args.runs if scene.at_margin else max(1, args.runs // 10), args.seed) for scene in scenes()]
    page = table(HEAD, [_row(each) for each in found])
    page += (
        f"\nMargin 0.05; {args.runs:,} runs at the margin, a tenth of that elsewhere; 95 %, half of the error spent on looking."
        " At the margin every stop is a false one.\n"
    )
    print(page)
    save("sequential", {"bars": {"false_stops": FALSE_STOPS, "saved": SAVED}, "scenes": found}, args.results, page=page)
    return int(any(_missed(each) for each in found))


def _missed(each: dict[str, Any]) -> bool:
    if each["at_margin"]:
        return bool(sum(each["stopped"].values()) > FALSE_STOPS or each["ended"]["pass"] > FALSE_STOPS)
    return bool(each["saved"] < SAVED)


def _row(each: dict[str, Any]) -> list[str]:
    shares = (each["stopped"]["pass"], each["stopped"]["fail"])
    ends = (each["ended"]["pass"], each["ended"]["fail"])
    return [
        each["scene"],
        f"{each['n']:,}",
        *(f"{100 * share:.1f} %" for share in shares),
        f"{each['asked']:,.0f}",
        f"{100 * each['saved']:.0f} %",
        *(f"{100 * share:.1f} %" for share in ends),
    ]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=2000, help="runs at the margin (2,000)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--results", type=Path, default=RESULTS, help="where sequential.json goes")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
