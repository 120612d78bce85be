"""One machine or several: the same cases whole, as shards with a merge, and on Ray: `python -m bench.scale`.

Each case costs processor time in a metric of one's own, as a model that judges on the spot would: that is what several
processes can share. All ways must leave the same bytes.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from .measure import Command, run, save, table

if TYPE_CHECKING:
    from collections.abc import Callable

SERVICE = """
def answer(case):
    return {"answer": "answer " + case.id[1:], "latency_ms": 1.0, "asked_at": "t"}
"""
METRIC = """
import time
from goldgate import metric

@metric("house.slow")
def slow(case, response):
    end = time.process_time() + MILLISECONDS / 1000
    while time.process_time() < end:
        pass
    return True
"""


def main() -> int:
    """Measure, print and save; exit code 1 where the ways differ in a byte."""
    args = _arguments()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write(folder, args)
        ways: dict[str, Callable[[], float]] = {
            "one process": lambda: _timed(folder, "one"),
            f"{args.workers} shards at once, and merge": lambda: _shards(folder, args.workers),
            f"Ray with {args.workers} workers, its start included": lambda: _timed(folder, "ray", "--engine", "ray"),
        }
        seconds = {way: go() for way, go in ways.items()}
        same = len({(folder / out / "cases.parquet").read_bytes() for out in ("one", "merged", "ray")}) == 1
    first = next(iter(seconds.values()))
    rows = [[way, f"{taken:.1f}", f"{first / taken:.2f}"] for way, taken in seconds.items()]
    page = table(["way", "seconds", "x as fast"], rows)
    print(f"{args.cases:,} cases, {args.milliseconds:g} ms of processor time each; same bytes: {same}\n\n{page}")
    terms = {"cases": args.cases, "milliseconds": args.milliseconds, "workers": args.workers}
    save("scale", {**terms, "seconds": seconds, "same_bytes": same}, args.results, page=page)
    return int(not same)


def _write(folder: Path, args: argparse.Namespace) -> None:
    rows = (
        {"id": f"c{place}", "input": f"question {place}", "expected": {"answer": f"answer {place}"}}
        for place in range(args.cases)
    )
    (folder / "gold.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "service.py").write_text(SERVICE)
    (folder / "slow.py").write_text(METRIC.replace("MILLISECONDS", str(args.milliseconds)))


def _evaluation(folder: Path, out: str, *more: str) -> Command:
    whom = ["--gold", "gold.jsonl", "--callable", "service:answer", "--metrics-from", "slow.py"]
    written = ["--out", out, "--no-report", "--json"]
    return Command(argv=[str(Path(sys.executable).with_name("goldgate")), "evaluate", *whom, *written, *more], cwd=folder)


def _timed(folder: Path, out: str, *more: str) -> float:
    return run(_evaluation(folder, out, *more)).seconds


def _shards(folder: Path, count: int) -> float:
    start = time.perf_counter()
    outs = [f"shard-{index}" for index in range(1, count + 1)]
    commands = [_evaluation(folder, out, "--shard", f"{index}/{count}") for index, out in enumerate(outs, start=1)]
    with ThreadPoolExecutor(count) as pool:
        list(pool.map(run, commands))
    argv = [str(Path(sys.executable).with_name("goldgate")), "merge", *outs, "--out", "merged", "--no-report", "--json"]
    run(Command(argv=argv, cwd=folder))
    return time.perf_counter() - start


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=4_000, help="how many (4,000)")
    parser.add_argument("--milliseconds", type=float, default=10.0, help="processor time a case (10)")
    parser.add_argument("--workers", type=int, default=2, help="shards, and workers of Ray (2)")
    parser.add_argument("--results", type=Path, default=Path(__file__).parent / "results", help="where scale.json goes")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
