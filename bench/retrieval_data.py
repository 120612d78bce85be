"""A gold set and a ranked run with ties, seeded: `python -m bench.retrieval_data FOLDER [QUERIES] [DEPTH]`.

Writes `gold.parquet` and `responses.parquet` for goldgate, and the same as `qrels.parquet` and `run.parquet` (one list a query)
for whoever wants documents and numbers side by side.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import polars as pl

CORPUS = 1_000_000
JUDGED = 10
SEED = 20_240_607


def main(folder: Path, queries: int, depth: int) -> None:
    """Write the four files."""
    generator = np.random.default_rng(SEED)
    shown = _documents(generator, queries, depth)
    grades = generator.integers(0, 4, (queries, JUDGED))
    judged = _judged(generator, shown)
    names = pl.Series([f"q{place}" for place in range(queries)])
    qrels = _lists(names, document=_names(judged), grade=pl.Series(grades.ravel()))
    run = _lists(names, document=_names(shown), score=pl.Series(_scores(generator, queries, depth).ravel()))
    qrels.write_parquet(folder / "qrels.parquet")
    run.write_parquet(folder / "run.parquet")
    run.select(id="query", retrieved=_pairs(run, "document", "score")).write_parquet(folder / "responses.parquet")
    _gold(qrels).write_parquet(folder / "gold.parquet")


def _documents(generator: np.random.Generator, queries: int, depth: int) -> np.ndarray:
    """Different documents for each query, in no order."""
    first = generator.integers(0, CORPUS - 7 * depth, (queries, 1))
    documents: np.ndarray = first + 7 * generator.permuted(np.tile(np.arange(depth), (queries, 1)), axis=1)
    return documents


def _judged(generator: np.random.Generator, shown: np.ndarray) -> np.ndarray:
    """Some of the documents that are shown, and for each second one a neighbour that is not."""
    places = generator.permuted(np.tile(np.arange(shown.shape[1]), (len(shown), 1)), axis=1)[:, :JUDGED]
    near: np.ndarray = np.take_along_axis(shown, places, axis=1) + generator.integers(0, 2, (len(shown), JUDGED))
    return near


def _scores(generator: np.random.Generator, queries: int, depth: int) -> np.ndarray:
    """Falling scores of three decimals, with differences that a 32-bit float cannot hold."""
    scores = np.round(-np.sort(-generator.random((queries, depth)), axis=1), 3)
    return scores + 1e-12 * generator.random((queries, depth))


def _names(documents: np.ndarray) -> pl.Series:
    return pl.select("doc" + pl.Series(documents.ravel()).cast(pl.String).str.zfill(7)).to_series()


def _lists(queries: pl.Series, **columns: pl.Series) -> pl.DataFrame:
    """One row a query, with a list of each column."""
    each = len(next(iter(columns.values()))) // len(queries)
    return pl.DataFrame(
        [
            queries.alias("query"),
            *(part.reshape((len(queries), each)).arr.to_list().alias(name) for name, part in columns.items()),
        ]
    )


def _pairs(frame: pl.DataFrame, key: str, value: str) -> pl.Series:
    long = frame.explode(key, value).select("query", pair=pl.struct(id=key, score=value))
    return long.group_by("query", maintain_order=True).agg("pair")["pair"]


def _gold(qrels: pl.DataFrame) -> pl.DataFrame:
    """The native form in Parquet: `expected` is JSON text."""
    pairs = qrels.explode("document", "grade").select("query", pair=pl.format('"{}":{}', "document", "grade"))
    evidence = pairs.group_by("query", maintain_order=True).agg(pl.col("pair").str.join(","))
    return evidence.select(
        id="query", input=pl.format("query {}", "query"), expected=pl.concat_str(pl.lit('{"evidence":{'), "pair", pl.lit("}}"))
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), *(int(text) for text in (*sys.argv[2:], "100000", "100")[:2]))
