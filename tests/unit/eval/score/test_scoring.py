from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from goldgate.eval.case import Case
from goldgate.eval.errors import UsageError
from goldgate.eval.results import Response
from goldgate.eval.score.registry import METRICS, find, measure, metric
from goldgate.eval.score.scoring import score

from ..makers import case, contexts, gold_of, table

if TYPE_CHECKING:
    from collections.abc import Iterator

GOLD = gold_of(
    case("a", answer="x", evidence={"s1": 1, "s2": 1}),
    case("b", numeric=3, evidence={"s1": 3, "s2": 1}),
    case("c", tags={"kind": "unanswerable"}),
)
FRAME = table(
    GOLD,
    a=Response(id="a", answer="x", retrieved=("s9", "s1")),
    b=Response(id="b", answer="3", retrieved=("s2", "s1"), contexts=contexts("3")),
    c=Response(id="c", answer="unknown"),
)


@pytest.fixture
def own_metrics() -> Iterator[None]:
    before = dict(METRICS)
    yield
    METRICS.clear()
    METRICS.update(before)


def test_all_metrics_that_apply_are_computed_and_no_others() -> None:
    names = [name for name in score(FRAME, GOLD).columns if name not in FRAME.columns]
    assert "retrieval.recall@10" in names
    assert "answer.refusal" in names
    assert "grounding.supported_numbers" in names
    assert not {"answer.list_f1", "answer.boolean_match", "grounding.citation_recall"} & set(names)


def test_retrieval_at_hand() -> None:
    names = ["recall@1", "recall", "precision@1", "precision@5", "precision", "hit@1", "mrr", "mrr@1", "map", "ndcg"]
    frame = score(FRAME, GOLD, [f"retrieval.{name}" for name in names])
    first, second, third = ({n: row[f"retrieval.{n}"] for n in names} for row in frame.iter_rows(named=True))
    log3 = 1.584962500721156
    assert first == pytest.approx(
        {
            "recall@1": 0, "recall": 0.5, "precision@1": 0, "precision@5": 0.2, "precision": 0.5, "hit@1": 0,
            "mrr": 0.5, "mrr@1": 0, "map": 0.25, "ndcg": (1 / log3) / (1 + 1 / log3),
        }
    )  # fmt: skip
    assert second["ndcg"] == pytest.approx((1 + 3 / log3) / (3 + 1 / log3))
    assert (second["map"], second["mrr"]) == (1.0, 1.0)
    assert set(third.values()) == {None}


def test_a_named_metric_is_computed_even_where_nothing_was_retrieved() -> None:
    gold = gold_of(case("a", evidence={"s1": 1}))
    frame = table(gold, a="x")
    assert "retrieval.recall@10" not in score(frame, gold).columns
    assert score(frame, gold, also=["retrieval.recall@10"])["retrieval.recall@10"].to_list() == [0.0]


def test_lost_evidence_leaves_the_rest_to_be_found() -> None:
    some = Case(id="a", input="q", expected=GOLD.cases[0].expected, evidence_missing=("s9",))
    gold = gold_of(some, Case(id="b", input="r", evidence_missing=("s8",)))
    frame = score(table(gold, a=Response(id="a", retrieved=("s1", "s2"))), gold, ["retrieval.recall@10"])
    assert frame["retrieval.recall@10"].to_list() == [1.0, None]


def test_scoring_twice_gives_the_same_table() -> None:
    once = score(FRAME, GOLD)
    assert score(once, GOLD).equals(once)


def test_a_table_of_another_gold_set_is_refused() -> None:
    with pytest.raises(UsageError, match='holds the case "a"'):
        score(FRAME, gold_of(case("z")))


@pytest.mark.parametrize(
    ("name", "near"),
    [("retrieval.recal@10", "retrieval.recall"), ("answer.tokenf1", "answer.token_f1"), ("latency.p95", "latency.p95_ms")],
)
def test_an_unknown_metric_names_the_nearest(name: str, near: str) -> None:
    with pytest.raises(UsageError, match=f'there is no metric "{name}"') as caught:
        measure(name)
    assert near in caught.value.what


@pytest.mark.parametrize("name", ["retrieval.recall@0", "answer.token_f1@5", "retrieval.recall@"])
def test_a_cut_that_makes_no_sense_is_unknown(name: str) -> None:
    with pytest.raises(UsageError):
        find(name)


@pytest.mark.usefixtures("own_metrics")
def test_a_metric_of_ones_own_is_one_function() -> None:
    @metric("house.short")
    def short(one: Case, response: Response) -> bool | None:
        return None if one.unanswerable else len(response.answer or "") < 5

    assert short(GOLD.cases[0], Response(id="a", answer="x")) is True
    assert score(FRAME, GOLD)["house.short"].to_list() == [1.0, 1.0, None]
    assert measure("house.short").column == "house.short"


@pytest.mark.parametrize("name", ["answer.token_f1", "latency.p95_ms", "nodot", "Has Space.x"])
def test_a_name_that_is_taken_or_no_name_is_refused(name: str) -> None:
    with pytest.raises(UsageError):
        metric(name)
