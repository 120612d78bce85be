"""What `bench.report` measures in a process of its own: `python -m bench.report_page RUN PAGE [BASELINE]` writes one page.

`python -m bench.report_page --distinct RUN PAGE [BASELINE]` prints the characters of the run's distinct texts, their bytes, and
what zlib (level 6) makes of them, joined.
"""

from __future__ import annotations

import json
import sys
import zlib
from pathlib import Path

import polars as pl

from goldgate.eval.report.model import ReportInput
from goldgate.eval.report.page import write


def report(run: Path, baseline: Path | None) -> ReportInput:
    """A report of an evaluation as `goldgate score` left it."""
    return ReportInput(
        service="finrag",
        environment="bench",
        run_id=run.name,
        commit="",
        evaluation=json.loads((run / "evaluation.json").read_text(encoding="utf-8")),
        cases=run / "cases.parquet",
        baseline_cases=None if baseline is None else baseline / "cases.parquet",
    )


def distinct(run: Path, baseline: Path | None) -> dict[str, int]:
    """How much text there is that no page can do without: every distinct string of the cases, in the order of first use."""
    columns = [part for folder in (run, baseline) if folder is not None for part in _texts(folder / "cases.parquet")]
    joined = "\n".join(pl.concat(columns).drop_nulls().unique(maintain_order=True)).encode()
    return {"bytes": len(joined), "zlib_bytes": len(zlib.compress(joined, 6))}


def _texts(path: Path) -> list[pl.Series]:
    frame = pl.read_parquet(path)
    expected = frame["expected"].str.json_decode(pl.Struct({"answer": pl.String})).struct.field("answer")
    contexts = frame["contexts"].explode().struct.unnest()
    plain = [frame[name] for name in ("id", "input", "answer", "error", "notes")]
    return [part.alias("text") for part in (*plain, expected, contexts["id"], contexts["text"], frame["retrieved"].explode())]


def main(arguments: list[str]) -> None:
    """Write the page, or print what it has to hold."""
    counting = arguments[0] == "--distinct"
    run, page, *rest = map(Path, arguments[1:] if counting else arguments)
    baseline = rest[0] if rest else None
    if counting:
        print(json.dumps(distinct(run, baseline)))
    else:
        write(report(run, baseline), page, limit=None)


if __name__ == "__main__":
    main(sys.argv[1:])
