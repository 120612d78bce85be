from __future__ import annotations

import polars as pl

from goldgate.eval.ask.answers import Answers
from goldgate.eval.results import Response
from goldgate.eval.table import responses_frame


def reused(*rows: tuple[str, int]) -> pl.DataFrame:
    frame = responses_frame(Response(id=name, answer="old") for name, _ in rows)
    return frame.with_columns(place=pl.Series([place for _, place in rows], dtype=pl.UInt32))


def test_they_stand_in_the_order_of_the_gold_set_and_the_repeats() -> None:
    found = Answers(reused(("b", 1)))
    for name, place, repeat in [("c", 2, 2), ("a", 0, 1), ("c", 2, 1)]:
        found.add(Response(id=name, answer="new", repeat=repeat), place)
    assert len(found) == 4
    rows = found.frame().select("id", "repeat", "answer").rows()
    assert rows == [("a", 1, "new"), ("b", 1, "old"), ("c", 1, "new"), ("c", 2, "new")]
    assert found.frame().columns == responses_frame([]).columns


def test_errors_are_counted() -> None:
    found = Answers(reused())
    found.add(Response(id="a", error="HTTP 500"), 0)
    found.add(Response(id="b", answer="x"), 1)
    assert found.errors == 1


def test_many_are_held_as_columns() -> None:
    found = Answers(reused(), at_once=10)
    for place in reversed(range(35)):
        found.add(Response(id=f"c{place}", value=place / 3), place)
        assert len(found) == 35 - place
    assert found.frame()["id"].to_list() == [f"c{place}" for place in range(35)]
    assert found.frame()["value"].to_list() == [place / 3 for place in range(35)]
