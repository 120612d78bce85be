from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from goldgate.eval.case import Case
from goldgate.eval.errors import UsageError
from goldgate.eval.results import Response
from goldgate.eval.score import scoring
from goldgate.eval.score.registry import default_names
from goldgate.eval.score.scoring import score

from ..makers import case, contexts, gold_of, table

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


def test_batches_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = score(FRAME, GOLD)
    monkeypatch.setattr(scoring, "BATCH", 2)
    assert score(FRAME, GOLD).equals(whole)


def test_an_empty_table_gets_empty_columns() -> None:
    assert score(FRAME.clear(), GOLD, ["answer.exact_match"])["answer.exact_match"].dtype == pl.Float64


def test_what_another_step_added_is_left_alone() -> None:
    judged = FRAME.with_columns(pl.Series("judge.helpful", [0.5, None, 1.0]))
    assert score(judged, GOLD, ["judge.helpful", "answer.contains"])["judge.helpful"].to_list() == [0.5, None, 1.0]
    assert "judge.helpful" not in score(FRAME, GOLD, ["judge.helpful"]).columns
    assert "judge.helpful" not in score(FRAME, GOLD, also=["judge.helpful"]).columns


def test_a_column_of_ones_own_that_nobody_makes_is_refused() -> None:
    with pytest.raises(UsageError, match=r'no function defines the metric "custom\.x"'):
        score(FRAME, GOLD, ["custom.x"])
    held = FRAME.with_columns(pl.lit(0.5).alias("custom.x"))
    assert score(held, GOLD, ["custom.x"])["custom.x"].to_list() == [0.5] * 3


def test_a_table_of_an_older_format_lacks_columns() -> None:
    old = FRAME.drop("label", "scores", "value", "interval", "quantiles", "citations")
    names = [name for name in score(old, GOLD).columns if name not in old.columns]
    assert "answer.exact_match" in names
    assert not [name for name in names if name.startswith(("regression.", "classification.", "grounding.citation"))]


HOSTILE = [
    None, "", " ", "\0", "[" * 100_000, "(" * 100_000, " " * 200_000, "a b " * 50_000, "9" * 200_000, "1," * 100_000,
    "no " * 60_000, "$" * 200_000, "\n" * 100_000, "; " * 100_000, "\ufffd\U0001f600" * 1000, "1." * 60_000, "- " * 60_000,
]  # fmt: skip


@pytest.mark.timeout(60)
def test_no_answer_takes_long_or_breaks_a_metric() -> None:
    wanted: dict[str, Any] = {
        "answer": "a b",
        "numeric": 3.0,
        "unit": "%",
        "boolean": True,
        "items": ("a", "b"),
        "evidence": {"s": 1},
    }
    cases = [case(str(place), **wanted) for place in range(len(HOSTILE))]
    gold = gold_of(*cases, *(case(f"u{place}", tags={"kind": "unanswerable"}) for place in range(len(HOSTILE))))
    answers = {f"{kind}{place}": text for kind in ("", "u") for place, text in enumerate(HOSTILE)}
    names = [name for name in default_names() if name.startswith(("answer.", "grounding."))] + ["tatqa.f1"]
    scored = score(table(gold, **answers), gold, names)
    for name in names:
        values = scored[name].drop_nulls()
        assert values.is_between(0, 1).all(), name
    assert scored["answer.refusal"].null_count() == len(HOSTILE)
