from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest

from goldgate.eval.joining import gold_of as gold_of_table
from goldgate.eval.joining import join
from goldgate.eval.results import Response
from goldgate.eval.score.registry import METRICS, default_names, metric, own_metrics, register_standing
from goldgate.eval.score.scoring import score

from .makers import case, gold_of, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

COUNT = 30
GOLD = gold_of(
    *(
        case(f"c{place}", numeric=float(place))
        if place % 3 == 0
        else case(f"c{place}", answer=f"answer {place}", evidence={f"s{place}": 1}, tags={"kind": "odd"})
        for place in range(COUNT)
    )
)
RESPONSES = {
    f"c{place}": Response(id=f"c{place}", answer=f"answer {place}", retrieved=(f"s{place}",) if place > 20 else ())
    for place in range(COUNT)
}
ASKED = table(GOLD, **RESPONSES)
CUTS = [(0, 10), (10, 10), (20, 0), (20, 1), (21, 9)]


def stored(frame: pl.DataFrame) -> bytes:
    file = io.BytesIO()
    frame.write_parquet(file, compression="zstd")
    return file.getvalue()


@pytest.fixture
def own_metric() -> Iterator[None]:
    default_names()
    before = dict(METRICS)

    @metric("house.long")
    def long(_case: Any, response: Response) -> bool:
        return len(response.answer or "") > 8

    yield
    METRICS.clear()
    METRICS.update(before)


@pytest.mark.parametrize(
    ("metrics", "also"),
    [
        (None, []),
        (None, ["retrieval.ndcg@3", "answer.boolean_match"]),
        (["answer.token_f1", "retrieval.recall@5"], ["house.long"]),
        ([], []),
    ],
)
def test_parts_scored_apart_are_the_bytes_of_the_whole(own_metric: None, metrics: list[str] | None, also: list[str]) -> None:
    whole = score(ASKED, GOLD, metrics, also)
    parts = [score(ASKED.slice(start, count), GOLD, metrics, also) for start, count in CUTS]
    joined = join(parts, metrics, also)
    assert joined.columns == whole.columns
    assert stored(joined) == stored(whole)


def test_a_part_in_which_nothing_was_retrieved_counts_its_misses() -> None:
    parts = [score(ASKED.slice(start, count), GOLD) for start, count in CUTS]
    assert "retrieval.recall@5" not in parts[0].columns
    recall = join(parts)["retrieval.recall@5"].to_list()
    assert [recall[place] for place in (0, 1, 2, 22, 23)] == [None, 0.0, 0.0, 1.0, 1.0]


def test_what_every_part_has_is_not_computed_again() -> None:
    parts = [score(ASKED.slice(start, 15), GOLD, ["answer.token_f1"]) for start in (0, 15)]
    marked = [part.with_columns(part["answer.token_f1"] * 0 + 0.125) for part in parts]
    assert set(join(marked, ["answer.token_f1"])["answer.token_f1"].drop_nulls()) == {0.125}


def test_columns_that_others_added_stay_where_they_are() -> None:
    parts = [score(ASKED.slice(start, 15), GOLD).with_columns(repeats=3) for start in (0, 15)]
    parts[1] = parts[1].with_columns(parts[1]["line"].cast(float).alias("judge.tone"))
    joined = join(parts)
    assert joined.columns == [*score(ASKED, GOLD).columns, "repeats", "judge.tone"]
    assert joined["judge.tone"].null_count() == 15


def test_a_users_metric_is_known_by_its_facts_alone(own_metric: None) -> None:
    facts = own_metrics()
    assert facts == {"house.long": {"unit": "fraction", "higher_is_better": True}}
    whole = score(ASKED, GOLD)
    parts = [score(ASKED.slice(start, count), GOLD) for start, count in CUTS]
    parts[0] = parts[0].drop("house.long")
    del METRICS["house.long"]
    register_standing(facts)
    joined = join(parts)
    assert joined.columns == whole.columns
    assert joined["house.long"].to_list() == [None] * 10 + whole["house.long"].to_list()[10:]


def test_nothing_but_empty_parts_is_an_empty_table() -> None:
    assert join([ASKED.clear(), ASKED.clear()]).height == 0


def test_a_table_knows_its_cases() -> None:
    objects = gold_of(case("a", answer="x", tags={"kind": "odd"}), case("b", label="l"))
    again = gold_of_table(table(objects, a="x"))
    assert again.cases == objects.cases
