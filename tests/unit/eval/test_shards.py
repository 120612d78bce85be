from __future__ import annotations

import pytest

from goldgate.eval.errors import UsageError
from goldgate.eval.shards import PLACE, Shard, select, with_places

from .makers import case, gold_of, table

CASES = [case(f"c{place}", answer=f"answer {place}", cluster=f"k{place % 7}") for place in range(400)]


def test_a_shard_is_read_and_written() -> None:
    assert Shard.parse(" 2/8 ") == Shard(index=2, count=8)
    assert str(Shard(index=2, count=8)) == "2/8"
    assert Shard.parse("1/1").to_json() == {"index": 1, "count": 1}


@pytest.mark.parametrize(
    "text", ["", "2", "2/", "/8", "0/8", "9/8", "-1/8", "2/0", "a/b", "1.5/8", "2/8/9", "٢/٨", "1/9999999"]
)
def test_what_is_no_shard_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="shard"):
        Shard.parse(text)


@pytest.mark.parametrize("count", [1, 2, 3, 8])
def test_every_case_is_in_one_shard_in_the_order_of_the_set(count: int) -> None:
    gold = gold_of(*CASES)
    order = {part.id: place for place, part in enumerate(CASES)}
    shards = [select(gold, Shard(index=index, count=count)) for index in range(1, count + 1)]
    found = [part.id for shard in shards for part in shard.cases]
    assert sorted(found) == sorted(order)
    for shard in shards:
        places = [order[part.id] for part in shard.cases]
        assert places == sorted(places)
        expected = len(CASES) / count
        assert abs(len(shard) - expected) < 5 * expected**0.5
    assert select(gold, Shard(index=1, count=1)).sha256 == gold.sha256


def test_a_case_that_is_added_moves_no_other() -> None:
    def homes(*cases: object) -> dict[str, int]:
        gold = gold_of(*cases)  # type: ignore[arg-type]
        return {part.id: index for index in range(1, 9) for part in select(gold, Shard(index=index, count=8)).cases}

    before = homes(*CASES)
    after = homes(case("new", answer="x"), *reversed(CASES))
    assert {name: after[name] for name in before} == before


def test_a_set_smaller_than_its_shards_leaves_some_empty() -> None:
    gold = gold_of(CASES[0])
    assert sorted(len(select(gold, Shard(index=index, count=4))) for index in range(1, 5)) == [0, 0, 0, 1]


def test_a_table_knows_the_places_of_its_cases_in_the_whole_set() -> None:
    gold = gold_of(*CASES)
    part = select(gold, Shard(index=3, count=8))
    placed = with_places(table(part, **{part.cases[0].id: "x"}), gold)
    assert [CASES[place].id for place in placed[PLACE]] == placed["id"].to_list() == [row.id for row in part.cases]
    assert with_places(placed, gold).equals(placed)
