from __future__ import annotations

from collections import deque

import pytest

from goldgate.eval.ask.pacing.pace import Pace


def run(pace: Pace, capacity: int, answers: int, *, seconds: float = 0.01) -> list[int]:
    """A service that answers in `seconds` and throttles what is above `capacity` at once; the limit after each answer."""
    now, on_their_way = 0.0, deque[tuple[float, bool]]()
    limits: list[int] = []
    while len(limits) < answers:
        while len(on_their_way) < pace.limit:
            on_their_way.append((now, len(on_their_way) >= capacity))
            now += seconds / 100
        sent, throttled = on_their_way.popleft()
        now = max(now, sent + seconds)
        pace.back(sent=sent, now=now, throttled=throttled)
        limits.append(pace.limit)
    return limits


def test_it_doubles_each_round_until_the_ceiling_while_all_is_well() -> None:
    pace = Pace(64)
    assert pace.limit == 4
    limits = run(pace, capacity=1000, answers=200)
    assert [limits[place] for place in (3, 11, 27)] == [8, 16, 32]
    assert limits[-1] == 64
    assert pace.backoffs == 0


def test_the_first_sign_of_overload_halves_it() -> None:
    pace = Pace(64)
    run(pace, capacity=1000, answers=12)
    assert pace.limit == 16
    pace.back(sent=1.0, now=1.1, throttled=True)
    assert (pace.limit, pace.backoffs) == (8, 1)


def test_what_was_on_its_way_when_it_fell_does_not_count_again() -> None:
    pace = Pace(64)
    run(pace, capacity=1000, answers=28)
    pace.back(sent=1.0, now=2.0, throttled=True)
    for _ in range(31):
        pace.back(sent=1.5, now=2.5, throttled=True)
    assert (pace.limit, pace.backoffs) == (16, 1)


def test_a_service_that_is_wholly_overloaded_is_asked_one_at_a_time() -> None:
    pace = Pace(64)
    run(pace, capacity=1000, answers=60)
    for place in range(200):
        pace.back(sent=10.0 + place, now=10.5 + place, throttled=True)
    assert pace.limit == 1


def test_after_a_fall_it_grows_by_one_a_round() -> None:
    pace = Pace(64)
    pace.back(sent=0.0, now=0.1, throttled=True)
    assert pace.limit == 2
    grown = []
    for place in range(64):
        pace.back(sent=1.0 + place, now=1.5 + place, throttled=False)
        grown.append(pace.limit)
    assert grown[7] == 3
    assert grown[-1] < 10


@pytest.mark.parametrize("capacity", [8, 20, 40])
def test_it_settles_around_what_the_service_can_bear(capacity: int) -> None:
    limits = run(Pace(64), capacity, answers=5000)[2000:]
    mean = sum(limits) / len(limits)
    assert 0.7 * capacity <= mean <= 1.3 * capacity


def test_refusals_that_do_not_depend_on_it_do_not_bring_it_to_a_standstill() -> None:
    pace = Pace(32)
    limits = []
    for place in range(3000):
        pace.back(sent=float(place), now=place + 0.5, throttled=place % 10 in {1, 4, 7})
        limits.append(pace.limit)
    assert 3 <= sum(limits[1000:]) / 2000 <= 10


def test_a_fixed_pace_never_changes() -> None:
    pace = Pace(16, adaptive=False)
    assert pace.limit == 16
    for place in range(100):
        pace.back(sent=float(place), now=place + 0.5, throttled=place % 2 == 0)
    assert (pace.limit, pace.backoffs) == (16, 0)


def test_it_never_starts_above_its_ceiling() -> None:
    assert Pace(2).limit == 2
