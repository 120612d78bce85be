"""The verdict is looked at in the order of asking."""

from __future__ import annotations

from typing import TYPE_CHECKING

from goldgate.eval.ask.asked import Batch
from goldgate.eval.ask.callable_subject import CallableSubject
from goldgate.eval.ask.options import AskOptions
from goldgate.eval.evaluation import evaluate
from goldgate.eval.part import Inquiry
from goldgate.eval.results import Response
from goldgate.eval.settling import Settling
from goldgate.eval.table import responses_frame
from goldgate.eval.terms import Terms
from goldgate.eval.verdict.gate import Gate

from .makers import case, gold_of

if TYPE_CHECKING:
    from goldgate.eval.case import Case

EXACT = "answer.exact_match"
GOLD = gold_of(*(case(f"c{place}", answer="x") for place in range(40)))


def test_rows_come_as_they_were_asked_and_not_as_they_stand_in_the_gold_set() -> None:
    inquiry = Inquiry(subject=CallableSubject(str), metrics=[EXACT])
    settling = Settling(GOLD, inquiry, Terms(gates=[Gate(metric=EXACT, min=0.5)], metrics=[EXACT]), None)
    right = {7, 2}
    asked = [9, 7, 30, 2, 1]
    rows = [Response(id=f"c{place}", answer="x" if place in right else "y") for place in asked]
    assert not settling(Batch(responses=responses_frame(rows), baseline_responses=None))
    (watch,) = settling._monitor._watches
    assert watch.taken.tolist() == [0, 1, 0, 1, 0]


def test_sequential_asks_in_random_order_whatever_the_options_say() -> None:
    orders = []
    for sequential in (False, True):
        asked: list[str] = []

        def answer(case: Case, asked: list[str] = asked) -> str:
            asked.append(case.id)
            return "x"

        evaluate(
            gold=GOLD,
            subject=CallableSubject(answer, inline=True),
            gates=[Gate(metric=EXACT, min=0.5)],
            options=AskOptions(order="gold"),
            sequential=sequential,
        )
        orders.append(asked)
    assert orders[0] == [one.id for one in GOLD.cases]
    assert orders[1] != orders[0][: len(orders[1])]
