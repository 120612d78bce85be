"""Retrieval metrics against trec_eval's own expected outputs, every query and measure that we share."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from goldgate.eval.ask.reading import ranked
from goldgate.eval.case import Case, Expected, GoldSet
from goldgate.eval.results import Response
from goldgate.eval.score.scoring import score
from goldgate.eval.table import cases_frame

if TYPE_CHECKING:
    import polars as pl

DATA = Path(__file__).parents[5] / "shared" / "data"
TREC = DATA / "trec_eval_test" / "test"
CACM = DATA / "cacm"
NAMES = {
    "map": "retrieval.map",
    "recip_rank": "retrieval.mrr",
    "ndcg": "retrieval.ndcg",
    "set_recall": "retrieval.recall",
    "set_P": "retrieval.precision",
    **{f"P_{k}": f"retrieval.precision@{k}" for k in (5, 10, 15, 20, 30, 100, 200, 500, 1000)},
    **{f"recall_{k}": f"retrieval.recall@{k}" for k in (5, 10, 15, 20, 30, 100, 200, 500, 1000)},
    **{f"ndcg_cut_{k}": f"retrieval.ndcg@{k}" for k in (5, 10, 15, 20, 30, 100, 200, 500, 1000)},
    **{f"map_cut_{k}": f"retrieval.map@{k}" for k in (5, 10, 15, 20, 30, 100, 200, 500, 1000)},
    **{f"success_{k}": f"retrieval.hit@{k}" for k in (1, 5, 10)},
}


def scored_run(qrels: Path, run: Path, metrics: list[str]) -> pl.DataFrame:
    grades: dict[str, dict[str, float]] = defaultdict(dict)
    for line in qrels.read_text().splitlines():
        query, _, document, grade = line.split()
        grades[query][document] = float(grade)
    found: dict[str, list[dict[str, object]]] = defaultdict(list)
    for line in run.read_text().splitlines():
        query, _, document, _, value = line.split()[:5]
        found[query].append({"id": document, "score": float(value)})
    cases = tuple(Case(id=q, input=q, expected=Expected(evidence=grades[q])) for q in grades)
    gold = GoldSet(cases=cases, sha256="", path=Path("qrels"), format="trec")
    responses = {q: Response(id=q, answer="", retrieved=ranked(rows, "retrieved")) for q, rows in found.items()}
    return score(cases_frame(gold, responses), gold, metrics)


@pytest.mark.parametrize(
    ("run", "qrels", "output", "least"),
    [
        ("results.test", "qrels.test", "out.test.aq", 3 * 40),
        ("results.trunc", "qrels.test", "out.test.aqc", 3 * 40),
        ("results.test", "qrels.test", "out.test.meas_params", 3 * 3),
    ],
)
def test_every_shared_measure_of_every_query_equals_trec_eval(run: str, qrels: str, output: str, least: int) -> None:
    if not TREC.exists():
        pytest.skip("trec_eval's test files are not beside this checkout (shared/data/trec_eval_test)")
    compare(scored_run(TREC / qrels, TREC / run, list(NAMES.values())), TREC / output, NAMES, least)


def test_graded_relevance_equals_trec_eval() -> None:
    """The file was made at relevance level 2, which changes every measure but nDCG."""
    if not TREC.exists():
        pytest.skip("trec_eval's test files are not beside this checkout (shared/data/trec_eval_test)")
    names = {name: ours for name, ours in NAMES.items() if name.startswith("ndcg")}
    compare(scored_run(TREC / "qrels.rel_level", TREC / "results.test", list(names.values())), TREC / "out.test.aql", names, 30)


def compare(frame: pl.DataFrame, output: Path, names: dict[str, str], least: int) -> None:
    rows = {row["id"]: row for row in frame.iter_rows(named=True)}
    compared = 0
    for name, query, text in (line.split() for line in output.read_text().splitlines()):
        if name in names and query in rows:
            assert rows[query][names[name]] == pytest.approx(float(text), abs=5.1e-5), (query, name)
            compared += 1
    assert compared >= least


def test_the_stored_cacm_run_has_its_known_means() -> None:
    if not CACM.exists():
        pytest.skip("the CACM run is not beside this checkout (shared/data/cacm)")
    frame = scored_run(CACM / "qrels.cacm.txt", CACM / "cacm_cacm-bm25.txt", ["retrieval.precision@30", "retrieval.map"])
    assert frame["retrieval.precision@30"].mean() == pytest.approx(0.1942, abs=5e-5)
    assert frame["retrieval.map"].mean() == pytest.approx(0.2744, abs=5e-5)


def test_ties_are_broken_by_id_descending_on_32_bit_scores() -> None:
    rows = [{"id": "a", "score": 1.0}, {"id": "c", "score": 1.0 + 1e-9}, {"id": "b", "score": 1.0}, {"id": "z", "score": 0.5}]
    assert ranked(rows, "retrieved") == ("c", "b", "a", "z")
