from __future__ import annotations

import pytest

from goldgate.eval.ask.options import Patience
from goldgate.eval.ask.pacing.health import Health
from goldgate.eval.ask.subject import Attempt, Fault

PATIENCE = Patience()


def fault(kind: Fault) -> Attempt:
    return Attempt(fault=kind, detail=f"it was {kind}")


def health(*, answered: bool) -> Health:
    found = Health(PATIENCE, 1000)
    if answered:
        found.answer(0.0)
    return found


@pytest.mark.parametrize("kind", ["unreachable", "dropped"])
@pytest.mark.parametrize(("answered", "patience"), [(False, 5.0), (True, 20.0)])
def test_who_is_not_there_is_waited_for_longer_once_there_were_answers(kind: Fault, answered: bool, patience: float) -> None:
    found = health(answered=answered)
    assert found.fault(fault(kind), 100.0, 8) is None
    assert found.fault(fault(kind), 100.0 + patience - 0.01, 8) is None
    assert found.fault(fault(kind), 100.0 + patience, 8) == f"it was {kind}"


@pytest.mark.parametrize("between", ["busy", "status", "cut", None])
def test_any_sign_of_life_begins_the_waiting_anew(between: Fault | None) -> None:
    found = health(answered=True)
    found.fault(fault("unreachable"), 100.0, 8)
    if between is None:
        found.answer(110.0)
    else:
        found.fault(fault(between), 110.0, 8)
    assert found.fault(fault("unreachable"), 125.0, 8) is None
    assert found.fault(fault("unreachable"), 145.0, 8) is not None


@pytest.mark.parametrize(
    ("answered", "at_once", "enough"), [(False, 1, 2), (False, 4, 4), (False, 64, 4), (True, 4, 10), (True, 64, 64)]
)
def test_a_wave_of_time_outs_ends_the_patience(answered: bool, at_once: int, enough: int) -> None:
    found = health(answered=answered)
    details = [found.fault(fault("timeout"), 1.0, at_once if not place else 1) for place in range(enough)]
    assert details[:-1] == [None] * (enough - 1)
    assert details[-1] == f"{enough} times in a row, it was timeout"


def test_an_answer_between_time_outs_starts_the_count_anew() -> None:
    found = health(answered=True)
    for _ in range(9):
        found.fault(fault("timeout"), 1.0, 1)
    found.answer(2.0)
    assert found.fault(fault("timeout"), 3.0, 1) is None


def test_a_service_that_only_says_that_it_is_busy_is_given_up_in_the_end() -> None:
    found = health(answered=True)
    assert found.fault(fault("busy"), 0.0, 1) is None
    assert found.fault(fault("busy"), 89.0, 1) is None
    assert found.fault(fault("busy"), 90.0, 1) == "for 90 s nothing but it was busy"


@pytest.mark.parametrize("kind", ["status", "wrong_shape", "unusable", "cut", "failed"])
def test_an_answer_of_no_use_is_no_sign_of_death(kind: Fault) -> None:
    found = health(answered=False)
    assert all(found.fault(fault(kind), float(place), 1) is None for place in range(1000))
