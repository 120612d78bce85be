from __future__ import annotations

import pytest

from goldgate.eval.ask.pacing.rate import Bucket, Rate


@pytest.mark.parametrize("rate", [0.5, 2.0, 50.0])
def test_a_bucket_lets_through_its_rate_and_what_it_held(rate: float) -> None:
    bucket, now, sent = Bucket(rate, 0.0), 0.0, []
    for _ in range(200):
        now += bucket.take(1, now)
        sent.append(now)
    held = max(rate, 1.0)
    for start in sent:
        window = [at for at in sent if start <= at < start + 10]
        assert len(window) <= 10 * rate + held + 1
    assert sent[-1] == pytest.approx((200 - held) / rate)


def test_those_who_wait_are_served_one_after_the_other() -> None:
    bucket = Bucket(1.0, 0.0)
    assert [bucket.take(1, 0.0) for _ in range(4)] == [0.0, 1.0, 2.0, 3.0]


def test_an_idle_bucket_does_not_overflow() -> None:
    bucket = Bucket(2.0, 0.0)
    assert [round(bucket.take(1, 1000.0), 6) for _ in range(4)] == [0.0, 0.0, 0.5, 1.0]


def test_a_clock_that_stands_or_goes_back_gives_nothing_away() -> None:
    bucket = Bucket(1.0, 100.0)
    bucket.take(1, 100.0)
    assert bucket.take(1, 50.0) == 1.0
    assert bucket.take(1, 100.0) == 2.0


def test_tokens_are_set_aside_by_the_mean_and_settled_by_what_was_used() -> None:
    rate = Rate(None, 600.0, 0.0)
    assert rate.reserve(0.0) == (0.0, 0.0)
    rate.settle(100, 0.0)
    wait, guess = rate.reserve(0.0)
    assert guess == 100.0
    assert wait == pytest.approx((100 + 100 - 10) / 10)
    rate.settle(0, guess)
    assert rate.guess == 100.0
    assert rate.reserve(9.0)[0] == pytest.approx(10.0)


def test_over_a_long_time_the_tokens_stay_below_the_limit() -> None:
    rate, now, used = Rate(None, 6000.0, 0.0), 0.0, 0
    for place in range(300):
        wait, guess = rate.reserve(now)
        now += wait
        tokens = 50 + place % 100
        rate.settle(tokens, guess)
        used += tokens
    assert used <= now * 100 + 400
    assert used >= now * 100 * 0.9


def test_without_limits_nobody_waits() -> None:
    rate = Rate(None, None, 0.0)
    assert [rate.reserve(0.0) for _ in range(3)] == [(0.0, 0.0)] * 3
