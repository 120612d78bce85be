"""`python -m bench.peers`: the same cases, answers and metric through goldgate, its peers and a bare loop."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..measure import Figures, Run, medians, run, save
from .contenders import Contender, contenders
from .install import PEERS
from .tables import misses, rendered
from .workload import Workload, make

if TYPE_CHECKING:
    from collections.abc import Sequence

CACHE = Path("~/.cache/goldgate-bench").expanduser()
AGREE = 1e-9
WARM = 100


def main() -> int:
    """Measure every contender at every size, print the table and save it; exit code 1 where a bar is missed."""
    args = _arguments()
    chosen = [each for each in contenders(args.cache) if not args.only or each.key in args.only]
    with tempfile.TemporaryDirectory(prefix="goldgate-bench-") as scratch:
        _measured(chosen, make(Path(scratch) / "warm", WARM), 1)
        sizes = {size: _measured(chosen, make(Path(scratch) / str(size), size), args.runs) for size in args.cases}
    results: dict[str, Any] = {
        "metric": "exact match",
        "versions": {peer.name: peer.version for peer in PEERS},
        "titles": {each.key: each.title for each in chosen},
        "sizes": {str(size): figures for size, figures in sizes.items()},
    }
    page = rendered(results)
    print(page)
    save("peers", results, args.results, page=page)
    missed = misses(results)
    print("\n".join(missed))
    return int(bool(missed))


def _measured(chosen: Sequence[Contender], workload: Workload, runs: int) -> dict[str, dict[str, float]]:
    """Medians by contender: all take turns, `runs` times over."""
    able = [each for each in chosen if each.most_cases is None or workload.cases <= each.most_cases]
    taken: dict[str, list[Run]] = {each.key: [] for each in able}
    for turn in range(runs):
        for each in able:
            done = _run(each, workload)
            taken[each.key].append(done)
            _say(f"{workload.cases} cases, {turn + 1}/{runs}: {each.key} {done.seconds:.2f} s, {done.peak_mb:.0f} MB")
    figures: dict[str, Figures] = {key: medians(each) for key, each in taken.items()}
    return {key: each.to_json() for key, each in figures.items()}


def _run(contender: Contender, workload: Workload) -> Run:
    """One run, whose reported mean must be the workload's: a contender that did other work is no measure."""
    out = workload.gold.parent / contender.key
    done = run(contender.command(workload, out))
    value = contender.value(done.stdout, out)
    if abs(value - workload.right) > AGREE:
        msg = f"{contender.key} reports {value}; {workload.right} of the answers are right"
        raise SystemExit(msg)
    return done


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.peers", description=__doc__)
    parser.add_argument("--cases", type=int, nargs="+", default=[1_000, 10_000], help="the sizes (1000 10000)")
    parser.add_argument("--runs", type=int, default=3, help="runs of each, interleaved (3)")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="only these contenders, by key")
    parser.add_argument("--cache", type=Path, default=CACHE, help=f"where the peers are installed ({CACHE})")
    parser.add_argument("--results", type=Path, default=Path(__file__).parents[1] / "results", help="where peers.json goes")
    return parser.parse_args()


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
