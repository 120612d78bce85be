"""One million cases read, scored, sliced and gated against a baseline in one process: `python -m bench.million`."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from .measure import Command, interleaved, run, save, table

GOLDGATE = str(Path(sys.executable).with_name("goldgate"))
MOST_SECONDS = 60.0
MOST_MB = 4096.0
BAR_CASES = 1_000_000
METRICS = ("answer.exact_match", "answer.token_f1", "answer.contains", "answer.numeric_match", "retrieval.recall@10")
GATES = (
    "answer.exact_match min=0.5 max_drop=0.02",
    "answer.token_f1 max_drop=0.02",
    "answer.token_f1 max_drop=0.03 difficulty=hard",
    "answer.numeric_match max_drop=0.02",
    "retrieval.recall@10 min=0.6 max_drop=0.02",
    "latency.p95_ms max=900",
)
FORMS = ("jsonl", "parquet")


def main() -> int:
    """Score a baseline, then measure the candidate from JSONL and from Parquet; exit code 1 where a bar is missed."""
    args = _arguments()
    with tempfile.TemporaryDirectory(prefix="goldgate-million-", dir=args.scratch) as scratch:
        folder = Path(scratch)
        run(Command(argv=[sys.executable, "-m", "bench.million_cases", scratch, str(args.cases)]))
        run(Command(argv=[GOLDGATE, "gold", "convert", str(folder / "gold.jsonl"), str(folder / "gold.parquet")]))
        run(Command(argv=_score(folder, "baseline", "parquet")))
        gated = ["--baseline", str(folder / "runs/baseline"), *_gates()]
        commands = {form: Command(argv=[*_score(folder, "candidate", form), *gated], ok=(0, 1, 5)) for form in FORMS}
        taken = interleaved(commands, runs=args.runs, say=lambda text: print(text, file=sys.stderr, flush=True))
        verdict = _verdict(folder / "runs/candidate")
    rows = [[f"from {form}", f"{each.seconds:.1f} s", f"{each.peak_mb:,.0f} MB"] for form, each in taken.items()]
    page = table([f"{args.cases:,} cases, {len(METRICS)} metrics, {len(GATES)} gates", "wall", "peak"], rows)
    print(page)
    figures = {form: each.to_json() for form, each in taken.items()}
    results = {"cases": args.cases, "metrics": METRICS, "gates": GATES, **verdict, "forms": figures}
    save("million", results, args.results, page=page)
    missed = any(each.seconds > MOST_SECONDS or each.peak_mb > MOST_MB for each in taken.values())
    return int(missed and args.cases >= BAR_CASES)


def _score(folder: Path, side: str, form: str) -> list[str]:
    files = ["--gold", str(folder / f"gold.{form}"), "--responses", str(folder / f"{side}.{form}")]
    metrics = [word for name in METRICS for word in ("--metric", name)]
    return [GOLDGATE, "score", *files, *metrics, "--out", str(folder / "runs" / side), "--no-report", "--json"]


def _gates() -> list[str]:
    return [word for gate in GATES for word in ("--gate", gate)]


def _verdict(out: Path) -> dict[str, int | str]:
    """What came out, so that the figures are those of a whole evaluation: verdict, gate results and slices."""
    evaluation = json.loads((out / "evaluation.json").read_text(encoding="utf-8"))
    return {"verdict": evaluation["verdict"], "rules": len(evaluation["gates"]), "slices": len(evaluation["slices"])}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.million", description=__doc__)
    parser.add_argument("--cases", type=int, default=BAR_CASES, help="how many cases (1000000)")
    parser.add_argument("--runs", type=int, default=3, help="runs of each, interleaved (3)")
    parser.add_argument("--scratch", type=Path, help="where the files go meanwhile (the system's temporary folder)")
    parser.add_argument("--results", type=Path, default=Path(__file__).parent / "results", help="where million.json goes")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
