"""trec_eval's own test files, and a stored BM25 run over CACM."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from .reference import HALF, SHARED, Reference, means

if TYPE_CHECKING:
    from pathlib import Path

    Published = dict[tuple[str, str], float]

TREC = SHARED / "trec_eval_test/test"
CACM = SHARED / "cacm"
CUTS = (5, 10, 15, 20, 30, 100, 200, 500, 1000)
FAMILIES = {
    "precision": ("P_{}", CUTS),
    "recall": ("recall_{}", CUTS),
    "ndcg": ("ndcg_cut_{}", CUTS),
    "map": ("map_cut_{}", CUTS),
    "hit": ("success_{}", (1, 5, 10)),
}
SOURCE = "trec_eval's own test files"
WHOLE = {"retrieval.map": "map", "retrieval.ndcg": "ndcg", "retrieval.mrr": "recip_rank"}


def trec_eval(folder: Path) -> list[Reference]:
    """The means of every measure that both have, then all their values query by query."""
    names = {f"retrieval.{ours}@{cut}": theirs.format(cut) for ours, (theirs, cuts) in FAMILIES.items() for cut in cuts}
    whole, cut = _expected("out.test.aq"), _expected("out.test.aqc")
    got = means(TREC / "qrels.test", TREC / "results.test", [*WHOLE, *names], folder=folder)
    means(TREC / "qrels.test", TREC / "results.trunc", [*WHOLE, *names], folder=folder, out="truncated")
    return [
        *(_row(ours, cuts, names, whole, got) for ours, (_, cuts) in FAMILIES.items()),
        _means(", ".join(f"`{name}`" for name in WHOLE), list(WHOLE), WHOLE, whole, got),
        _by_query("single queries of results.test", folder / "run/cases.parquet", {**names, **WHOLE}, whole),
        _by_query("single queries of results.trunc", folder / "truncated/cases.parquet", {**names, **WHOLE}, cut),
    ]


def cacm(folder: Path) -> list[Reference]:
    """P_30 and MAP of the stored run, 30 deep."""
    got = means(
        CACM / "qrels.cacm.txt", CACM / "cacm_cacm-bm25.txt", ["retrieval.precision@30", "retrieval.map"], folder=folder
    )
    what = "CACM, BM25, 30 deep: `retrieval.precision@30`, `retrieval.map`"
    ours = (got["retrieval.precision@30"], got["retrieval.map"])
    return [Reference(what=what, source="Anserini, trec_eval", published=(0.1942, 0.2744), ours=ours, decimals=4)]


def _row(family: str, cuts: tuple[int, ...], names: dict[str, str], published: Published, got: dict[str, float]) -> Reference:
    what = f"`retrieval.{family}@k`, k = {', '.join(map(str, cuts))}"
    return _means(what, [f"retrieval.{family}@{cut}" for cut in cuts], names, published, got)


def _means(what: str, ours: list[str], names: dict[str, str], published: Published, got: dict[str, float]) -> Reference:
    theirs = tuple(published[names[name], "all"] for name in ours)
    return Reference(what=what, source=SOURCE, published=theirs, ours=tuple(got[name] for name in ours), decimals=4)


def _by_query(what: str, table: Path, names: dict[str, str], published: Published) -> Reference:
    """How many values of single queries there are, and how many of ours equal them to 4 decimals."""
    rows = pl.read_parquet(table).filter(pl.col("error").is_null())
    ours = {(theirs, row["id"]): row[name] for row in rows.iter_rows(named=True) for name, theirs in names.items()}
    equal = sum(abs(value - published[key]) <= HALF * 1e-4 for key, value in ours.items())
    told = f"{what}: values of {len(names)} measures that agree"
    return Reference(what=told, source=SOURCE, published=(len(ours),), ours=(equal,), decimals=0)


def _expected(name: str) -> Published:
    """Values by (measure, query) of one of trec_eval's expected outputs, for the measures that we have too."""
    shared = {*WHOLE.values(), *(theirs.format(cut) for theirs, cuts in FAMILIES.values() for cut in cuts)}
    fields = [line.split() for line in (TREC / name).read_text(encoding="utf-8").splitlines()]
    return {(measure, query): float(value) for measure, query, value in fields if measure in shared}
