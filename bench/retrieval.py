"""Retrieval metrics of a long run with ties, from Parquet, beside pytrec_eval: `python -m bench.retrieval`."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

import polars as pl

from .measure import Command, Figures, interleaved, run, save, table
from .peers.install import Peer, installed

CACHE = Path("~/.cache/goldgate-bench").expanduser()
GOLDGATE = str(Path(sys.executable).with_name("goldgate"))
PEER = Peer(name="pytrec_eval", version="0.5.11", steps=(("pytrec_eval-terrier==0.5.11", "polars==2.1.0"),))
NAMES = {
    "retrieval.recall@10": "recall_10",
    "retrieval.ndcg@10": "ndcg_cut_10",
    "retrieval.mrr": "recip_rank",
    "retrieval.map": "map",
}
BAR_QUERIES, FASTER, MOST_MB, AGREE = 100_000, 3.0, 1536.0, 1e-9


def main() -> int:
    """Measure both in turn, compare every query, print and save; exit code 1 where a bar is missed."""
    args = _arguments()
    with tempfile.TemporaryDirectory(prefix="goldgate-retrieval-", dir=args.scratch) as scratch:
        folder = Path(scratch)
        run(Command(argv=[sys.executable, "-m", "bench.retrieval_data", scratch, str(args.queries), str(args.depth)]))
        run(Command(argv=[*_goldgate(folder), "--out", str(folder / "run"), "--no-report"]))
        peer = Command(argv=[str(installed(PEER, args.cache) / "bin/python"), _script(), scratch])
        commands = {"goldgate": Command(argv=_goldgate(folder)), PEER.name: peer}
        taken = interleaved(commands, runs=args.runs, say=lambda text: print(text, file=sys.stderr, flush=True))
        apart = _difference(folder)
    results = {"queries": args.queries, "depth": args.depth, "peer": PEER.title, "largest_difference": apart}
    results |= {"times_faster": round(taken[PEER.name].seconds / taken["goldgate"].seconds, 2)}
    page = _page(args.queries, args.depth, taken, apart)
    figures = {**results, "commands": {name: each.to_json() for name, each in taken.items()}}
    print(json.dumps(figures, indent=2) if args.json else page)
    save("retrieval", figures, args.results, page=page)
    slow = results["times_faster"] < FASTER or taken["goldgate"].peak_mb > MOST_MB
    return int(apart > AGREE or (slow and args.queries >= BAR_QUERIES))


def _goldgate(folder: Path) -> list[str]:
    metrics = [word for name in NAMES for word in ("--metric", name)]
    files = ["--gold", str(folder / "gold.parquet"), "--responses", str(folder / "responses.parquet")]
    return [GOLDGATE, "score", *files, *metrics, "--json"]


def _script() -> str:
    return str(Path(__file__).with_name("retrieval_pytrec_eval.py"))


def _difference(folder: Path) -> float:
    """The largest difference of any query's measure between the two."""
    ours = pl.read_parquet(folder / "run/cases.parquet", columns=["id", *NAMES])
    both = ours.join(pl.read_parquet(folder / "pytrec_eval.parquet"), on="id", how="left", validate="1:1")
    apart = both.select((pl.col(mine) - pl.col(theirs)).abs().max() for mine, theirs in NAMES.items()).row(0)
    if both.null_count().row(0) != (0,) * both.width:
        msg = "a query has a value on one side only"
        raise SystemExit(msg)
    return float(max(apart))


def _page(queries: int, depth: int, taken: dict[str, Figures], apart: float) -> str:
    base = taken["goldgate"].seconds
    titles = {"goldgate": "goldgate score", PEER.name: f"{PEER.title}, dicts included"}
    rows = [
        [titles[name], f"{each.seconds:.1f} s", f"{each.peak_mb:,.0f} MB", f"{each.seconds / base:.1f} x"]
        for name, each in taken.items()
    ]
    head = [f"recall, nDCG, MRR, MAP of {queries:,} queries x {depth} documents", "wall", "peak", "time"]
    return table(head, rows) + f"\nLargest difference of any query's measure: {apart:.1g}.\n"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.retrieval", description=__doc__)
    parser.add_argument("--queries", type=int, default=BAR_QUERIES, help="how many queries (100000)")
    parser.add_argument("--depth", type=int, default=100, help="documents a query (100)")
    parser.add_argument("--runs", type=int, default=3, help="runs of each, interleaved (3)")
    parser.add_argument("--cache", type=Path, default=CACHE, help=f"where pytrec_eval is installed ({CACHE})")
    parser.add_argument("--scratch", type=Path, help="where the files go meanwhile (the system's temporary folder)")
    parser.add_argument("--results", type=Path, default=Path(__file__).parent / "results", help="where retrieval.json goes")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
