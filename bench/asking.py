"""Asking over HTTP beside a bare client loop: `python -m bench.asking`.

The same questions, 32 at once, of a service in a process of its own that takes 5 ms; the loop alone and the whole process.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .measure import Command, medians, run, save, table

if TYPE_CHECKING:
    from collections.abc import Iterator

BAR = 1.3


def main() -> int:
    """Measure, print and save; exit code 1 where the bar is missed."""
    args = _arguments()
    with tempfile.TemporaryDirectory() as folder, _service(args.service_ms / 1000) as url:
        gold, journal = Path(folder) / "gold.jsonl", Path(folder) / "journal.jsonl"
        gold.write_text("".join(_case(place) for place in range(args.cases)))
        common = [str(gold), url, str(args.concurrency)]
        found = measured(
            {
                "bare aiohttp loop": [sys.executable, "-m", "bench.asking_bare", *common],
                "goldgate, journal included": [sys.executable, "-m", "bench.asking_goldgate", *common, str(journal)],
            },
            args.runs,
        )
    bare, ours = found.values()
    ratios = {kind: round(ours[kind] / bare[kind], 3) for kind in ("loop_seconds", "seconds", "cpu_seconds")}
    page = _page(found, ratios)
    print(json.dumps({"clients": found, "ratios": ratios}) if args.json else page)
    save("asking", {"bar": BAR, "cases": args.cases, "clients": found, "ratios": ratios}, args.results, page=page)
    return int(ratios["loop_seconds"] > BAR or ratios["seconds"] > BAR)


def measured(commands: dict[str, list[str]], runs: int) -> dict[str, dict[str, Any]]:
    """Medians over runs in turn; `loop_seconds` is what the command says of its loop."""
    taken: dict[str, list[Any]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, argv in commands.items():
            taken[name].append(run(Command(argv=argv)))
    return {name: _figures(each) for name, each in taken.items()}


def _figures(taken: list[Any]) -> dict[str, Any]:
    said = [json.loads(each.stdout) for each in taken]
    middle = {f"loop_{key}" if key == "seconds" else key: statistics.median(each[key] for each in said) for key in said[0]}
    return {**medians(taken).to_json(), **{key: round(value, 4) for key, value in middle.items()}}


def _page(found: dict[str, dict[str, Any]], ratios: dict[str, float]) -> str:
    kinds = ("loop_seconds", "seconds", "cpu_seconds")
    rows = [[name, *(f"{each[kind]:.2f}" for kind in kinds), f"{each['peak_mb']:.0f}"] for name, each in found.items()]
    rows.append(["ratio", *(f"{ratios[kind]:.2f}" for kind in kinds), ""])
    return table(["client", "loop s", "process s", "processor s", "MB"], rows)


def _case(place: int) -> str:
    return (
        json.dumps({"id": f"c{place}", "input": f"What was the revenue of company {place}?", "expected": {"numeric": place}})
        + "\n"
    )


@contextlib.contextmanager
def _service(seconds: float) -> Iterator[str]:
    argv = [sys.executable, "-m", "bench.asking_service", str(seconds)]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}/query"
        process.stdin.close()
        process.wait(10)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000, help="questions (10,000)")
    parser.add_argument("--concurrency", type=int, default=32, help="questions at once (32)")
    parser.add_argument("--service-ms", type=float, default=5.0, help="how long the service takes (5)")
    parser.add_argument("--runs", type=int, default=5, help="runs of each client (5)")
    parser.add_argument("--json", action="store_true", help="JSON on standard output")
    parser.add_argument("--results", type=Path, default=Path(__file__).parent / "results", help="where asking.json goes")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
