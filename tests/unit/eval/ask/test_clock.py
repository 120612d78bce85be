from __future__ import annotations

import time
from datetime import UTC, datetime

from goldgate.eval.ask.clock import Stamps, stamp, wall


def test_a_stamp_is_iso_8601_with_milliseconds() -> None:
    assert stamp(datetime(2026, 3, 1, 12, 0, 5, 7999, tzinfo=UTC)) == "2026-03-01T12:00:05.007+00:00"


def test_stamps_follow_the_time_of_day() -> None:
    stamps = Stamps()
    for _ in range(5):
        before = stamp(wall())
        between = stamps()
        assert before <= between <= stamp(wall())
        time.sleep(0.002)
