"""The model that judges answers, as `evaluate` and `score` are told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl

    from ..progress import Progress
    from .terms import Told

    Judge = Callable[[pl.DataFrame, pl.DataFrame | None, float | None], tuple[pl.DataFrame, dict[str, Any]]]


def judge_of(told: Told, progress: Progress) -> Judge | None:
    """The judge that `--judge` describes; null without one."""
    if not told.args.judge:
        return None
    raise NotImplementedError
