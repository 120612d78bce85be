"""The report's page at 1,000, 10,000 and 100,000 cases, written and opened in Chromium: `python -m bench.report`."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from .measure import Command, medians, run, save, table

GOLDGATE = str(Path(sys.executable).with_name("goldgate"))
METRICS = ("answer.contains", "answer.token_f1")
GATES = ("answer.contains max_drop=0.02", "answer.token_f1 max_drop=0.02 difficulty=hard")
BAR_CASES = 100_000
LONG_TASK_MS = 50
BARS = {"size_ratio": 1.4, "seconds": 10.0, "peak_mb": 1536.0, "first_filter_ms": 2000.0}
HEAD = (
    "cases",
    "written in",
    "peak",
    "page",
    "of zlib",
    "first paint",
    "first filter",
    "range",
    "search",
    "scrolling",
    "elements",
)


@dataclass(frozen=True, kw_only=True)
class Workload:
    """A page to write: so many cases with answers of 600 characters, beside what was live or not, and passages each."""

    cases: int
    live: bool = True
    passages: int = 0

    @property
    def name(self) -> str:
        """As the table has it."""
        passages = f", {self.passages} passages each" if self.passages else ""
        return f"{self.cases:,}{'' if self.live else ', nothing live'}{passages}"

    @property
    def folder(self) -> str:
        """Where its cases lie."""
        return f"{self.cases}-{self.passages}"


WORKLOADS = (
    Workload(cases=1_000),
    Workload(cases=10_000),
    Workload(cases=100_000),
    Workload(cases=100_000, live=False),
    Workload(cases=100_000, passages=10),
)


def main() -> int:
    """Make the cases, write each page in a fresh process, open it in a fresh browser; exit code 1 where a bar is missed."""
    args = _arguments()
    figures: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory(prefix="goldgate-report-", dir=args.scratch) as scratch:
        for work in WORKLOADS:
            if work.cases > args.cases:
                continue
            made = prepared(work, Path(scratch) / work.folder)
            figures[work.name] = written(work, made, args.runs) | looked_at(made)
            print(work.name, json.dumps(figures[work.name]), file=sys.stderr, flush=True)
    page = table(HEAD, [_row(name, found) for name, found in figures.items()])
    print(page)
    save("report", {"pages": figures, "bars": BARS}, args.results, page=page)
    judged = [found for name, found in figures.items() if name in {work.name for work in WORKLOADS if barred(work)}]
    return int(any(found[bar] > most for found in judged for bar, most in BARS.items()))


def barred(work: Workload) -> bool:
    """Whether the bars, which are for answers of 600 characters without passages, hold for it."""
    return work.cases >= BAR_CASES and not work.passages


def prepared(work: Workload, folder: Path) -> Path:
    """The evaluations of what was live and of this image, made once for each folder; returns the folder."""
    if not folder.is_dir():
        run(Command(argv=[sys.executable, "-m", "bench.report_cases", str(folder), str(work.cases), str(work.passages)]))
        run(Command(argv=_score(work, folder, "live"), ok=(0, 1, 5)))
        run(Command(argv=[*_score(work, folder, "this"), "--baseline", str(folder / "live")], ok=(0, 1, 5)))
    return folder


def written(work: Workload, folder: Path, runs: int) -> dict[str, Any]:
    """Seconds and peak memory of the process that writes the page, the page's size, and that beside zlib's of its texts."""
    pages = [str(folder / "this"), str(folder / "page.html"), *([str(folder / "live")] if work.live else [])]
    taken = medians([run(Command(argv=[sys.executable, "-m", "bench.report_page", *pages])) for _ in range(runs)])
    held = json.loads(run(Command(argv=[sys.executable, "-m", "bench.report_page", "--distinct", *pages])).stdout)
    size = (folder / "page.html").stat().st_size
    figures = {
        "seconds": round(taken.seconds, 2),
        "cpu_seconds": round(taken.cpu_seconds, 2),
        "peak_mb": round(taken.peak_mb, 1),
        "page_bytes": size,
    }
    return (
        figures | {f"texts_{name}": value for name, value in held.items()} | {"size_ratio": round(size / held["zlib_bytes"], 3)}
    )


def looked_at(folder: Path) -> dict[str, Any]:
    """The figures of `bench.report_browser`, searched for a word that one answer has."""
    answers = pl.read_parquet(folder / "this/cases.parquet", columns=["answer"])["answer"]
    words = (
        answers.str.split(" ").explode().value_counts().filter(pl.col("answer").str.len_chars() > 14).sort("count", "answer")
    )
    seen = run(Command(argv=[sys.executable, "-m", "bench.report_browser", str(folder / "page.html"), words.item(0, 0)]))
    found: dict[str, Any] = json.loads(seen.stdout)
    return found


def _score(work: Workload, folder: Path, side: str) -> list[str]:
    metrics = [*METRICS, *(["retrieval.recall@10"] if work.passages else [])]
    files = ["--gold", str(folder / "gold.parquet"), "--responses", str(folder / f"{side}.parquet")]
    named = [word for name in metrics for word in ("--metric", name)] + [word for gate in GATES for word in ("--gate", gate)]
    return [GOLDGATE, "score", *files, *named, "--no-report", "--out", str(folder / side)]


def _row(name: str, found: dict[str, Any]) -> list[str]:
    return [
        name,
        f"{found['seconds']:.1f} s",
        f"{found['peak_mb']:,.0f} MB",
        f"{found['page_bytes'] / 1e6:.1f} MB",
        f"{found['size_ratio']:.2f} x",
        *(f"{found[key] / 1000:.2f} s" for key in ("first_paint_ms", "first_filter_ms", "range_ms", "search_first_ms")),
        f"{found['longest_task_scrolling_ms']:.0f} ms" if found["longest_task_scrolling_ms"] else f"< {LONG_TASK_MS} ms",
        f"{found['elements']:,}",
    ]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.report", description=__doc__)
    parser.add_argument("--cases", type=int, default=BAR_CASES, help="the largest page (100000)")
    parser.add_argument("--runs", type=int, default=3, help="how often each page is written (3)")
    parser.add_argument("--scratch", type=Path, help="where the files go meanwhile (the system's temporary folder)")
    parser.add_argument("--results", type=Path, default=Path(__file__).parent / "results", help="where report.json goes")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
