"""Progress is one line a step, and a count only in steps that take long."""

from __future__ import annotations

import io

from service.ingest.progress import Progress
from tests.fakes.clock import FakeClock


def test_counts_come_at_most_once_a_second() -> None:
    stream, clock = io.StringIO(), FakeClock()
    progress = Progress(stream, clock.now)
    progress.step("embedding")
    for done in range(1, 11):
        clock.sleep(0.25)
        progress.count(done, 10)
    progress.done("10 vectors")
    assert stream.getvalue().splitlines() == ["embedding", "  4 of 10", "  8 of 10", "  10 vectors  2.5 s"]
