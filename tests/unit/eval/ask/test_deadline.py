from __future__ import annotations

import asyncio
import time

import pytest

from goldgate.eval.ask.deadline import Deadline


async def bounded(deadline: Deadline, seconds: float) -> str:
    task = deadline.begin()
    try:
        await asyncio.sleep(seconds)
    except asyncio.CancelledError:
        if not deadline.hit(task):
            raise
        return "late"
    finally:
        deadline.end(task)
    return "in time"


def test_who_takes_too_long_is_told_and_goes_on() -> None:
    async def main() -> list[str]:
        deadline = Deadline(0.05)
        found = [await bounded(deadline, 5), await bounded(deadline, 0), await bounded(deadline, 5)]
        await asyncio.sleep(0.1)
        deadline.stop()
        return found

    start = time.perf_counter()
    assert asyncio.run(main()) == ["late", "in time", "late"]
    assert time.perf_counter() - start < 2


def test_each_task_has_its_own_time() -> None:
    async def main() -> list[str]:
        deadline = Deadline(0.2)
        found = await asyncio.gather(*(bounded(deadline, seconds) for seconds in (0, 5, 0.01, 5)))
        deadline.stop()
        return found

    assert asyncio.run(main()) == ["in time", "late", "in time", "late"]


def test_a_cancellation_from_elsewhere_passes() -> None:
    async def main() -> None:
        deadline = Deadline(10)
        task = asyncio.create_task(bounded(deadline, 5))
        await asyncio.sleep(0.01)
        task.cancel()
        deadline.stop()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(main())


def test_a_cancellation_from_elsewhere_at_the_same_time_passes_too() -> None:
    async def main() -> None:
        deadline = Deadline(0.02)
        task = asyncio.create_task(bounded(deadline, 5))
        await asyncio.sleep(0.01)
        time.sleep(0.05)  # noqa: ASYNC251
        asyncio.get_running_loop().call_later(0, task.cancel)
        await asyncio.sleep(0)
        deadline.stop()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(main())
