from __future__ import annotations

import time

from goldgate.eval.ask.pacing.meter import Meter


def test_the_share_of_the_loop_is_what_it_computed_and_not_what_it_waited_for() -> None:
    meter = Meter()
    meter.start()
    time.sleep(0.1)
    meter.stop()
    assert meter.seconds >= 0.1
    assert meter.loop_share < 0.3


def test_work_counts() -> None:
    meter = Meter()
    meter.start()
    end = time.thread_time() + 0.05
    while time.thread_time() < end:
        pass
    meter.stop()
    assert meter.loop_share * meter.seconds >= 0.045


def test_the_lag_is_the_95th_percentile_in_milliseconds() -> None:
    meter = Meter()
    assert meter.lag_ms == 0.0
    for place in range(101):
        meter.late(place / 1000)
    meter.late(-1.0)
    assert 93 <= meter.lag_ms <= 96
