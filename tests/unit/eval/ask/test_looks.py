"""What a look is shown: whole cases, in the order in which they were asked, however long each took."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import polars as pl
import pytest

from goldgate.eval.ask import rows
from goldgate.eval.ask.answers import Answers
from goldgate.eval.ask.looks import Looks
from goldgate.eval.ask.options import AskOptions
from goldgate.eval.ask.runner import ask_all
from goldgate.eval.results import Response
from tests.fakes.subject import ScriptedSubject

from ..makers import case, gold_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from goldgate.eval.ask.asked import Batch
    from goldgate.eval.ask.subject import Attempt
    from goldgate.eval.case import Case

ORDER = [3, 1, 0, 2]


def reused(*given: tuple[int, int]) -> Answers:
    """A side that has answers to (place, repeat) from before."""
    frame = pl.DataFrame(schema={**rows.SCHEMA, "place": pl.UInt32()}).drop("case", "side")
    before = pl.DataFrame(
        {"id": [f"c{place}" for place, _ in given], "repeat": [repeat for _, repeat in given], "place": [p for p, _ in given]},
        schema={"id": pl.String, "repeat": pl.Int32, "place": pl.UInt32},
    )
    return Answers(pl.concat([frame, before], how="diagonal"))


def shown(looks: Looks, batches: list[Batch]) -> list[str]:
    looks.look_here()
    return batches[-1].responses["id"].to_list()


def looks_of(batches: list[Batch], sides: Sequence[Answers], *, repeats: int = 1) -> Looks:
    def enough(batch: Batch) -> bool:
        batches.append(batch)
        return False

    return Looks(enough, sides, repeats=repeats, order=ORDER)


def test_a_case_is_held_back_until_all_before_it_are_complete() -> None:
    batches: list[Batch] = []
    looks = looks_of(batches, [reused()])
    for place in (2, 0, 3):
        looks.add(Response(id=f"c{place}"), place, 0)
    assert looks.due(fewest=1)
    assert not looks.due(fewest=2)
    assert shown(looks, batches) == ["c3"]
    looks.add(Response(id="c1"), 1, 0)
    assert shown(looks, batches) == ["c1", "c0", "c2"]
    assert not looks.due(fewest=1)


def test_what_was_answered_before_has_its_place_in_the_order() -> None:
    batches: list[Batch] = []
    looks = looks_of(batches, [reused((1, 1), (3, 1), (2, 1))])
    assert shown(looks, batches) == ["c3", "c1"]
    looks.add(Response(id="c0"), 0, 0)
    assert shown(looks, batches) == ["c0", "c2"]


def test_repeats_and_the_baseline_belong_to_a_case() -> None:
    batches: list[Batch] = []
    looks = looks_of(batches, [reused((3, 1)), reused()], repeats=2)
    for side, repeat in ((0, 2), (1, 2), (1, 1)):
        assert not looks.due(fewest=1)
        looks.add(Response(id="c3", repeat=repeat), 3, side)
    assert shown(looks, batches) == ["c3", "c3"]
    assert batches[-1].baseline_responses is not None
    assert batches[-1].baseline_responses["repeat"].to_list() == [2, 1]


class Slow(ScriptedSubject):
    """Takes long to answer one case, of which it then is wrong."""

    def __init__(self) -> None:
        super().__init__()
        self.order: list[str] = []

    async def ask(self, case: Case) -> Attempt:
        self.order.append(case.id)
        await asyncio.sleep(0.3 if len(self.order) == 5 else 0.002)
        return await super().ask(case)


@pytest.mark.parametrize(("concurrency", "count"), [(1, 200), (8, 1600)])
def test_a_slow_answer_is_not_shown_after_those_that_were_asked_later(concurrency: int, count: int) -> None:
    subject, seen = Slow(), []

    def enough(batch: Batch) -> bool:
        seen.append(batch.responses["id"].to_list())
        return False

    gold = gold_of(*(case(f"c{place}") for place in range(count)))
    ask_all(gold, subject, options=AskOptions(concurrency=concurrency, adaptive=False), stop=enough)
    together = [name for names in seen for name in names]
    assert together == subject.order[: len(together)]
    assert len(together) > 100
