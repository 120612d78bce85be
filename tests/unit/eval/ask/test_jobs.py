from __future__ import annotations

import pytest

from goldgate.eval.ask.jobs import Job, Queue, jobs, order_of

from ..makers import case

CASES = [case(f"c{place}") for place in range(30)]


def made(**more: object) -> list[Job]:
    terms = {"repeats": 1, "done": [set()], "seed": 0, **more}
    order = order_of(len(CASES), shuffled=True, seed=int(str(terms["seed"])))
    return list(jobs(CASES, order, **terms))  # type: ignore[arg-type]


def seen(found: list[Job]) -> list[tuple[int, int, list[int]]]:
    return [(job.place, job.repeat, job.sides) for job in found]


def test_each_case_and_repeat_is_a_job_and_the_repeats_of_a_case_follow_each_other() -> None:
    found = made(repeats=3)
    assert sorted((job.place, job.repeat) for job in found) == [(place, repeat) for place in range(30) for repeat in (1, 2, 3)]
    assert all(len({job.place for job in found[place : place + 3]}) == 1 for place in range(0, 90, 3))


def test_the_order_is_that_of_the_seed_or_of_the_gold_set() -> None:
    assert seen(made(seed=1)) == seen(made(seed=1)) != seen(made(seed=2))
    assert order_of(30, shuffled=False, seed=1) == list(range(30)) == sorted(order_of(30, shuffled=True, seed=1))


def test_what_is_answered_is_left_out_and_the_rest_keeps_its_order() -> None:
    whole = seen(made(repeats=2, done=[set(), set()]))
    done = [{0, 1, 7}, {1, 8}]
    rest = seen(made(repeats=2, done=done))
    expected = []
    for place, repeat, sides in whole:
        left = [side for side in sides if place * 2 + repeat - 1 not in done[side]]
        if left:
            expected.append((place, repeat, left))
    assert rest == expected
    assert {tuple(sides) for _, _, sides in whole} == {(0, 1), (1, 0)}


def test_what_is_put_back_is_taken_when_it_is_due() -> None:
    first, second, third = made()[:3]
    queue = Queue(iter([first, second, third]), left=3)
    taken = queue.take(0.0, most_waiting=9)
    assert taken is first
    queue.later(first, 5.0)
    assert (queue.due, queue.left) == (5.0, True)
    assert queue.take(1.0, most_waiting=9) is second
    assert queue.take(6.0, most_waiting=9) is first
    assert queue.take(6.0, most_waiting=9) is third
    assert queue.take(6.0, most_waiting=9) is None
    assert (queue.due, queue.left) == (None, False)


def test_new_jobs_stay_back_while_many_wait() -> None:
    found = made()
    queue = Queue(iter(found), left=30)
    for due in (3.0, 2.0):
        job = queue.take(0.0, most_waiting=2)
        assert job is not None
        queue.later(job, due)
    assert queue.take(1.0, most_waiting=2) is None
    assert queue.due == 2.0
    assert queue.take(2.0, most_waiting=2) is found[1]


def test_faults_are_counted_by_kind_and_side() -> None:
    job = Job(CASES[0], 0, 1, [1, 0])
    assert [job.count("busy", counts=True), job.count("cut", counts=True), job.count("busy", counts=True)] == [1, 1, 2]
    assert job.count("unreachable", counts=False) == 0
    job.attempts = 4
    job.next_side()
    assert (job.sides, job.attempts, job.begun, job.count("busy", counts=True)) == ([0], 0, True, 1)


@pytest.mark.parametrize("repeats", [1, 4])
def test_without_cases_there_are_no_jobs(repeats: int) -> None:
    assert list(jobs([], [], repeats=repeats, done=[set()], seed=0)) == []
