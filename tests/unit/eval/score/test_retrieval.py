"""Retrieval metrics against trec_eval's own expected outputs and against pytrec_eval on runs with every oddity."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldgate.eval.ranking import ranked
from goldgate.eval.results import Response
from goldgate.eval.score.judged import Judged
from goldgate.eval.score.retrieval import METRICS
from goldgate.eval.score.scoring import score
from tests.unit.eval.makers import SHARED, case, gold_of, table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    Qrels = Mapping[str, Mapping[str, float]]

TREC = SHARED / "trec_eval_test" / "test"
CACM = SHARED / "cacm"
DEPTHS = (5, 10, 15, 20, 30, 100, 200, 500, 1000)
NAMES: dict[str, tuple[str, int | None]] = {
    "map": ("map", None),
    "recip_rank": ("mrr", None),
    "ndcg": ("ndcg", None),
    "set_recall": ("recall", None),
    "set_P": ("precision", None),
    **{f"P_{k}": ("precision", k) for k in DEPTHS},
    **{f"recall_{k}": ("recall", k) for k in DEPTHS},
    **{f"ndcg_cut_{k}": ("ndcg", k) for k in DEPTHS},
    **{f"map_cut_{k}": ("map", k) for k in DEPTHS},
    **{f"success_{k}": ("hit", k) for k in (1, 5, 10)},
}
GRADES = pl.List(pl.Struct({"id": pl.String, "grade": pl.Float64}))
PASSAGES = pl.List(pl.Struct({"id": pl.String, "score": pl.Float64}))


def qrels_of(path: Path) -> dict[str, dict[str, float]]:
    grades: dict[str, dict[str, float]] = defaultdict(dict)
    for line in path.read_text().splitlines():
        query, _, document, grade = line.split()
        grades[query][document] = float(grade)
    return grades


def run_of(path: Path) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for line in path.read_text().splitlines():
        query, _, document, _, value = line.split()[:5]
        found[query][document] = float(value)
    return found


def judged(qrels: Qrels, run: Qrels, *, level: float = 1, depth: int | None = None) -> Judged:
    evidence = [[{"id": name, "grade": grade} for name, grade in qrels[query].items()] for query in qrels]
    passages = [[{"id": name, "score": value} for name, value in run.get(query, {}).items()] for query in qrels]
    order = ranked(pl.Series(passages, dtype=PASSAGES))
    return Judged(order if depth is None else order.list.head(depth), pl.Series(evidence, dtype=GRADES), level=level)


def values(stuff: Judged) -> dict[str, list[float]]:
    return {name: METRICS[ours](stuff, cut).tolist() for name, (ours, cut) in NAMES.items()}


def expected_output(path: Path) -> list[tuple[str, str, float]]:
    lines = (line.split() for line in path.read_text().splitlines())
    return [(name, query, float(text)) for name, query, text in lines if name in NAMES]


@pytest.mark.parametrize(
    ("run", "qrels", "output", "level", "depth", "compared"),
    [
        ("results.test", "qrels.test", "out.test.aq", 1, None, 4 * 22),
        ("results.trunc", "qrels.test", "out.test.aqc", 1, None, 4 * 22),
        ("results.trunc", "qrels.test", "out.test.aqcM", 1, 100, 4 * 22),
        ("results.test", "qrels.rel_level", "out.test.aql", 2, None, 4 * 22),
        ("results.test", "qrels.test", "out.test.meas_params", 1, None, 3),
        ("results.test", "qrels.test", "out.test.a", 1, None, 22),
    ],
)
def test_every_shared_measure_of_every_query_equals_trec_eval(
    run: str, qrels: str, output: str, level: int, depth: int | None, compared: int
) -> None:
    if not TREC.exists():
        pytest.skip("trec_eval's test files are not beside this checkout (shared/data/trec_eval_test)")
    grades = qrels_of(TREC / qrels)
    found = values(judged(grades, run_of(TREC / run), level=level, depth=depth))
    rows = {query: row for row, query in enumerate(grades)}
    lines = expected_output(TREC / output)
    for name, query, expected in lines:
        ours = sum(found[name]) / len(rows) if query == "all" else found[name][rows[query]]
        assert ours == pytest.approx(expected, abs=5.001e-5), (query, name)
    assert len(lines) >= compared


def test_the_stored_cacm_run_has_its_known_means() -> None:
    if not CACM.exists():
        pytest.skip("the CACM run is not beside this checkout (shared/data/cacm)")
    stuff = judged(qrels_of(CACM / "qrels.cacm.txt"), run_of(CACM / "cacm_cacm-bm25.txt"))
    assert METRICS["precision"](stuff, 30).mean() == pytest.approx(0.1942, abs=5e-5)
    assert METRICS["map"](stuff, None).mean() == pytest.approx(0.2744, abs=5e-5)


DOCUMENTS = st.sampled_from(["a", "aa", "b", "B", "9", "10", "c-1", "c_1", "d", "e"])
RUN_SCORES = st.one_of(st.sampled_from([0.0, -0.5, 1.0, 1.0 + 1e-9, 16777217.0, 16777216.0]), st.floats(-10, 10))


@given(
    qrels=st.dictionaries(DOCUMENTS, st.integers(-2, 3), min_size=1),
    run=st.dictionaries(DOCUMENTS, RUN_SCORES),
    level=st.sampled_from([1, 2]),
)
@settings(deadline=None, max_examples=150)
def test_every_metric_equals_pytrec_eval(qrels: dict[str, int], run: dict[str, float], level: int) -> None:
    """Ties, unjudged documents, queries without a relevant document, empty lists, and negative grades.

    pytrec_eval itself overruns its memory on a negative grade, which trec_eval counts as not relevant: it is given 0.
    """
    pytrec_eval = pytest.importorskip("pytrec_eval", reason="pytrec_eval is not installed")
    measures = {"map", "recip_rank", "ndcg", "set_recall", "set_P", "P", "recall", "ndcg_cut", "map_cut", "success"}
    relevant = {name: max(grade, 0) for name, grade in qrels.items()}
    evaluator = pytrec_eval.RelevanceEvaluator({"q": relevant}, measures, relevance_level=level)
    theirs = evaluator.evaluate({"q": run}).get("q") or dict.fromkeys(NAMES, 0.0)
    for name, found in values(judged({"q": qrels}, {"q": run}, level=level)).items():
        assert found == pytest.approx([theirs[name]], abs=1e-9), name


def scored(*metrics: str, **cases: tuple[dict[str, float], list[str]]) -> list[dict[str, Any]]:
    gold = gold_of(*(case(name, evidence=grades) for name, (grades, _) in cases.items()))
    answers = {name: Response(id=name, retrieved=tuple(shown)) for name, (_, shown) in cases.items()}
    return score(table(gold, **answers), gold, metrics).select(metrics).to_dicts()


def test_a_case_that_expects_no_passage_has_no_value() -> None:
    names = ("retrieval.recall@1", "retrieval.ndcg", "retrieval.mrr", "retrieval.map", "retrieval.hit", "retrieval.precision")
    assert scored(*names, a=({}, ["x"])) == [dict.fromkeys(names)]


def test_passages_judged_not_relevant_count_as_trec_eval_counts_them() -> None:
    names = ("retrieval.recall", "retrieval.ndcg", "retrieval.mrr", "retrieval.map", "retrieval.precision@5")
    assert scored(*names, a=({"x": 0.0}, ["x"])) == [dict.fromkeys(names, 0.0)]


def test_nothing_retrieved_is_zero() -> None:
    names = ("retrieval.recall", "retrieval.precision", "retrieval.hit@1", "retrieval.mrr", "retrieval.map", "retrieval.ndcg")
    assert scored(*names, a=({"x": 1.0}, [])) == [dict.fromkeys(names, 0.0)]


def test_rows_do_not_mix() -> None:
    rows = scored(
        "retrieval.map", "retrieval.mrr@2", a=({"x": 1.0, "y": 1.0}, ["z", "x", "y"]), b=({"x": 1.0}, ["y", "z", "x"])
    )
    assert rows[0]["retrieval.map"] == pytest.approx((1 / 2 + 2 / 3) / 2)
    assert rows[0]["retrieval.mrr@2"] == 0.5
    assert rows[1] == {"retrieval.map": pytest.approx(1 / 3), "retrieval.mrr@2": 0.0}


def test_fractional_grades_discount_and_are_relevant_from_one() -> None:
    (row,) = scored("retrieval.ndcg", "retrieval.recall", a=({"x": 0.5, "y": 2.0}, ["x", "y"]))
    ideal = 2 / math.log2(2) + 0.5 / math.log2(3)
    assert row["retrieval.ndcg"] == pytest.approx((0.5 + 2 / math.log2(3)) / ideal)
    assert row["retrieval.recall"] == 1.0
