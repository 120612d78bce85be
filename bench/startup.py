"""How long `goldgate --help` and `--version` take beside an empty Python: `python -m bench.startup`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .measure import Command, interleaved, save, table

BAR = 3.0


def main() -> int:
    """Measure, print and save; exit code 1 where a bar is missed."""
    args = _arguments()
    goldgate = str(Path(sys.executable).with_name("goldgate"))
    commands = {
        "empty Python": Command(argv=[sys.executable, "-c", "pass"]),
        "goldgate --version": Command(argv=[goldgate, "--version"]),
        "goldgate --help": Command(argv=[goldgate, "--help"]),
    }
    interleaved(commands, runs=1)
    taken = interleaved(commands, runs=args.runs)
    base = taken["empty Python"].seconds
    rows = [[name, f"{each.seconds * 1000:.0f}", f"{each.seconds / base:.1f}"] for name, each in taken.items()]
    page = table(["command", "ms", "x empty Python"], rows)
    print(page)
    figures = {name: each.to_json() for name, each in taken.items()}
    save("startup", {"bar": BAR, "commands": figures}, args.results, page=page)
    return int(any(each.seconds > BAR * base for each in taken.values()))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=21, help="runs of each command (21)")
    parser.add_argument("--results", type=Path, default=Path(__file__).parent / "results", help="where startup.json goes")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
