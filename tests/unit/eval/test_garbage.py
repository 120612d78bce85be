from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest

from goldgate.eval.garbage import seldom_collected

if TYPE_CHECKING:
    from collections.abc import Iterator


@seldom_collected()
def seen_within() -> tuple[int, int, int]:
    return gc.get_threshold()


@pytest.fixture(autouse=True)
def _own_threshold() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


@pytest.mark.parametrize(("before", "within"), [((700, 10, 10), 20_000), ((50_000, 5, 5), 50_000), ((0, 10, 10), 0)])
def test_garbage_is_sought_less_often_and_afterwards_as_before(before: tuple[int, int, int], within: int) -> None:
    gc.set_threshold(*before)
    assert seen_within() == (within, *before[1:])
    with pytest.raises(ZeroDivisionError), seldom_collected():
        _ = 1 / 0
    assert gc.get_threshold() == before
